import type { EvidenceEntry, ParkedEntry } from '@lodemark/policy';
import { statedBody } from '../projection/traces.js';

/** Facilities that may have had custody of each lot: its maker, and whoever one of these sent it to. */
export type Custodians = ReadonlyMap<string, ReadonlySet<string>>;

/** Believes every dispatch of a custodian, corrected or not: who may have had the lot must never be too few. */
export function custodiansOf(lots: readonly string[], entries: readonly EvidenceEntry[]): Custodians {
  const custodians = new Map(lots.map((lot) => [lot, new Set([lot.slice(0, lot.indexOf('/'))])]));
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

/**
 * Whether a parked entry leaves one of the lots in doubt: only as far as its facility had custody of them (invariant
 * 7), so that nobody can cast doubt on a stranger's lot by naming it.
 */
export function castsDoubt({ ref, lots }: ParkedEntry, custodians: Custodians): boolean {
  const named = lots.includes('*') ? [...custodians.keys()] : lots;
  return named.some((lot) => custodians.get(lot)?.has(ref.facility) === true);
}
