import {
  lotsNamed,
  Rational,
  toKilograms,
  type Composition,
  type CustodyEvent,
  type EventOf,
  type Form,
  type Mass,
  type Step,
} from '@lodemark/domain';
import { makerOf } from './custodians.js';
import { isTold, toldOf, type Told } from './effective-events.js';
import { Kept, remembered, rememberedPair } from './remembered.js';
import { push } from './root-facts.js';

/** Material as some event states it. */
export interface Stated {
  readonly lot: string;
  readonly form: Form;
  readonly mass: Mass;
  readonly composition?: Composition;
  readonly family?: string;
}

export interface ProcessInput {
  readonly lot: string;
  readonly mass: Mass;
  readonly role: string;
}

export interface ProcessOutput extends Stated {
  readonly role: string;
}

/** Anything that makes lots out of lots: a transformation, a split, a merge. */
export interface Process {
  readonly told: Told<'Transformed' | 'Split' | 'Merged'>;
  readonly facility: string;
  readonly step: Step;
  readonly inputs: readonly ProcessInput[];
  readonly outputs: readonly ProcessOutput[];
  /** Lots that a heel is said to come from. */
  readonly heelLots: readonly string[];
  /** Material was in the circuit before, and nobody says where from. */
  readonly heelUnknown: boolean;
}

export type Producer =
  | { readonly kind: 'created'; readonly told: Told<'LotCreated'> }
  | { readonly kind: 'process'; readonly process: Process };

/** One hand-over: what the sender said and what each receiver said of it. */
export interface HandOver {
  readonly dispatch: Told<'Dispatched'>;
  readonly receipts: readonly Told<'Received'>[];
  /** Lost, seized and returned packages, cancellations: whatever else ended a package. */
  readonly ends: readonly Told<'PackageLost' | 'PackageSeized' | 'PackageReturned' | 'DispatchCancelled'>[];
  /** Carrier, transit and customs reports and seal checks on the way. */
  readonly reports: readonly Told<
    'CarrierAccepted' | 'TransitReported' | 'CustomsCleared' | 'SealChecked' | 'SealBroken'
  >[];
  /** What third parties said of it, as its sender or its receiver filed it beside. */
  readonly assurances: readonly Told<'AssuranceRecorded'>[];
}

/** Dispatches that third parties speak of in what a facility filed. */
function dispatchesAssured({ entry }: Told): readonly string[] {
  const named = entry.attestations.flatMap(({ attestation }) =>
    'dispatch' in attestation ? [attestation.dispatch] : [],
  );
  return [...new Set(named)];
}

/** A hand-over is the same for as long as the same is told of it. */
const keptHandOvers = remembered((_dispatch: Told) => new Kept<HandOver>());

const namedBy = remembered((event: CustodyEvent) => lotsNamed(event));

/** The directed graph of lots that the events tell, and the hand-overs between facilities. */
export class Lineage {
  private readonly producers = new Map<string, Producer[]>();
  /** Events that claim to have made a lot that only another facility can make; they make nothing. */
  readonly usurping: readonly Told[];
  private readonly naming = new Map<string, Told[]>();
  private readonly materials = new Map<string, Stated | undefined>();
  private readonly inputs = new Map<ProcessInput, { readonly stated: Stated | undefined }>();
  private readonly made = new Map<string, Stated | undefined>();
  private readonly handOvers = new Map<string, HandOver | undefined>();
  private readonly dispatches = new Map<string, Told<'Dispatched'>>();
  private readonly citing = new Map<string, Told[]>();

  constructor(readonly told: readonly Told[]) {
    const usurping = new Set<Told>();
    const makes = (lot: string, one: Told, producer: Producer) => {
      if (makerOf(lot) === one.event.facility) push(this.producers, lot, producer);
      else usurping.add(one);
    };
    for (const one of told) {
      for (const lot of namedBy(one.event)) push(this.naming, lot, one);
      if (isTold(one, 'LotCreated')) makes(one.event.lot, one, { kind: 'created', told: one });
      const process = processOf(one);
      if (process !== undefined)
        for (const { lot } of process.outputs) makes(lot, one, { kind: 'process', process });
      if (isTold(one, 'Dispatched')) this.dispatches.set(one.entry.payloadDigest, one);
      if ('dispatch' in one.event && typeof one.event.dispatch === 'string')
        push(this.citing, one.event.dispatch, one);
      if (isTold(one, 'AssuranceRecorded'))
        for (const dispatch of dispatchesAssured(one)) push(this.citing, dispatch, one);
    }
    this.usurping = [...usurping];
  }

  /** What made the lot; more than one is a contradiction, none means that nobody says. */
  producersOf(lot: string): readonly Producer[] {
    return this.producers.get(lot) ?? [];
  }

  /** Events that name the lot, by log and index. */
  namingLot(lot: string): readonly Told[] {
    return this.naming.get(lot) ?? [];
  }

  /** The form that anybody states of the lot: its producer, or else the first that names it. */
  formOf(lot: string): Form | undefined {
    const made = this.madeAs(lot);
    if (made !== undefined) return made.form;
    return this.namingLot(lot)
      .map(({ event }) => statedLines(event).find((line) => line.lot === lot)?.form)
      .find((form) => form !== undefined);
  }

  handOver(digest: string): HandOver | undefined {
    if (!this.handOvers.has(digest)) this.handOvers.set(digest, this.handedOver(digest));
    return this.handOvers.get(digest);
  }

  private handedOver(digest: string): HandOver | undefined {
    const dispatch = this.dispatches.get(digest);
    if (dispatch === undefined) return undefined;
    const citing = this.citing.get(digest) ?? [];
    return keptHandOvers(dispatch).from(citing, () => ({
      dispatch,
      receipts: toldOf(citing, 'Received'),
      ends: [
        ...toldOf(citing, 'PackageLost'),
        ...toldOf(citing, 'PackageSeized'),
        ...toldOf(citing, 'PackageReturned'),
        ...toldOf(citing, 'DispatchCancelled'),
      ],
      reports: [
        ...toldOf(citing, 'CarrierAccepted'),
        ...toldOf(citing, 'TransitReported'),
        ...toldOf(citing, 'CustomsCleared'),
        ...toldOf(citing, 'SealChecked'),
        ...toldOf(citing, 'SealBroken'),
      ],
      assurances: toldOf(citing, 'AssuranceRecorded').filter(({ event: { facility } }) =>
        [dispatch.event.facility, dispatch.event.to].includes(facility),
      ),
    }));
  }

  /** Receipts of the lot at a facility that accepted something, in log order. */
  receiptsAt(lot: string, facility: string): Told<'Received'>[] {
    return toldOf(this.namingLot(lot), 'Received').filter(
      ({ event }) => event.facility === facility && accepts(event, lot),
    );
  }

  /** Dispatches of the lot by a facility that were not cancelled, or arrived all the same, in log order. */
  dispatchesFrom(lot: string, facility: string): Told<'Dispatched'>[] {
    return toldOf(this.namingLot(lot), 'Dispatched').filter(
      (dispatch) =>
        dispatch.event.facility === facility &&
        (!this.isCancelled(lot, dispatch) || this.hasArrived(lot, dispatch)),
    );
  }

  /** By the sender's word, and of this lot: the others of the dispatch may have left. */
  private isCancelled(lot: string, { event: { facility }, entry }: Told<'Dispatched'>): boolean {
    const ends = this.handOver(entry.payloadDigest)?.ends ?? [];
    return toldOf(ends, 'DispatchCancelled').some(
      ({ event }) => event.facility === facility && event.lots.includes(lot),
    );
  }

  /** By the word of the addressee, or of somebody else who can answer its nonce. */
  private hasArrived(lot: string, { event: { to, nonce }, entry }: Told<'Dispatched'>): boolean {
    const receipts = this.handOver(entry.payloadDigest)?.receipts ?? [];
    return receipts.some(
      ({ event }) =>
        event.lots.some((line) => line.lot === lot) && (event.facility === to || event.nonce === nonce),
    );
  }

  /** The lot's material as known at a facility before an index of its log: the last assay over the last statement. */
  materialAt(lot: string, facility: string, before: number): Stated | undefined {
    const key = `${lot} ${facility} ${String(before)}`;
    if (!this.materials.has(key)) this.materials.set(key, this.lastStated(lot, facility, before));
    return this.materials.get(key);
  }

  /** What went into a process, as it was known there by then. */
  materialOf({ facility, told }: Process, input: ProcessInput): Stated | undefined {
    const before = this.inputs.get(input);
    if (before !== undefined) return before.stated;
    const stated = this.materialAt(input.lot, facility, told.ref.index);
    this.inputs.set(input, { stated });
    return stated;
  }

  private lastStated(lot: string, facility: string, before: number): Stated | undefined {
    const here = this.namingLot(lot).filter(({ ref }) => ref.facility === facility && ref.index < before);
    const own = here
      .map((one) => statedIn(one, lot))
      .filter((stated) => stated !== undefined)
      .at(-1);
    const stated = own === undefined ? this.madeAs(lot) : this.withMakersAssay(own);
    if (stated === undefined) return undefined;
    const assay = toldOf(here, 'Assayed').at(-1)?.event;
    if (assay === undefined) return stated;
    return asAssayed(stated, assay);
  }

  /** What a receiver weighed and did not assay is taken to be of what its maker assayed. */
  private withMakersAssay(stated: Stated): Stated {
    const made = stated.composition === undefined ? this.madeAs(stated.lot) : undefined;
    if (made?.composition === undefined || made.form !== stated.form) return stated;
    return asMade(stated, made);
  }

  /** What was left unassayed when it was stated is what the first assay there says that no other supersedes. */
  private withFirstAssay(stated: Stated, facility: string): Stated {
    if (stated.composition !== undefined) return stated;
    const assays = toldOf(this.namingLot(stated.lot), 'Assayed')
      .map(({ event }) => event)
      .filter((event) => event.facility === facility);
    const superseded = new Set(assays.map(({ supersedes }) => supersedes));
    const assay = assays.find(({ eventId }) => !superseded.has(eventId));
    if (assay === undefined) return stated;
    return asAssayed(stated, assay);
  }

  /** The lot as it came to be at a facility, whatever assays say of it later: made, split off, or received there. */
  arrivedAs(lot: string, facility: string): Stated[] {
    const told = this.namingLot(lot).filter(({ ref }) => ref.facility === facility);
    const own = told.flatMap((one) => statedIn(one, lot) ?? []);
    const made = own.length === 0 && makerOf(lot) === facility ? this.madeAs(lot) : undefined;
    return [...own, ...(made === undefined ? [] : [made])].map((stated) =>
      this.withFirstAssay(this.withMakersAssay(stated), facility),
    );
  }

  /** The lot's material as its producer states it, or as it was assayed there first. */
  madeAs(lot: string): Stated | undefined {
    if (!this.made.has(lot)) {
      const stated = this.statedByMaker(lot);
      this.made.set(lot, stated && this.withFirstAssay(stated, makerOf(lot)));
    }
    return this.made.get(lot);
  }

  /** What the lot's producer itself says of it: of a lot beside the lineage no assay is in the evidence. */
  statedByMaker(lot: string): Stated | undefined {
    const [producer] = this.producersOf(lot);
    if (producer === undefined) return undefined;
    if (producer.kind === 'created') return producer.told.event;
    const { process } = producer;
    const output = process.outputs.find((line) => line.lot === lot);
    if (output === undefined || output.composition !== undefined || process.told.event.type !== 'Split')
      return output;
    // A part of a lot is made of what the lot is made of.
    const parent = this.materialAt(process.told.event.parent.lot, process.facility, process.told.ref.index);
    return parent?.composition === undefined ? output : asParent(output, parent);
  }
}

const asAssayed = rememberedPair((stated: Stated, assay: EventOf<'Assayed'>): Stated => {
  const mass = assay.moisture === undefined ? stated.mass : { ...stated.mass, moisture: assay.moisture };
  return { ...stated, mass, composition: assay.composition };
});

const asMade = rememberedPair((stated: Stated, made: Stated): Stated => {
  const moisture = stated.mass.moisture ?? made.mass.moisture;
  const mass = moisture === undefined ? stated.mass : { ...stated.mass, moisture };
  return { ...stated, mass, ...(made.composition === undefined ? {} : { composition: made.composition }) };
});

const asParent = rememberedPair((output: Stated, { mass: whole, composition, family }: Stated): Stated => {
  const moisture = output.mass.moisture ?? whole.moisture;
  const mass = moisture === undefined ? output.mass : { ...output.mass, moisture };
  return {
    ...output,
    mass,
    ...(composition === undefined ? {} : { composition }),
    ...(family === undefined ? {} : { family }),
  };
});

export function accepts(event: EventOf<'Received'>, lot: string): boolean {
  const line = event.lots.find((candidate) => candidate.lot === lot);
  if (line === undefined) return false;
  return line.packages === undefined
    ? line.decision === 'accepted'
    : line.packages.some(({ decision }) => decision === 'accepted');
}

function statedIn({ event }: Told, lot: string): Stated | undefined {
  switch (event.type) {
    case 'LotCreated':
      return event.lot === lot ? event : undefined;
    case 'Transformed':
      return event.outputs.find((output) => output.lot === lot);
    case 'Merged':
      return event.child.lot === lot ? event.child : undefined;
    case 'Received':
      return event.lots.find((line) => line.lot === lot && accepts(event, lot));
    default:
      return undefined;
  }
}

function statedLines(event: Told['event']): readonly { readonly lot: string; readonly form: Form }[] {
  switch (event.type) {
    case 'Dispatched':
    case 'Received':
      return event.lots;
    default:
      return [];
  }
}

const processOf = remembered((one: Told): Process | undefined => {
  if (isTold(one, 'Transformed')) {
    const { event } = one;
    const before = event.heel?.before;
    return {
      told: one,
      facility: event.facility,
      step: event.step,
      inputs: event.inputs.map(({ lot, mass, role }) => ({ lot, mass, role: role ?? 'feed' })),
      outputs: event.outputs,
      heelLots: before?.from ?? [],
      heelUnknown: before !== undefined && before.from === undefined && /[1-9]/.test(before.mass.net.value),
    };
  }
  if (isTold(one, 'Split')) {
    const { event } = one;
    const outputs = event.children.map((child) => ({ ...child, form: event.form, role: 'product' }));
    // Without a mass all of the lot is split, and that is what its parts weigh together.
    const parts = [...event.children, ...(event.losses ?? [])].map((part) => toKilograms(part.mass.net));
    const mass = event.parent.mass ?? {
      net: { value: Rational.sum(parts).toDecimal(6), unit: 'kg' as const },
    };
    return {
      told: one,
      facility: event.facility,
      step: 'SPLIT',
      inputs: [{ lot: event.parent.lot, mass, role: 'feed' }],
      outputs,
      heelLots: [],
      heelUnknown: false,
    };
  }
  if (isTold(one, 'Merged')) {
    const { event } = one;
    const inputs = event.parents.map(({ lot, mass }) => ({ lot, mass, role: 'feed' }));
    return {
      told: one,
      facility: event.facility,
      step: 'BLEND',
      inputs,
      outputs: [{ ...event.child, role: 'product' }],
      heelLots: [],
      heelUnknown: false,
    };
  }
  return undefined;
});
