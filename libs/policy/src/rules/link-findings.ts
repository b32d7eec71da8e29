import type { Case, Link, Trip } from '../case.js';
import type { EntryRef } from '../evidence.js';
import { notApplicable, orPass, type Found } from '../found.js';
import type { HandOver } from '../lineage.js';
import type { FindingCode } from '../sentences.js';

function refsOf({ receipt, handOver }: Link): EntryRef[] {
  return [...(handOver === undefined ? [] : [handOver.dispatch.ref]), receipt.ref];
}

/** Goods may come in several loads: all that the receiver said of what this dispatch brought. */
export function loadsOf({ receipt }: Link, { receipts }: HandOver): HandOver['receipts'] {
  return receipts.filter(({ event }) => event.facility === receipt.event.facility);
}

export function saidOf(link: Link): { facts: Record<string, string>; entries: EntryRef[] } {
  return {
    facts: {
      lot: link.lot,
      from: link.handOver?.dispatch.event.facility ?? 'unknown',
      to: link.receipt.event.facility,
    },
    entries: refsOf(link),
  };
}

export function saidOfTrip({ lot, handOver: { dispatch }, end }: Trip): ReturnType<typeof saidOf> {
  const to = end.event.type === 'Received' ? end.event.facility : dispatch.event.to;
  return { facts: { lot, from: dispatch.event.facility, to }, entries: [dispatch.ref, end.ref] };
}

/** What settles an assay that two sides differ in: the same for every rule that asks for it, so that it is asked for once. */
export function umpireOn(lot: string): string {
  return `have an umpire laboratory assay the sealed splits of lot ${lot} of both sides, and record its result`;
}

/** What must be told of seals; likewise. */
export function reportOf(seals: readonly string[]): string {
  return `file an incident report that names seals ${[...new Set(seals)].sort().join(', ')}`;
}

/** The findings of every link, or one pass; a lineage without hand-overs has nothing to match. */
export function perLink(
  known: Case,
  judge: (link: Link, handOver: HandOver) => readonly Found[],
  code: FindingCode,
): readonly Found[] {
  if (known.links.length === 0) return [notApplicable('no-hand-over')];
  return orPass(
    known.links.flatMap((link) => (link.handOver === undefined ? [] : judge(link, link.handOver))),
    code,
    { facts: { handOvers: known.links.length } },
  );
}
