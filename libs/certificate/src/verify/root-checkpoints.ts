import { openWitnessed, type SignatureChecker } from '@lodemark/transparency';
import { finding, SKEW_MS, type Report } from './finding.js';
import type { RootPrefix } from './root-prefix.js';
import type { Trust } from './trust.js';

/** A published root checkpoint, signed by the root log that the auditor trusts. */
export interface OpenedCheckpoint {
  readonly where: string;
  readonly size: number;
  /** Lowercase hex. */
  readonly root: string;
  /** Earliest and latest cosignature by a witness of the policy, seconds since 1970; undefined without any. */
  readonly witnessed: { readonly from: number; readonly to: number } | undefined;
  readonly quorumMet: boolean;
}

const UNTRUSTED: ReadonlySet<string> = new Set([
  'not-signed-by-log',
  'no-known-signature',
  'signature-invalid',
]);

interface CheckpointPorts {
  readonly trust: Trust;
  readonly checker: SignatureChecker;
  readonly report: Report;
}

/** Opens every checkpoint under the auditor's own trust: those that it can trust, in their order. */
export async function openCheckpoints(
  notes: readonly string[],
  { trust, checker, report }: CheckpointPorts,
): Promise<readonly OpenedCheckpoint[]> {
  const checkpoints: OpenedCheckpoint[] = [];
  for (const [i, note] of notes.entries()) {
    const where = `/root/checkpoints/${i}`;
    const opened = await openWitnessed(note, trust.trustPolicy, checker);
    if (!opened.ok) {
      const [first] = opened.problems;
      const untrusted = first !== undefined && UNTRUSTED.has(first.code);
      report(
        finding(untrusted ? 'checkpoint-untrusted' : 'checkpoint-malformed', where, first?.detail ?? ''),
      );
      continue;
    }
    const { checkpoint, cosignatures, quorumMet } = opened.value;
    const times = cosignatures.flatMap(({ time }) => (time === undefined || time === 0 ? [] : [time]));
    const witnessed = times.length === 0 ? undefined : { from: Math.min(...times), to: Math.max(...times) };
    checkpoints.push({ where, size: checkpoint.size, root: checkpoint.root, witnessed, quorumMet });
  }
  return checkpoints;
}

/**
 * Whether the entries shown are those that the last checkpoint was signed for. If not, nothing that they say is worth
 * reading: no signature in them is looked at.
 */
export function isSignedFor(
  last: OpenedCheckpoint,
  { size, root }: { readonly size: number; readonly root: string | undefined },
  report: Report,
): boolean {
  if (last.size === size && last.root === root) return true;
  const detail =
    last.size === size
      ? `the ${size} entries shown do not make the tree that is signed`
      : `the last checkpoint is of size ${last.size}, and ${size} entries are shown`;
  report(finding('root-mismatch', last.where, detail));
  return false;
}

/** Compares every checkpoint with the tree that the entries make, and with the time; each must have the quorum. */
export function fitCheckpoints(
  checkpoints: readonly OpenedCheckpoint[],
  prefix: RootPrefix,
  { now, report }: { readonly now: Date; readonly report: Report },
): void {
  const fitting = checkpoints.filter((one) => fits(one, prefix, report));
  for (const one of fitting) checkTime(one, prefix.timeAt(one.size), { now, report });
  for (const { where, quorumMet } of checkpoints) {
    if (quorumMet) continue;
    report(finding('quorum-missing', where, 'too few witnesses of the trust file cosigned it'));
  }
  checkOrder(fitting, report);
}

function fits({ where, size, root }: OpenedCheckpoint, prefix: RootPrefix, report: Report): boolean {
  if (prefix.rootAt(size) === root) return true;
  const detail = `the entries shown do not make the tree of size ${size} that is signed`;
  report(finding('root-mismatch', where, detail));
  return false;
}

/** Nobody cosigns in the future, nor what has not been recorded yet. */
function checkTime(
  { where, witnessed }: OpenedCheckpoint,
  recordedAt: string | undefined,
  { now, report }: { readonly now: Date; readonly report: Report },
): void {
  if (witnessed === undefined) return;
  if (witnessed.to * 1000 > now.getTime() + SKEW_MS) {
    report(finding('cosignature-time', where, `a witness signed at ${witnessed.to}, in the future`));
  }
  if ((witnessed.from + 1) * 1000 + SKEW_MS < Date.parse(recordedAt ?? '')) {
    const detail = `a witness signed at ${witnessed.from}, before its last entry was recorded at ${recordedAt ?? ''}`;
    report(finding('cosignature-time', where, detail));
  }
}

/** A larger tree is never seen before a smaller one. */
function checkOrder(fitting: readonly OpenedCheckpoint[], report: Report): void {
  for (const [i, one] of fitting.entries()) {
    const before = fitting[i - 1];
    if (before === undefined) continue;
    if (one.size <= before.size) {
      report(finding('root-mismatch', '/root/checkpoints', 'the checkpoints do not grow'));
    } else if (
      one.witnessed !== undefined &&
      before.witnessed !== undefined &&
      one.witnessed.to < before.witnessed.from
    ) {
      const detail = `the checkpoint of size ${one.size} was cosigned before that of size ${before.size}`;
      report(finding('cosignature-time', '/root/checkpoints', detail));
    }
  }
}

/** What the root log records never goes back in time, and never ahead of it. */
export function checkRootTimes(
  prefix: RootPrefix,
  { now, report }: { readonly now: Date; readonly report: Report },
): void {
  let before = -Infinity;
  for (let size = 1; size <= prefix.size; size += 1) {
    const at = Date.parse(prefix.timeAt(size) ?? '');
    const where = `/root/entries/${size - 1}`;
    if (at < before) report(finding('root-order', where, 'it was recorded before the entry before it'));
    else before = at;
  }
  if (before > now.getTime() + SKEW_MS) {
    report(
      finding(
        'root-order',
        '/root/entries',
        `an entry was recorded in the future, at ${new Date(before).toISOString()}`,
      ),
    );
  }
}
