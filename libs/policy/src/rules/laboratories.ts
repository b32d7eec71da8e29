import { toShare, utcDate, type Analyte, type Composition } from '@lodemark/domain';
import { certificatesOf } from '../assays.js';
import { makerOf } from '../custodians.js';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import { countingIn } from '../key-standing.js';
import type { PolicyParameters } from '../policy-document.js';
import { push } from '../root-facts.js';
import { isWithin } from '../interval.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import { inPercent, percent } from '../shares.js';
import { differingShares, settledLots } from './settlement.js';

type Limits = NonNullable<PolicyParameters['assays']>;

/**
 * C40: what changes hands was assayed by a laboratory that is accredited to ISO/IEC 17025 on that day, within its
 * scope, independent of the seller, by a method that suits the share (domain.md 3.6, S20). Otherwise the grade of the
 * evidence is lower: a note, or INSUFFICIENT where the policy demands the check. A laboratory that states something else
 * under its own key than the certificate is told to say: INSUFFICIENT.
 */
export const c40: Rule = (known) => {
  const limits = known.parameters.assays;
  if (limits === undefined) return limitUnstated('assays');
  const certificates = certificatesOf(known);
  const settled = settledLots(known, limits);
  if (certificates.length + settled.length === 0) return [notApplicable('no-hand-over')];
  const assayed = new Set(certificates.map(({ event }) => event.lot));
  const byMaker = new Map<string, string[]>();
  for (const lot of settled) if (!assayed.has(lot)) push(byMaker, makerOf(lot), lot);
  const inHouse = [...byMaker].map(([facility, lots]) => inHouseFinding(known, facility, lots));
  const found = [...inHouse, ...certificates.flatMap((told) => laboratoryFindings(known, limits, told))];
  return orPassIfNone(found, 'laboratories-accredited', { facts: { certificates: certificates.length } });
};

/** One for each maker, however many lots: a warning is no list. */
function inHouseFinding(known: Case, facility: string, lots: readonly string[]): Found {
  const made = lots.flatMap((lot) => known.lineage.producersOf(lot));
  return escalated({ known, check: 'C40' }, 'assay-in-house', {
    facts: { facility, lots: lots.slice(0, MAX_NAMED), lotCount: lots.length },
    entries: made.map((producer) =>
      producer.kind === 'created' ? producer.told.ref : producer.process.told.ref,
    ),
    cure: {
      code: 'assay',
      by: facility,
      what: 'have what changes hands assayed by an accredited, independent laboratory, and record its certificates',
    },
  });
}

const MAX_NAMED = 20;

function laboratoryFindings(known: Case, limits: Limits, told: Told<'Assayed'>): Found[] {
  const { event, ref } = told;
  const { laboratory, certificate, lot, facility } = event;
  const lower = (code: FindingCode, facts: Record<string, string>, what: string) =>
    escalated({ known, check: 'C40' }, code, {
      facts: { lot, facility, laboratory: laboratory.name, certificate, ...facts },
      entries: [ref],
      cure: { code: 'assay', by: facility, what },
    });
  const row = methodOf(limits, event.method);
  return [
    ...saidOtherwise(known, told),
    ...accreditationFindings(known, limits, { told, row, lower }),
    ...independenceFindings(known, limits, { told, lower }),
    ...methodFindings(known, { told, row, lower }),
  ];
}

/** What the laboratory itself states under its own key of the certificate that a facility tells of. */
function saidOtherwise(known: Case, { event, entry, ref }: Told<'Assayed'>): Found[] {
  return countingIn(entry, known.facts).flatMap((attestation): Found[] => {
    if (attestation.type !== 'Assay') return [];
    const { lot, certificate, organization } = attestation;
    if (lot !== event.lot || certificate !== event.certificate) return [];
    const elements = differingShares(known, event.composition, attestation.composition);
    if (elements.length === 0) return [];
    return [
      insufficient(
        'laboratory-says-otherwise',
        { facts: { lot, facility: event.facility, organization, certificate, elements }, entries: [ref] },
        {
          code: 'assay',
          by: event.facility,
          what: `correct the assay to what ${organization} found, or have it state the certificate again`,
        },
      ),
    ];
  });
}

type Method = Limits['methods'][number];
type Lower = (code: FindingCode, facts: Record<string, string>, what: string) => Found;

function methodOf({ methods }: Limits, stated: string | undefined): Method | undefined {
  return methods.find(({ method }) => stated?.toLowerCase().includes(method.toLowerCase()) === true);
}

interface Looked {
  readonly told: Told<'Assayed'>;
  readonly row?: Method | undefined;
  readonly lower: Lower;
}

function accreditationFindings(
  known: Case,
  { scheme }: Limits,
  { told: { event }, row, lower }: Looked,
): Found[] {
  const date = event.issuedOn ?? utcDate(event.occurredAt);
  const registered = known.facts.organization(event.laboratory.organization ?? '');
  const valid = (registered?.accreditations ?? []).filter(
    (one) => one.scheme.startsWith(scheme) && isWithin(one, date),
  );
  if (valid.length === 0)
    return [
      lower(
        'laboratory-not-accredited',
        { scheme, date },
        `have the ${scheme} accreditation of ${event.laboratory.name} on ${date} registered, or another laboratory assay it`,
      ),
    ];
  if (row === undefined) return [];
  const { method } = row;
  const inScope = valid.some(
    ({ scope }) => scope === undefined || scope.toLowerCase().includes(method.toLowerCase()),
  );
  return inScope
    ? []
    : [lower('method-out-of-scope', { method }, 'have it assayed within the scope of an accreditation')];
}

/** Whoever controls both, or one the other, makes the laboratory the seller's own. */
function independenceFindings(
  known: Case,
  { independencePercent }: Limits,
  { told, lower }: Looked,
): Found[] {
  const { event } = told;
  const laboratory = event.laboratory.organization;
  const seller = known.facts.facility(event.facility, event.occurredAt)?.organization;
  if (laboratory === undefined || seller === undefined) return [];
  const date = event.issuedOn ?? utcDate(event.occurredAt);
  const above = (organization: string) =>
    controllersOf(known, organization, { date, least: independencePercent });
  const common = [...above(laboratory)].filter((one) => above(seller).has(one));
  return common.length === 0
    ? []
    : [
        lower(
          'laboratory-not-independent',
          { by: common.join(', ') },
          `have it assayed by a laboratory that ${common.join(' and ')} does not own`,
        ),
      ];
}

function controllersOf(
  known: Case,
  organization: string,
  { date, least }: { readonly date: string; readonly least: string },
): ReadonlySet<string> {
  const found = new Set([organization]);
  for (const one of found)
    for (const { holder, equity, votes, seats } of known.facts.ownership(one, date)?.statement.holders ?? [])
      if (
        'organization' in holder &&
        [equity, votes, seats].some((held) => percent(held).compare(percent(least)) >= 0)
      )
        found.add(holder.organization);
  return found;
}

function methodFindings(known: Case, { told: { event }, row, lower }: Looked): Found[] {
  if (row === undefined)
    return [
      lower('method-unknown', { method: event.method ?? 'unstated' }, 'say by which method it was assayed'),
    ];
  const outside = event.composition.analytes
    .flatMap((analyte) => {
      const share = shareOf(analyte, event.composition);
      return share === undefined ? [] : [{ substance: analyte.substance, share }];
    })
    .filter(
      ({ share }) =>
        share.greaterThan(percent(row.maxPercent)) ||
        (share.lessThan(percent(row.minPercent)) && share.compare(known.measure.trace) >= 0),
    );
  return outside
    .slice(0, 1)
    .map(({ substance, share }) =>
      lower(
        'method-out-of-range',
        { method: row.method, substance, sharePercent: inPercent(share) },
        `have ${substance} assayed by a method for such a share`,
      ),
    );
}

function shareOf({ fraction, of }: Analyte, { treo }: Composition) {
  if (of === 'material') return toShare(fraction);
  return treo === undefined ? undefined : toShare(fraction).mul(toShare(treo));
}
