import { openWitnessed, type SignatureChecker } from '@lodemark/transparency';
import { finding, type VerificationFinding } from './finding.js';
import type { RootPrefix } from './root-prefix.js';
import type { Trust } from './trust.js';

/** A published root checkpoint that fits the root log shown. */
export interface FittingCheckpoint {
  readonly size: number;
  /** Earliest and latest cosignature by a witness of the policy, seconds since 1970; undefined without any. */
  readonly witnessed: { readonly from: number; readonly to: number } | undefined;
}

const UNTRUSTED: ReadonlySet<string> = new Set([
  'not-signed-by-log',
  'no-known-signature',
  'signature-invalid',
]);

/** Clocks of witnesses may differ from the verifier's by this. */
const SKEW_SECONDS = 300;

/**
 * Opens every checkpoint under the auditor's own trust, and compares each with the tree that the entries make. The
 * last must be of all entries and must have the quorum; the others may only bracket times.
 */
export async function fitCheckpoints(
  notes: readonly string[],
  prefix: RootPrefix,
  { trust, checker, now }: { readonly trust: Trust; readonly checker: SignatureChecker; readonly now: Date },
  report: (one: VerificationFinding) => void,
): Promise<readonly FittingCheckpoint[]> {
  const fitting: FittingCheckpoint[] = [];
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
    const { size, root } = checkpoint;
    if (prefix.rootAt(size) !== root) {
      report(
        finding(
          'root-mismatch',
          where,
          `the entries shown do not make the tree of size ${size} that is signed`,
        ),
      );
      continue;
    }
    const times = cosignatures.flatMap(({ time }) => (time === undefined || time === 0 ? [] : [time]));
    const ahead = times.find((time) => time > now.getTime() / 1000 + SKEW_SECONDS);
    if (ahead !== undefined)
      report(finding('cosignature-time', where, `a witness signed at ${ahead}, in the future`));
    if (i === notes.length - 1) {
      if (size !== prefix.size) {
        const detail = `the last checkpoint is of size ${size}, and ${prefix.size} entries are shown`;
        report(finding('root-mismatch', where, detail));
      }
      if (!quorumMet)
        report(finding('quorum-missing', where, 'too few witnesses of the trust file cosigned it'));
    }
    const witnessed = times.length === 0 ? undefined : { from: Math.min(...times), to: Math.max(...times) };
    fitting.push({ size, witnessed });
  }
  checkOrder(fitting, report);
  return fitting;
}

/** A larger tree is never seen before a smaller one. */
function checkOrder(fitting: readonly FittingCheckpoint[], report: (one: VerificationFinding) => void): void {
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
