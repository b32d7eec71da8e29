import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import { orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import { isAlloyed, isChainForm } from '../forms.js';
import type { Rule } from '../rule.js';

/** Steps that leave scrap and swarf of their own: a plant that does one of them has an in-house loop. */
const LEAVES_SCRAP: readonly string[] = ['ALLOY_MELT', 'PRESS', 'SINTER', 'MACHINE'];

/**
 * C11: scrap that a plant takes back into its own process is traced to the process that it fell from, and no loop is an
 * origin of itself (domain.md 3.1 R, 4.2 recycle loop). A plant's own scrap that begins as a collected origin, or a lot
 * that is its own ancestor: INSUFFICIENT.
 */
export const c11: Rule = (known) => {
  const scrap = known.lots.filter((lot) => isScrap(known, lot));
  const circular = [...known.traces.values()].flatMap(({ element, gaps }) =>
    gaps.flatMap((gap) => (gap.code === 'own-ancestor' ? [{ element, gap }] : [])),
  );
  if (scrap.length + circular.length === 0) return [notApplicable('no-scrap-loop')];
  const found = [
    ...circular.map(({ element, gap }) =>
      insufficient(
        'loop-without-origin',
        { facts: { element, lot: gap.lot }, entries: gap.entries },
        {
          code: 'correct',
          by: gap.facility,
          what: `record what else than itself the ${element} in lot ${gap.lot} came from`,
        },
      ),
    ),
    ...known.roots.flatMap((root) => ownScrapFindings(known, root)),
  ];
  return orPassIfNone(found, 'loops-traced', { facts: { lots: scrap } });
};

/** What was melted and is on no way to a magnet: it fell off, or came back. */
function isScrap(known: Case, lot: string): boolean {
  const form = known.lineage.formOf(lot);
  return form !== undefined && isAlloyed(form) && !isChainForm(form);
}

type Collector = { readonly organization: string } | { readonly name: string };

function isOwn(known: Case, organization: string, collector: Collector | undefined): boolean {
  if (collector === undefined) return false;
  if ('organization' in collector) return collector.organization === organization;
  return (
    collector.name.trim().toLowerCase() ===
    known.facts.organization(organization)?.legalName.trim().toLowerCase()
  );
}

function ownScrapFindings(known: Case, { event, ref }: Told<'LotCreated'>): Found[] {
  const { origin, facility, lot } = event;
  if (origin.kind !== 'recycled' || (origin.feed !== 'swarf' && origin.feed !== 'scrap')) return [];
  const record = known.facts.facility(facility, event.occurredAt);
  const own = record !== undefined && isOwn(known, record.organization, origin.collector);
  if (!own || !record.steps.some(({ step }) => LEAVES_SCRAP.includes(step))) return [];
  return [
    insufficient(
      'own-scrap-untraced',
      { facts: { lot, facility, feed: origin.feed }, entries: [ref] },
      {
        code: 'record-loop',
        by: facility,
        what: `record the process that the ${origin.feed} in lot ${lot} fell from, as an output of it; or name who else collected it`,
      },
    ),
  ];
}
