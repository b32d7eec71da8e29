import type { CustodyEvent, EventBody, EventOf } from './events/custody-event.js';
import { SCALE_TOLERANCE } from './evolve.js';
import { unknownLot, WHOLE_LOT, type LotState } from './lot-state.js';
import { toKilograms, type Quantity } from './quantity.js';
import { Rational } from './rational.js';
import { Refusal, type Facts, type RefusalCode } from './refusal.js';
import { likelyUnitMistake } from './unit-mistake.js';

export type LotStates = ReadonlyMap<string, LotState>;

// A lot dries or takes up moisture in the yard: a dispatch that weighs less than the balance by more than this is no
// whole lot.
const WHOLE_TOLERANCE = Rational.parse('0.05');

interface Created {
  readonly lot: string;
  readonly pointer: string;
}

export function createdIn(body: EventBody, prefix: string): Created[] {
  switch (body.type) {
    case 'LotCreated':
      return [{ lot: body.lot, pointer: `${prefix}/lot` }];
    case 'Transformed':
      return body.outputs.map(({ lot }, index) => ({ lot, pointer: `${prefix}/outputs/${index}/lot` }));
    case 'Split':
      return body.children.map(({ lot }, index) => ({ lot, pointer: `${prefix}/children/${index}/lot` }));
    case 'Merged':
      return [{ lot: body.child.lot, pointer: `${prefix}/child/lot` }];
    default:
      return [];
  }
}

export function ownNumber({ lot, pointer }: Created, facility: string): void {
  if (lot.startsWith(`${facility}/`)) return;
  throw new Refusal({
    code: 'foreign-lot-number',
    pointer: pointer,
    message: `only the facility named in a lot id can create it: ${lot}`,
    facts: { lot, facility },
    cure: `number the new lot ${facility}/…`,
  });
}

/** The checks of one event against the states of the lots that it names. */
export class Door {
  constructor(
    private readonly states: LotStates,
    private readonly facility: string,
  ) {}

  check(event: Exclude<CustodyEvent, { type: 'Corrected' }>): void {
    createdIn(event, '').forEach((created) => {
      ownNumber(created, this.facility);
      this.mustBeNew(created);
    });
    switch (event.type) {
      case 'Transformed':
        event.inputs.forEach(({ lot, mass, packages }, index) => {
          this.draws(lot, mass.net, `/inputs/${index}`);
          this.hasPackages(lot, packages ?? [], `/inputs/${index}/packages`);
        });
        return;
      case 'Split':
        this.checkSplit(event);
        return;
      case 'Merged':
        this.checkMerge(event);
        return;
      case 'Repacked':
        this.held(event.lot, '/lot');
        conserved('repack-not-conserved', '/mass/net', {
          from: Rational.parse(this.state(event.lot).kg),
          to: toKilograms(event.mass.net),
        });
        return;
      case 'Dispatched':
        this.checkDispatch(event);
        return;
      case 'DispatchCancelled':
        event.lots.forEach((lot, index) => {
          this.cancels(lot, event.dispatch, `/lots/${index}`);
        });
        return;
      case 'Received':
        this.checkReceipt(event);
        return;
      case 'PackageLost':
      case 'PackageSeized':
      case 'PackageReturned':
        event.packages.forEach(({ lot, id }, index) => {
          this.ends(event, { lot, packageId: id ?? WHOLE_LOT, pointer: `/packages/${index}` });
        });
        return;
      case 'Sealed':
      case 'Stored':
        event.lots.forEach((lot, index) => {
          this.held(lot, `/lots/${index}`);
        });
        return;
      case 'Assayed':
        this.known(event.lot, '/lot');
        return;
      default:
        return;
    }
  }

  private state(lot: string): LotState {
    return this.states.get(lot) ?? unknownLot(lot);
  }

  private mustBeNew({ lot, pointer }: Created): void {
    if (!this.state(lot).known) return;
    throw new Refusal({
      code: 'lot-exists',
      pointer: pointer,
      message: `lot ${lot} exists already`,
      facts: { lot },
      cure: 'give the new lot a number of its own; correct the first statement if that is what was meant',
    });
  }

  private known(lot: string, pointer: string): void {
    if (this.state(lot).known) return;
    throw new Refusal({
      code: 'lot-unknown',
      pointer: pointer,
      message: `lot ${lot} was never in the custody of ${this.facility}`,
      facts: { lot, facility: this.facility },
      cure: 'check the lot id; record its creation or its receipt here first',
    });
  }

  private held(lot: string, pointer: string): void {
    this.known(lot, pointer);
    const { standing } = this.state(lot);
    if (standing === 'in-transit') {
      throw new Refusal({
        code: 'lot-in-transit',
        pointer: pointer,
        message: `lot ${lot} was dispatched and is not here`,
        facts: { lot },
        cure: 'cancel the dispatch if it never left, or record the return of its packages',
      });
    }
    if (standing !== 'held') {
      throw new Refusal({
        code: 'lot-not-held',
        pointer: pointer,
        message: `nothing is left of lot ${lot} at ${this.facility}`,
        facts: { lot, facility: this.facility },
        cure: 'check which lot was really used; correct the event that used it up if that one was wrong',
      });
    }
  }

  private draws(lot: string, net: Quantity, pointer: string): void {
    this.held(lot, `${pointer}/lot`);
    const held = Rational.parse(this.state(lot).kg);
    const wanted = toKilograms(net);
    if (wanted.compare(held.mul(Rational.one.add(SCALE_TOLERANCE))) <= 0) return;
    throw new Refusal({
      code: 'mass-exceeds-held',
      pointer: `${pointer}/mass/net`,
      message: `${show(wanted)} kg is more than the ${show(held)} kg held of ${lot}`,
      facts: { lot, heldKg: show(held), statedKg: show(wanted), ...unitHint(wanted, held) },
      cure: 'check the mass and its unit; what is left of a lot is drawn down like money',
    });
  }

  private hasPackages(lot: string, ids: readonly string[], pointer: string): void {
    ids.forEach((id, index) => {
      if (Object.hasOwn(this.state(lot).packages, id)) return;
      throw new Refusal({
        code: 'package-not-held',
        pointer: `${pointer}/${index}`,
        message: `package ${id} of ${lot} is not here`,
        facts: { lot, package: id },
        cure: 'name packages that the lot has here and that are not used up',
      });
    });
  }

  private checkSplit(event: EventOf<'Split'>): void {
    const { lot, mass } = event.parent;
    if (mass === undefined) this.held(lot, '/parent/lot');
    else this.draws(lot, mass.net, '/parent');
    const taken = mass === undefined ? Rational.parse(this.state(lot).kg) : toKilograms(mass.net);
    const given = Rational.sum(
      [...event.children, ...(event.losses ?? [])].map((part) => toKilograms(part.mass.net)),
    );
    conserved('split-not-conserved', '/children', { from: taken, to: given });
  }

  private checkMerge(event: EventOf<'Merged'>): void {
    event.parents.forEach(({ lot, mass }, index) => this.draws(lot, mass.net, `/parents/${index}`));
    const put = Rational.sum(event.parents.map(({ mass }) => toKilograms(mass.net)));
    const lost = Rational.sum((event.losses ?? []).map(({ mass }) => toKilograms(mass.net)));
    conserved('merge-not-conserved', '/child/mass/net', {
      from: put,
      to: toKilograms(event.child.mass.net).add(lost),
    });
  }

  private checkDispatch(event: EventOf<'Dispatched'>): void {
    if (event.to === this.facility) {
      throw new Refusal({
        code: 'own-dispatch',
        pointer: '/to',
        message: 'a dispatch goes to another facility',
        facts: { facility: this.facility },
        cure: 'record storage or repacking for a move inside the facility',
      });
    }
    event.lots.forEach((line, index) => {
      const pointer = `/lots/${index}`;
      this.draws(line.lot, line.mass.net, pointer);
      const state = this.state(line.lot);
      const here = Object.keys(state.packages);
      if (here.length > 0)
        this.hasPackages(
          line.lot,
          (line.packages ?? []).map(({ id }) => id),
          `${pointer}/packages`,
        );
      const stated = new Set((line.packages ?? []).map(({ id }) => id));
      const left = here.filter((id) => !stated.has(id));
      const balance = Rational.parse(state.kg);
      const short = toKilograms(line.mass.net).compare(balance.mul(Rational.one.sub(WHOLE_TOLERANCE))) < 0;
      if (left.length === 0 && !short) return;
      throw new Refusal({
        code: 'split-first',
        pointer: left.length > 0 ? `${pointer}/packages` : `${pointer}/mass/net`,
        message: `a dispatch moves whole lots, and part of ${line.lot} would stay`,
        facts: { lot: line.lot, heldKg: show(balance), packagesLeft: left.slice(0, 20) },
        cure: 'split the lot and dispatch the part that leaves as a lot of its own',
      });
    });
  }

  private cancels(lot: string, digest: string, pointer: string): void {
    const dispatch = this.state(lot).outbound[digest];
    if (dispatch === undefined) {
      throw new Refusal({
        code: 'dispatch-unknown',
        pointer: pointer,
        message: `lot ${lot} is in no dispatch ${digest} of this facility`,
        facts: { lot, dispatch: digest },
        cure: 'name the dispatch by the SHA-256 of its canonical payload',
      });
    }
    if (Object.keys(dispatch.outcomes).length > 0) {
      throw new Refusal({
        code: 'dispatch-ended',
        pointer: pointer,
        message: `the dispatch of ${lot} has an outcome already`,
        facts: { lot, dispatch: digest },
        cure: 'correct the outcome if it was wrong',
      });
    }
    if (dispatch.left) {
      throw new Refusal({
        code: 'dispatch-left',
        pointer: pointer,
        message: `the dispatch of ${lot} has left, so it cannot be cancelled`,
        facts: { lot, dispatch: digest },
        cure: 'record its packages as returned, lost or seized',
      });
    }
  }

  private checkReceipt(event: EventOf<'Received'>): void {
    event.lots.forEach((line, index) => {
      const state = this.state(line.lot);
      const pointer = `/lots/${index}`;
      if (state.outbound[event.dispatch] !== undefined) {
        throw new Refusal({
          code: 'own-dispatch',
          pointer: '/dispatch',
          message: 'a facility does not receive its own dispatch',
          facts: { lot: line.lot, dispatch: event.dispatch },
          cure: 'record PackageReturned for what came back',
        });
      }
      const known = state.inbound[event.dispatch];
      (line.packages ?? [{ id: WHOLE_LOT }]).forEach(({ id }, at) => {
        const before = known !== undefined && Object.hasOwn(known, id) ? known[id] : undefined;
        if (before === undefined) return;
        throw new Refusal({
          code: 'package-outcome-recorded',
          pointer: line.packages ? `${pointer}/packages/${at}/id` : `${pointer}/lot`,
          message: `package ${id} of ${line.lot} was ${before} already`,
          facts: { lot: line.lot, package: id, outcome: before, dispatch: event.dispatch },
          cure: 'each package has one outcome: correct the first receipt if it was wrong',
        });
      });
      if (state.standing !== 'held' || known !== undefined) return;
      throw new Refusal({
        code: 'lot-already-held',
        pointer: `${pointer}/lot`,
        message: `lot ${line.lot} is here already`,
        facts: { lot: line.lot },
        cure: 'check the lot id: another dispatch of it cannot arrive while it is here',
      });
    });
  }

  private ends(
    event: EventOf<'PackageLost' | 'PackageSeized' | 'PackageReturned'>,
    named: { lot: string; packageId: string; pointer: string },
  ): void {
    const { lot, packageId, pointer } = named;
    const state = this.state(lot);
    const outbound = state.outbound[event.dispatch];
    if (outbound === undefined && event.type === 'PackageReturned') {
      throw new Refusal({
        code: 'dispatch-not-ours',
        pointer: '/dispatch',
        message: 'only the sender records a return',
        facts: { lot, dispatch: event.dispatch },
        cure: 'the receiver refuses the package in its receipt; the sender records that it came back',
      });
    }
    if (outbound !== undefined && !Object.hasOwn(outbound.contents, packageId)) {
      throw new Refusal({
        code: 'package-unknown',
        pointer: pointer,
        message: `package ${packageId} of ${lot} was not in the dispatch`,
        facts: { lot, package: packageId, dispatch: event.dispatch },
        cure: 'name a package of the dispatch',
      });
    }
    const outcomes = outbound?.outcomes ?? state.inbound[event.dispatch] ?? {};
    const outcome = Object.hasOwn(outcomes, packageId) ? outcomes[packageId] : undefined;
    if (outcome === undefined) return;
    throw new Refusal({
      code: 'package-outcome-recorded',
      pointer: pointer,
      message: `package ${packageId} of ${lot} was ${outcome} already`,
      facts: { lot, package: packageId, outcome, dispatch: event.dispatch },
      cure: 'each package has one outcome: correct the first statement if it was wrong',
    });
  }
}

function conserved(code: RefusalCode, pointer: string, { from, to }: { from: Rational; to: Rational }): void {
  if (from.sub(to).abs().compare(from.abs().mul(SCALE_TOLERANCE)) <= 0) return;
  throw new Refusal({
    code: code,
    pointer: pointer,
    message: `${show(from)} kg went in and ${show(to)} kg is accounted for`,
    facts: { inKg: show(from), outKg: show(to), ...unitHint(to, from) },
    cure: 'give every part its mass, losses included, so that the masses agree within what the scales can tell',
  });
}

function unitHint(stated: Rational, held: Rational): Facts {
  const likely = likelyUnitMistake(stated, held);
  return likely === undefined ? {} : { likely };
}

function show(kg: Rational): string {
  return kg.toDecimal(6).replace(/\.?0+$/, '');
}
