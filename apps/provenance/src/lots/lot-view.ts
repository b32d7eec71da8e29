import { evolve, toKilograms, unknownLot, type LotState } from '@lodemark/domain';
import {
  toldOf,
  type EntryRef,
  type EvidenceEntry,
  type ParkedEntry,
  type Stated,
  type Told,
} from '@lodemark/policy';
import type { Dossier } from '../evidence/dossier.js';
import type {
  LotEntryResponse,
  LotOriginResponse,
  LotStandingResponse,
  LotSummaryResponse,
  ParkedEntryResponse,
  TitleResponse,
} from './lot.response.js';

/** Decimal places of kilograms on output: 1 mg. */
export const KG_PLACES = 6;

function kilogramsOf({ mass }: Pick<Stated, 'mass'>): string {
  return toKilograms(mass.net).toDecimal(KG_PLACES);
}

export function summaryOf(dossier: Dossier, lot: string): LotSummaryResponse {
  return { lot, ...madeAs(dossier, lot), standings: standingsOf(dossier, lot) };
}

export function madeAs({ lineage }: Dossier, lot: string) {
  const stated = lineage.madeAs(lot);
  if (stated === undefined) return { form: null, madeKg: null };
  const { grade, heat } = labels(stated);
  return { form: stated.form, madeKg: kilogramsOf(stated), ...grade, ...heat };
}

function labels(stated: Stated) {
  const grade = 'grade' in stated && typeof stated.grade === 'string' ? { grade: stated.grade } : {};
  const heat = 'heat' in stated && typeof stated.heat === 'string' ? { heat: stated.heat } : {};
  return { grade, heat };
}

/** The lot at every facility that says it has had it, by that facility's log alone. */
export function standingsOf({ lineage }: Dossier, lot: string): LotStandingResponse[] {
  return [...statesOf(lineage.namingLot(lot), lot)]
    .filter(([, state]) => state.known)
    .map(([facility, { standing, kg, packages, seals }]) => ({
      ...{ facility, standing, kg },
      packages: Object.keys(packages),
      seals: [...seals],
    }));
}

/** What the lot's events make of it at each facility; corrected events stand in the place of what they correct. */
export function statesOf(told: readonly Told[], lot: string): ReadonlyMap<string, LotState> {
  const states = new Map<string, LotState>();
  for (const { event, entry } of told) {
    const { facility } = event;
    const recorded = { event, payloadDigest: entry.payloadDigest };
    states.set(facility, evolve(states.get(facility) ?? unknownLot(lot), recorded));
  }
  return states;
}

export function originOf({ lineage }: Dossier, lot: string): LotOriginResponse {
  const producers = lineage.producersOf(lot);
  const entries = producers.map((producer) =>
    refOf(producer.kind === 'created' ? producer.told.ref : producer.process.told.ref),
  );
  const [first] = producers;
  if (first === undefined) return { kind: 'unknown', entries };
  if (producers.length > 1) return { kind: 'contradicted', entries };
  if (first.kind === 'created') {
    const { origin, occurredAt } = first.told.event;
    return { kind: 'created', origin: origin.kind, occurredAt, entries };
  }
  const { step, inputs, told } = first.process;
  const { occurredAt } = told.event;
  return { kind: 'process', step, inputs: inputs.map((input) => input.lot), occurredAt, entries };
}

export function titlesOf({ lineage }: Dossier, lot: string): TitleResponse[] {
  return toldOf(lineage.namingLot(lot), 'TitleTransferred').map(({ event, ref }) => ({
    from: event.from,
    to: event.to,
    effectiveAt: event.effectiveAt ?? event.occurredAt,
    entry: refOf(ref),
  }));
}

/** Every entry with what it counts for, whether it does or not: a view hides nothing that a verdict passes over. */
export function entriesOf({ entries, sorted }: Dossier): LotEntryResponse[] {
  const told = new Map(sorted.told.map((one) => [nameOf(one.ref), one]));
  const rejected = new Map(sorted.rejected.map(({ entry, standing }) => [nameOf(entry.ref), standing]));
  const repeated = new Set(sorted.repeated.map(({ ref }) => nameOf(ref)));
  return entries.map((entry) => {
    const one = told.get(nameOf(entry.ref));
    const status =
      rejected.get(nameOf(entry.ref)) ??
      (repeated.has(nameOf(entry.ref)) ? 'repeated' : statusOf(entry, one));
    return lotEntry(entry, status);
  });
}

function statusOf(entry: EvidenceEntry, told: Told | undefined): string {
  if (entry.kind === 'conflict') return 'contradiction';
  if (entry.event.type === 'Corrected') return 'correction';
  if (told === undefined) return 'taken-back';
  return told.corrections.length > 0 ? 'corrected' : 'counted';
}

function lotEntry({ ref, event, recordedAt, covered }: EvidenceEntry, status: string): LotEntryResponse {
  const { type, eventId, occurredAt } = event;
  return {
    ...{ entry: refOf(ref), type, eventId, occurredAt, recordedAt },
    ...{ coveredAt: covered.at, coveredBy: covered.rootIndex, status },
  };
}

export function parkedOf({ ref, lots, reason, covered }: ParkedEntry): ParkedEntryResponse {
  return { entry: refOf(ref), lots: [...lots], reason, coveredAt: covered.at };
}

export function refOf({ facility, index, leaf }: EntryRef): EntryRef {
  return { facility, index, leaf };
}

export function nameOf({ facility, index }: EntryRef): string {
  return `${facility} ${index}`;
}
