import { epochMilliseconds, utcDate } from '@lodemark/domain';
import { certificatesOf } from '../assays.js';
import type { Case } from '../case.js';
import { makerOf } from '../custodians.js';
import type { Told } from '../effective-events.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import { countingIn } from '../key-standing.js';
import type { Rule } from '../rule.js';
import { settledLots } from './settlement.js';

/**
 * C41: a sample was taken before a witness or by an accredited sampler, and a sealed split of it is kept for an umpire
 * (domain.md 3.6, 5.3.7). Otherwise the evidence is of no grade A: a note, or INSUFFICIENT where the policy demands it.
 * A sample that is dated before its lot was begun, after its own certificate, or when the lot had left and without a
 * witness, is of something else: INSUFFICIENT.
 */
export const c41: Rule = (known) => {
  const limits = known.parameters.assays;
  if (limits === undefined) return limitUnstated('assays');
  const certificates = certificatesOf(known);
  if (certificates.length === 0) return [withoutCertificate(known, settledLots(known, limits))];
  const found = certificates.flatMap((told) => sampleFindings(known, limits.splitsKeptDays, told));
  return orPassIfNone(found, 'samples-witnessed', { facts: { certificates: certificates.length } });
};

/** A policy that demands the check does not pass what changed hands and was never sampled. */
function withoutCertificate(known: Case, settled: readonly string[]): Found {
  const [lot] = settled;
  if (lot === undefined || known.parameters.demands?.includes('C41') !== true)
    return notApplicable('no-certificate');
  return insufficient(
    'no-certificate',
    { facts: { lot } },
    {
      code: 'witness-sampling',
      by: makerOf(lot),
      what: `have lot ${lot} sampled before a witness, and record the certificate of its assay`,
    },
  );
}

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
    ...timeFindings(known, told),
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

/** A continuous sampler begins with the process; before that there was nothing of the lot. */
function timeFindings(known: Case, told: Told<'Assayed'>): Found[] {
  const { sample, lot, facility, occurredAt } = told.event;
  const { takenAt } = sample;
  if (takenAt === undefined) return [];
  const begun = begunAt(known, lot);
  const why = isAfter(takenAt, occurredAt)
    ? `it was assayed at ${occurredAt}`
    : begun !== undefined && isAfter(begun, takenAt)
      ? `the lot was begun at ${begun}`
      : leftBefore(known, told)
        ? `the lot had left ${facility}, and nobody witnessed the sampling`
        : undefined;
  if (why === undefined) return [];
  return [
    insufficient(
      'sample-at-another-time',
      { facts: { lot, facility, sample: sample.id, takenAt, why }, entries: [told.ref] },
      {
        code: 'witness-sampling',
        by: facility,
        what: `correct when sample ${sample.id} was taken, or have lot ${lot} sampled again before a witness`,
      },
    ),
  ];
}

const isAfter = (one: string, other: string) => epochMilliseconds(one) > epochMilliseconds(other);

/** When the process that made the lot, or its mining, began; undefined where nobody says. */
function begunAt(known: Case, lot: string): string | undefined {
  const root = known.roots.find(({ event }) => event.lot === lot)?.event;
  if (root !== undefined) return root.origin.kind === 'mined' ? root.origin.minedFrom : undefined;
  const maker = known.processes.find(({ outputs }) => outputs.some((output) => output.lot === lot))?.told
    .event;
  return maker?.type === 'Transformed' ? maker.startedAt : undefined;
}

/** Sampling at a port or on the way is done before a witness; what else is said of a lot that is gone is of another. */
function leftBefore(known: Case, told: Told<'Assayed'>): boolean {
  const { sample, lot, facility } = told.event;
  if (sample.takenAt === undefined || sample.witness !== undefined || surveyed(known, told)) return false;
  const held = known.custodies.filter((custody) => custody.lot === lot && custody.facility === facility);
  const ends = held.map(({ to }) => to?.event);
  return (
    ends.length > 0 &&
    ends.every((event) => event?.type === 'Dispatched' && isAfter(sample.takenAt ?? '', event.occurredAt))
  );
}

/** A surveyor's own word, under his own key, that he took a sample of the lot; nobody surveys for himself. */
function surveyed(known: Case, { event: { lot, facility, occurredAt } }: Told<'Assayed'>): boolean {
  const own = known.facts.facility(facility, occurredAt)?.organization;
  return known.lineage
    .namingLot(lot)
    .flatMap(({ entry }) => countingIn(entry, known.facts))
    .some(
      (attestation) =>
        attestation.type === 'Survey' &&
        attestation.organization !== own &&
        attestation.sampleTaken === true &&
        attestation.lots.includes(lot),
    );
}

const DAY_MS = 86_400_000;
