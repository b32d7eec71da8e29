import type { Case, Link } from '../case.js';
import { toldOf } from '../effective-events.js';
import { insufficient, type Found } from '../found.js';
import type { HandOver } from '../lineage.js';
import type { Rule } from '../rule.js';
import { reportedSeals, sealIncidents, type SealIncident } from '../seal-incidents.js';
import type { FindingCode } from '../sentences.js';
import { perLink, reportOf, saidOf, umpireOn } from './link-findings.js';
import { differingElements } from './weights.js';

/**
 * C30: a seal that was broken, replaced, missing or another one is followed by an incident report that names it, and
 * the receiver weighed the goods on a scale of its own and had them assayed, with the sender's assay confirmed. One of
 * these missing: INSUFFICIENT.
 */
export const c30: Rule = (known) =>
  perLink(
    known,
    (link, handOver) => incidentFindings(known, link, handOver),
    'seals-unbroken-or-followed-up',
  );

function incidentFindings(known: Case, link: Link, handOver: HandOver): Found[] {
  const incidents = sealIncidents(known, link, handOver);
  if (incidents.length === 0) return [];
  const reported = reportedSeals(known, link, handOver);
  const open = incidents.filter(({ seal }) => !seal.split(' ').some((number) => reported.has(number)));
  return [
    ...(open.length === 0
      ? []
      : [
          notFollowed(link, open, {
            code: 'seal-incident-unreported',
            what: reportOf(open.map(({ seal }) => seal)),
          }),
        ]),
    ...(isWeighed(link)
      ? []
      : [
          notFollowed(link, incidents, {
            code: 'seal-incident-not-reweighed',
            what: `weigh lot ${link.lot} again and name the scale`,
          }),
        ]),
    ...assayFindings(known, { link, handOver, incidents }),
  ];
}

function notFollowed(
  link: Link,
  incidents: readonly SealIncident[],
  { code, what }: { code: FindingCode; what: string },
): Found {
  const said = saidOf(link);
  const [first] = incidents;
  return insufficient(
    code,
    {
      facts: {
        ...said.facts,
        seals: [...new Set(incidents.map(({ seal }) => seal))].sort(),
        condition: first?.condition ?? '',
        country: first?.country ?? '',
      },
      entries: [...said.entries, ...incidents.flatMap(({ entries }) => entries)],
    },
    { code: 'incident-report', by: link.receipt.event.facility, what },
  );
}

function isWeighed({ lot, receipt }: Link): boolean {
  return receipt.event.lots.some((line) => line.lot === lot && line.mass.scale !== undefined);
}

interface Followed {
  readonly link: Link;
  readonly handOver: HandOver;
  readonly incidents: readonly SealIncident[];
}

function assayFindings(known: Case, { link, handOver, incidents }: Followed): Found[] {
  const { lot, receipt } = link;
  const assay = toldOf(known.lineage.namingLot(lot), 'Assayed').findLast(
    ({ event, ref }) => event.facility === receipt.event.facility && ref.index > receipt.ref.index,
  );
  if (assay === undefined)
    return [
      notFollowed(link, incidents, {
        code: 'seal-incident-not-reassayed',
        what: `sample lot ${lot} again and record the assay`,
      }),
    ];
  const { event, ref } = handOver.dispatch;
  const sent = known.lineage.materialAt(lot, event.facility, ref.index);
  const came = receipt.event.lots.find((line) => line.lot === lot);
  if (came === undefined) return [];
  const moisture = assay.event.moisture ?? came.mass.moisture;
  const elements = differingElements(known, sent, {
    lot,
    form: came.form,
    mass: moisture === undefined ? came.mass : { ...came.mass, moisture },
    composition: assay.event.composition,
  });
  if (elements?.length === 0) return [];
  const said = saidOf(link);
  return [
    insufficient(
      'reassay-differs',
      {
        facts: { ...said.facts, elements: elements ?? ['not comparable'] },
        entries: [...said.entries, assay.ref],
      },
      {
        code: 'umpire',
        by: receipt.event.facility,
        what: umpireOn(lot),
      },
    ),
  ];
}
