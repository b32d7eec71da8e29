import { lotsNamed, WHOLE_FACILITY, type CustodyEvent, type EventBody } from '@lodemark/domain';
import type { EvidenceEntry, ParkedEntry } from './evidence.js';

/** Facilities that may have had custody of each lot: its maker, and whoever one of these sent it to. */
export type Custodians = ReadonlyMap<string, ReadonlySet<string>>;

/** Believes every dispatch of a custodian, corrected or not: who may have had the lot must never be too few. */
export function custodiansOf(lots: readonly string[], entries: readonly EvidenceEntry[]): Custodians {
  const custodians = new Map(lots.map((lot) => [lot, new Set([makerOf(lot)])]));
  const sent = entries.flatMap(({ event }) => {
    const body = statedBody(event);
    if (body?.type !== 'Dispatched') return [];
    return body.lots.map(({ lot }) => ({ lot, from: event.facility, to: body.to }));
  });
  for (let grew = true; grew;) {
    grew = false;
    for (const { lot, from, to } of sent) {
      const known = custodians.get(lot);
      if (known?.has(from) !== true || known.has(to)) continue;
      known.add(to);
      grew = true;
    }
  }
  return custodians;
}

/** Facilities that may have had custody of one of the lots, by name. */
export function involvedIn(custodians: Custodians): readonly string[] {
  return [...new Set([...custodians.values()].flatMap((facilities) => [...facilities]))].sort();
}

/** The facility that alone can create a lot: the first part of its id. */
export function makerOf(lot: string): string {
  return lot.slice(0, lot.indexOf('/'));
}

/** What an event says happened, its own body or the one that a correction puts in place; undefined when taken back. */
export function statedBody(event: CustodyEvent): EventBody | undefined {
  return event.type === 'Corrected' ? (event.replacement ?? undefined) : event;
}

/**
 * Whether an entry leaves one of the lots in doubt: only as far as its facility had custody of them (invariant 7), so
 * that nobody can cast doubt on a stranger's lot by naming it.
 */
export function castsDoubt(
  { ref, lots }: Pick<ParkedEntry, 'ref' | 'lots'>,
  custodians: Custodians,
): boolean {
  const named = lots.includes(WHOLE_FACILITY) ? [...custodians.keys()] : lots;
  return named.some((lot) => custodians.get(lot)?.has(ref.facility) === true);
}

/** Entries by what they are known by in their log: what a correction or a contradiction points at. */
export class EntryIndex {
  private readonly byEvent = new Map<string, CustodyEvent>();
  private readonly byPlace = new Map<string, CustodyEvent>();

  constructor(entries: readonly EvidenceEntry[]) {
    for (const { ref, event } of entries) {
      this.byEvent.set(`${ref.facility} ${event.eventId}`, event);
      this.byPlace.set(`${ref.facility} ${String(ref.index)}`, event);
    }
  }

  /** The lots in an entry's envelope: those it names, and those of what it corrects or contradicts. */
  lotsOf({ ref, event, conflictsWith }: EvidenceEntry): readonly string[] {
    const target =
      conflictsWith === undefined
        ? event.type === 'Corrected'
          ? this.byEvent.get(`${ref.facility} ${event.target.eventId}`)
          : undefined
        : this.byPlace.get(`${ref.facility} ${String(conflictsWith)}`);
    return lotsNamed(event, target);
  }
}
