import { assayedElements, isRareEarth } from '@lodemark/domain';
import type { Case, Link } from '../case.js';
import { isTold, type Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { limitUnstated } from '../escalation.js';
import { distinctFindings, insufficient, notApplicable, orPass, type Found } from '../found.js';
import { isNeutral } from '../forms.js';
import type { Process, Stated } from '../lineage.js';
import type { TRACEABILITY_ITEMS } from '../question-limits.js';
import type { Organization } from '../root-facts.js';
import type { Rule } from '../rule.js';
import { operating } from './control.js';

type Item = (typeof TRACEABILITY_ITEMS)[number];

/**
 * R-ISO-23664: the data set that ISO 23664:2021 is understood to intend, from the mine to the separated product
 * (domain.md 2.1): who handled each lot and how to reach it, where, what and how much it was, what was done to it, and
 * who handed it to whom. The paid text was not read: this is no statement of conformity. Each item that nobody recorded
 * is INSUFFICIENT, with who must record it; there is no FAIL.
 */
export const isoTraceability: Rule = (known) => {
  const limits = known.parameters.traceability;
  if (limits === undefined) return limitUnstated('traceability');
  const acts = operating(known);
  if (acts.length === 0) return [notApplicable('no-process')];
  const gaps = [
    ...acts.flatMap((told) => businessGaps(known, told)),
    ...known.roots.flatMap((told) => rootGaps(known, told)),
    ...known.processes.flatMap(processGaps),
    ...known.links.flatMap((link) => linkGaps(known, link)),
    ...known.linkGaps.map(({ lot, facility, entries }) =>
      gap('counterparty-receipt', lot, { by: facility, entries }),
    ),
  ].filter(({ item }) => limits.items.includes(item));
  return orPass(distinctFindings(gaps.map(asFinding)), 'traceability-data-complete', {
    facts: {
      items: limits.items.length,
      facilities: [...new Set(acts.map(({ event }) => event.facility))].sort(),
    },
  });
};

interface Gap {
  readonly item: Item;
  /** A lot, a facility or an organization. */
  readonly of: string;
  readonly by: string;
  readonly entries: readonly EntryRef[];
}

function gap(item: Item, of: string, { by, entries }: Pick<Gap, 'by' | 'entries'>): Gap {
  return { item, of, by, entries };
}

function asFinding({ item, of, by, entries }: Gap): Found {
  return insufficient(
    'traceability-item-missing',
    { facts: { item, of }, entries },
    { code: 'record-data', by, what: `record the ${item} of ${of}` },
  );
}

/** What is known of the business and the site behind an act; no entry shows it, so that each is asked for once. */
function businessGaps(known: Case, { event: { facility, occurredAt } }: Told): Gap[] {
  const site = known.facts.facility(facility, occurredAt);
  // Of a facility that nobody registered nothing is known, nor whose it is.
  const business = site?.organization ?? facility;
  const organization = known.facts.organization(business);
  const missing = (Object.keys(OF_BUSINESS) as (keyof typeof OF_BUSINESS)[]).filter(
    (item) => site === undefined || organization === undefined || !OF_BUSINESS[item](organization),
  );
  return [
    ...missing.map((item) => gap(item, business, { by: business, entries: [] })),
    ...(site?.site === undefined ? [gap('site-location', facility, { by: facility, entries: [] })] : []),
  ];
}

const OF_BUSINESS = {
  'business-registration': ({ registrationNumber }: Organization) => registrationNumber !== undefined,
  'business-address': ({ address }: Organization) => address !== undefined,
  'business-contact': ({ contact }: Organization) => contact !== undefined,
  'record-retention': ({ records }: Organization) => records !== undefined,
  'auditor-access': ({ records }: Organization) => records !== undefined,
} satisfies Partial<Record<Item, (organization: Organization) => boolean>>;

function rootGaps(known: Case, told: Told<'LotCreated'>): Gap[] {
  const { event, ref } = told;
  const said = { by: event.facility, entries: [ref] };
  const material = materialGaps(known.lineage.madeAs(event.lot) ?? event, said);
  // Whoever records a root that is no mine's has no mine's licence to tell; where it is from is then not in the set.
  return event.origin.kind === 'mined' ? material : [...material, gap('mine-licence', event.lot, said)];
}

/** Forms in which TREO is how the trade states a material, and which are weighed wet. */
const UNSEPARATED: readonly string[] = ['ORE', 'TAILINGS', 'CONCENTRATE', 'MIXED_CARBONATE', 'MIXED_OXIDE'];
const WET: readonly string[] = ['ORE', 'TAILINGS', 'CONCENTRATE', 'MIXED_CARBONATE', 'SEPARATED_CARBONATE'];

function materialGaps({ lot, form, mass, composition }: Stated, said: Pick<Gap, 'by' | 'entries'>): Gap[] {
  const named = composition?.analytes.flatMap(({ substance }) => assayedElements(substance)) ?? [];
  return [
    ...(named.some(isRareEarth) ? [] : [gap('material-composition', lot, said)]),
    ...(UNSEPARATED.includes(form) && composition?.treo === undefined
      ? [gap('total-rare-earths', lot, said)]
      : []),
    ...(WET.includes(form) && mass.moisture === undefined ? [gap('moisture', lot, said)] : []),
  ];
}

function processGaps(process: Process): Gap[] {
  const { told, facility, outputs } = process;
  if (isNeutral(process.step) || !isTold(told, 'Transformed')) return [];
  const { event, ref } = told;
  const said = { by: facility, entries: [ref] };
  const [first] = outputs;
  const of = first?.lot ?? facility;
  return [
    ...(event.startedAt === undefined || event.endedAt === undefined ? [gap('process-dates', of, said)] : []),
    // Nothing that is done to rare earths loses none of them: what is lost is said, or leaves beside the product.
    ...(event.losses === undefined && outputs.every(({ role }) => role === 'product')
      ? [gap('process-losses', of, said)]
      : []),
  ];
}

function linkGaps(known: Case, { lot, receipt, handOver }: Link): Gap[] {
  if (handOver === undefined)
    return [gap('counterparty-receipt', lot, { by: receipt.event.facility, entries: [receipt.ref] })];
  const { event, ref } = handOver.dispatch;
  const said = { by: event.facility, entries: [ref] };
  const line = event.lots.find((one) => one.lot === lot);
  const weighedGross =
    line?.mass.gross !== undefined || line?.packages?.every(({ gross }) => gross !== undefined) === true;
  const made = known.lineage.materialAt(lot, event.facility, ref.index);
  return [
    ...(event.carrier === undefined ? [gap('carrier', lot, said)] : []),
    ...(event.waybill === undefined ? [gap('transport-document', lot, said)] : []),
    ...(weighedGross ? [] : [gap('gross-mass', lot, said)]),
    ...(made === undefined ? [gap('material-composition', lot, said)] : materialGaps(made, said)),
  ];
}
