import type { Case } from './case.js';
import { toldOf, type Told } from './effective-events.js';

/** Laboratory certificates on lots of the lineage, from facilities that had custody of them, corrected ones as corrected. */
export function certificatesOf(known: Case): readonly Told<'Assayed'>[] {
  const all = known.lots.flatMap((lot) => certificatesOn(known, lot));
  return [...new Set(all)];
}

/** Certificates on one lot in log order, superseded ones left out. */
export function certificatesOn(known: Case, lot: string): readonly Told<'Assayed'>[] {
  const all = toldOf(known.lineage.namingLot(lot), 'Assayed').filter(({ event }) =>
    known.hadLot(event.facility, lot),
  );
  const superseded = new Set(all.map(({ event }) => `${event.facility} ${event.supersedes ?? ''}`));
  return all.filter(({ event }) => !superseded.has(`${event.facility} ${event.eventId}`));
}
