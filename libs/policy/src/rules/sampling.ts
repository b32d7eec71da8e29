import { epochMilliseconds, utcDate } from '@lodemark/domain';
import { certificatesOf } from '../assays.js';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { notApplicable, type Found } from '../found.js';
import type { Rule } from '../rule.js';

/**
 * C41: a sample was taken before a witness or by an accredited sampler, and a sealed split of it is kept for an umpire
 * (domain.md 3.6, 5.3.7). Otherwise the evidence is of no grade A: a note, or INSUFFICIENT where the policy demands it.
 */
export const c41: Rule = (known) => {
  const limits = known.parameters.assays;
  if (limits === undefined) return limitUnstated('assays');
  const certificates = certificatesOf(known);
  if (certificates.length === 0) return [notApplicable('no-certificate')];
  const found = certificates.flatMap((told) => sampleFindings(known, limits.splitsKeptDays, told));
  return orPassIfNone(found, 'samples-witnessed', { facts: { certificates: certificates.length } });
};

function sampleFindings(known: Case, splitsKeptDays: number, told: Told<'Assayed'>): Found[] {
  const { event, ref } = told;
  const { sample, lot, facility } = event;
  const issued = event.issuedOn ?? utcDate(event.occurredAt);
  const until = utcDate(
    new Date(epochMilliseconds(`${issued}T00:00:00Z`) + splitsKeptDays * DAY_MS).toISOString(),
  );
  const kept = (sample.retainedSplits ?? []).some(
    ({ seal, keptUntil }) => seal !== undefined && keptUntil !== undefined && keptUntil >= until,
  );
  const facts = { lot, facility, sample: sample.id };
  return [
    ...(sample.witness !== undefined || surveyed(known, told)
      ? []
      : [
          escalated({ known, check: 'C41' }, 'sample-unwitnessed', {
            facts,
            entries: [ref],
            cure: {
              code: 'witness-sampling',
              by: facility,
              what: `name who witnessed sample ${sample.id}, or have lot ${lot} sampled again before a witness`,
            },
          }),
        ]),
    ...(kept
      ? []
      : [
          escalated({ known, check: 'C41' }, 'split-not-kept', {
            facts: { ...facts, until },
            entries: [ref],
            cure: {
              code: 'keep-split',
              by: facility,
              what: `keep a sealed split of sample ${sample.id} until ${until} at least, and record its seal`,
            },
          }),
        ]),
  ];
}

/** A surveyor's own word, under his own key, that he took a sample of the lot. */
function surveyed(known: Case, { event: { lot } }: Told<'Assayed'>): boolean {
  return known.lineage
    .namingLot(lot)
    .flatMap(({ entry }) => entry.attestations)
    .some(
      ({ signatureValid, attestation }) =>
        signatureValid &&
        attestation.type === 'Survey' &&
        attestation.sampleTaken === true &&
        attestation.lots.includes(lot),
    );
}

const DAY_MS = 86_400_000;
