import type { CustodyEvent, EventBody, EventOf } from './events/custody-event.js';

import { evolve, refold, SCALE_TOLERANCE, touchedLots } from './evolve.js';
import { epochMilliseconds } from './instant.js';
import { unknownLot, WHOLE_LOT, type LotState, type RecordedEvent } from './lot-state.js';
import { toKilograms, type Quantity } from './quantity.js';
import { Rational } from './rational.js';
import { Refusal, type Facts, type RefusalCode } from './refusal.js';

export type LotStates = ReadonlyMap<string, LotState>;

/** What a facility asks to have recorded in its own log, with what the decision needs to know beside the lots' state. */
export interface Command {
  readonly recorded: RecordedEvent;
  /** RFC 3339, the service's clock. */
  readonly now: string;
  /** For `Corrected`: the event corrected, and for every lot concerned all recorded events that name it. */
  readonly correcting?: {
    readonly target: RecordedEvent;
    readonly histories: ReadonlyMap<string, readonly RecordedEvent[]>;
  };
  /** For `Disputed` of an event in the facility's own log: that event. */
  readonly disputed?: RecordedEvent;
}

/** How far a facility's clock may run ahead of the service's before its event counts as one from the future. */
export const CLOCK_SKEW_MS = 300_000;

// A lot dries or takes up moisture in the yard: a dispatch that weighs less than the balance by more than this is no whole lot.
const WHOLE_TOLERANCE = Rational.parse('0.05');

/**
 * Decides what one facility may say about its own lots and returns the next state of every lot named. Throws a
 * `Refusal` for what contradicts the facility's own log, and only that (invariant 6): what contradicts somebody
 * else's log is recorded and judged, and a correction is never refused for what came after it.
 */
export function decide(states: LotStates, command: Command): LotStates {
  const { event } = command.recorded;
  if (epochMilliseconds(event.occurredAt) > epochMilliseconds(command.now) + CLOCK_SKEW_MS) {
    throw refused('event-in-future', '/occurredAt', `occurredAt ${event.occurredAt} is later than now`, {
      facts: { occurredAt: event.occurredAt, now: command.now },
      cure: 'post the event after it has happened, and check the clock and the time offset of the posting system',
    });
  }
  if (event.type === 'Corrected') return decideCorrection(event, command);
  new Door(states, event.facility).check(event);
  return new Map(
    touchedLots(event, command.disputed?.event).map((lot) => [
      lot,
      evolve(states.get(lot) ?? unknownLot(lot), command.recorded),
    ]),
  );
}

function decideCorrection(event: EventOf<'Corrected'>, command: Command): LotStates {
  const { correcting } = command;
  if (correcting === undefined) {
    throw refused('target-unknown', '/target/eventId', `this log has no event ${event.target.eventId}`, {
      facts: { eventId: event.target.eventId },
      cure: 'name the eventId of an event in this facility’s own log; dispute an event of another facility instead',
    });
  }
  const { target } = correcting;
  if (target.payloadDigest !== event.target.payload) {
    throw refused('target-mismatch', '/target/payload', 'the digest is not that of the event named', {
      facts: { recorded: target.payloadDigest, stated: event.target.payload },
      cure: 'give the SHA-256 of the canonical payload as recorded',
    });
  }
  if (target.event.type === 'Corrected') {
    throw refused('target-not-correctable', '/target/eventId', 'a correction is not corrected', {
      facts: { original: target.event.target.eventId },
      cure: 'correct the original event again: the last correction holds',
    });
  }
  if (event.replacement !== null) {
    if (event.replacement.type !== target.event.type) {
      throw refused(
        'target-mismatch',
        '/replacement/type',
        `a ${target.event.type} is not replaced by a ${event.replacement.type}`,
        {
          facts: { recorded: target.event.type, stated: event.replacement.type },
          cure: 'keep the type of the event, or take it back with a null replacement and post a new event',
        },
      );
    }
    createdIn(event.replacement, '/replacement').forEach((created) => ownNumber(created, event.facility));
  }
  return new Map(
    touchedLots(event, target.event).map((lot) => [
      lot,
      refold(lot, [...(correcting.histories.get(lot) ?? []), command.recorded]),
    ]),
  );
}

interface Created {
  readonly lot: string;
  readonly pointer: string;
}

function createdIn(body: EventBody, prefix: string): Created[] {
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

function ownNumber({ lot, pointer }: Created, facility: string): void {
  if (lot.startsWith(`${facility}/`)) return;
  throw refused('foreign-lot-number', pointer, `only the facility named in a lot id can create it: ${lot}`, {
    facts: { lot, facility },
    cure: `number the new lot ${facility}/…`,
  });
}

/** The checks of one event against the states of the lots that it names. */
class Door {
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
        return this.checkSplit(event);
      case 'Merged':
        return this.checkMerge(event);
      case 'Repacked':
        this.held(event.lot, '/lot');
        return conserved(
          'repack-not-conserved',
          '/mass/net',
          Rational.parse(this.state(event.lot).kg),
          toKilograms(event.mass.net),
        );
      case 'Dispatched':
        return this.checkDispatch(event);
      case 'DispatchCancelled':
        return event.lots.forEach((lot, index) => this.cancels(lot, event.dispatch, `/lots/${index}`));
      case 'Received':
        return this.checkReceipt(event);
      case 'PackageLost':
      case 'PackageSeized':
      case 'PackageReturned':
        return event.packages.forEach(({ lot, id }, index) =>
          this.ends(event, { lot, packageId: id ?? WHOLE_LOT, pointer: `/packages/${index}` }),
        );
      case 'Sealed':
      case 'Stored':
        return event.lots.forEach((lot, index) => this.held(lot, `/lots/${index}`));
      case 'Assayed':
        return this.known(event.lot, '/lot');
      default:
        return;
    }
  }

  private state(lot: string): LotState {
    return this.states.get(lot) ?? unknownLot(lot);
  }

  private mustBeNew({ lot, pointer }: Created): void {
    if (!this.state(lot).known) return;
    throw refused('lot-exists', pointer, `lot ${lot} exists already`, {
      facts: { lot },
      cure: 'give the new lot a number of its own; correct the first statement if that is what was meant',
    });
  }

  private known(lot: string, pointer: string): void {
    if (this.state(lot).known) return;
    throw refused('lot-unknown', pointer, `lot ${lot} was never in the custody of ${this.facility}`, {
      facts: { lot, facility: this.facility },
      cure: 'check the lot id; record its creation or its receipt here first',
    });
  }

  private held(lot: string, pointer: string): void {
    this.known(lot, pointer);
    const { standing } = this.state(lot);
    if (standing === 'in-transit') {
      throw refused('lot-in-transit', pointer, `lot ${lot} was dispatched and is not here`, {
        facts: { lot },
        cure: 'cancel the dispatch if it never left, or record the return of its packages',
      });
    }
    if (standing !== 'held') {
      throw refused('lot-not-held', pointer, `nothing is left of lot ${lot} at ${this.facility}`, {
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
    throw refused(
      'mass-exceeds-held',
      `${pointer}/mass/net`,
      `${show(wanted)} kg is more than the ${show(held)} kg held of ${lot}`,
      {
        facts: { lot, heldKg: show(held), statedKg: show(wanted), ...unitHint(wanted, held) },
        cure: 'check the mass and its unit; what is left of a lot is drawn down like money',
      },
    );
  }

  private hasPackages(lot: string, ids: readonly string[], pointer: string): void {
    ids.forEach((id, index) => {
      if (id in this.state(lot).packages) return;
      throw refused('package-not-held', `${pointer}/${index}`, `package ${id} of ${lot} is not here`, {
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
    conserved('split-not-conserved', '/children', taken, given);
  }

  private checkMerge(event: EventOf<'Merged'>): void {
    event.parents.forEach(({ lot, mass }, index) => this.draws(lot, mass.net, `/parents/${index}`));
    const put = Rational.sum(event.parents.map(({ mass }) => toKilograms(mass.net)));
    const lost = Rational.sum((event.losses ?? []).map(({ mass }) => toKilograms(mass.net)));
    conserved('merge-not-conserved', '/child/mass/net', put, toKilograms(event.child.mass.net).add(lost));
  }

  private checkDispatch(event: EventOf<'Dispatched'>): void {
    if (event.to === this.facility) {
      throw refused('own-dispatch', '/to', 'a dispatch goes to another facility', {
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
      throw refused(
        'split-first',
        left.length > 0 ? `${pointer}/packages` : `${pointer}/mass/net`,
        `a dispatch moves whole lots, and part of ${line.lot} would stay`,
        {
          facts: { lot: line.lot, heldKg: show(balance), packagesLeft: left.slice(0, 20) },
          cure: 'split the lot and dispatch the part that leaves as a lot of its own',
        },
      );
    });
  }

  private cancels(lot: string, digest: string, pointer: string): void {
    const dispatch = this.state(lot).outbound[digest];
    if (dispatch === undefined) {
      throw refused('dispatch-unknown', pointer, `lot ${lot} is in no dispatch ${digest} of this facility`, {
        facts: { lot, dispatch: digest },
        cure: 'name the dispatch by the SHA-256 of its canonical payload',
      });
    }
    if (Object.keys(dispatch.outcomes).length > 0) {
      throw refused('dispatch-ended', pointer, `the dispatch of ${lot} has an outcome already`, {
        facts: { lot, dispatch: digest },
        cure: 'correct the outcome if it was wrong',
      });
    }
    if (dispatch.left) {
      throw refused('dispatch-left', pointer, `the dispatch of ${lot} has left, so it cannot be cancelled`, {
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
        throw refused('own-dispatch', '/dispatch', 'a facility does not receive its own dispatch', {
          facts: { lot: line.lot, dispatch: event.dispatch },
          cure: 'record PackageReturned for what came back',
        });
      }
      const known = state.inbound[event.dispatch];
      (line.packages ?? [{ id: WHOLE_LOT }]).forEach(({ id }, at) => {
        const before = known?.[id];
        if (before === undefined) return;
        throw refused(
          'package-outcome-recorded',
          line.packages ? `${pointer}/packages/${at}/id` : `${pointer}/lot`,
          `package ${id} of ${line.lot} was ${before} already`,
          {
            facts: { lot: line.lot, package: id, outcome: before, dispatch: event.dispatch },
            cure: 'each package has one outcome: correct the first receipt if it was wrong',
          },
        );
      });
      if (state.standing !== 'held' || known !== undefined) return;
      throw refused('lot-already-held', `${pointer}/lot`, `lot ${line.lot} is here already`, {
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
      throw refused('dispatch-not-ours', '/dispatch', 'only the sender records a return', {
        facts: { lot, dispatch: event.dispatch },
        cure: 'the receiver refuses the package in its receipt; the sender records that it came back',
      });
    }
    if (outbound !== undefined && !(packageId in outbound.contents)) {
      throw refused('package-unknown', pointer, `package ${packageId} of ${lot} was not in the dispatch`, {
        facts: { lot, package: packageId, dispatch: event.dispatch },
        cure: 'name a package of the dispatch',
      });
    }
    const outcome = (outbound?.outcomes ?? state.inbound[event.dispatch])?.[packageId];
    if (outcome === undefined) return;
    throw refused(
      'package-outcome-recorded',
      pointer,
      `package ${packageId} of ${lot} was ${outcome} already`,
      {
        facts: { lot, package: packageId, outcome, dispatch: event.dispatch },
        cure: 'each package has one outcome: correct the first statement if it was wrong',
      },
    );
  }
}

function conserved(code: RefusalCode, pointer: string, from: Rational, to: Rational): void {
  if (from.sub(to).abs().compare(from.abs().mul(SCALE_TOLERANCE)) <= 0) return;
  throw refused(code, pointer, `${show(from)} kg went in and ${show(to)} kg is accounted for`, {
    facts: { inKg: show(from), outKg: show(to), ...unitHint(to, from) },
    cure: 'give every part its mass, losses included, so that the masses agree within what the scales can tell',
  });
}

/** A ratio near a pound or a short ton says more than the number does (S30). */
function unitHint(stated: Rational, held: Rational): Facts {
  if (held.compare(Rational.zero) <= 0 || stated.compare(Rational.zero) <= 0) return {};
  const ratio = stated.div(held);
  const near = (factor: string) => {
    const expected = Rational.parse(factor);
    return (
      ratio
        .sub(expected)
        .abs()
        .compare(expected.mul(Rational.parse('0.01'))) <= 0
    );
  };
  if (near('2.20462')) return { likely: 'pounds stated as kilograms' };
  if (near('1.10231')) return { likely: 'short tons stated as tonnes' };
  if (near('1000')) return { likely: 'grams stated as kilograms' };
  return {};
}

function show(kg: Rational): string {
  return kg.toDecimal(6).replace(/\.?0+$/, '');
}

function refused(
  code: RefusalCode,
  pointer: string,
  message: string,
  rest: { facts?: Facts; cure: string },
): Refusal {
  return new Refusal({ code, pointer, message, ...rest });
}
