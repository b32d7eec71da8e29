import { judge, type Evidence, type Policy, type Verdict } from '@lodemark/policy';
import { canonicalize, type SignatureChecker } from '@lodemark/transparency';
import { certificateCredential } from '../credential/certificate.js';
import { certify, verdictDigest } from '../credential/certified.js';
import type { ReadJwt } from './check-certificate.js';
import { checkCompleteness, checkNothingElse } from './completeness.js';
import type { ShownLog } from './facility-log.js';
import { finding, type Report } from './finding.js';
import { gatherEvidence } from './lineage-evidence.js';
import type { RootPrefix, RootView } from './root-prefix.js';

interface Judged {
  readonly opened: ReadJwt;
  readonly view: RootView;
  readonly logs: readonly ShownLog[];
  readonly policy: Policy;
  readonly prefix: RootPrefix;
  readonly checker: SignatureChecker;
  /** Whether nothing was found wanting in the evidence so far. */
  readonly isProved: () => boolean;
}

const WHERE = '/certificate';

/**
 * The verdict that the evidence gives; reports where the certificate says anything else, or more. Evidence that is not
 * proved to be all there is gives none: it says nothing against a certificate that was judged on more.
 */
export async function judgeAgain(
  { opened, view, logs, policy, prefix, checker, isProved }: Judged,
  report: Report,
): Promise<Verdict | undefined> {
  const { certificate } = opened;
  const { lot, question } = certificate;
  const gathered = await gatherEvidence({ prefix, view, logs, checker }, lot);
  checkCompleteness({ logs, origins: [...view.counted.keys()] }, gathered, report);
  if (!isProved()) return undefined;
  const verdict = judge(gathered.evidence, policy, { lot, question });
  checkNothingElse(logs, gathered, report);
  checkClaimed(opened, { evidence: gathered.evidence, policy, verdict }, report);
  checkSince({ evidence: gathered.evidence, policy, verdict }, prefix, report);
  return verdict;
}

interface Judgement {
  readonly evidence: Evidence;
  readonly policy: Policy;
  readonly verdict: Verdict;
}

/** Verdict, what stands beside it, and all that the credential says in other people's words: to the byte. */
function checkClaimed(
  { jwt, certificate }: ReadJwt,
  { evidence, policy, verdict }: Judgement,
  report: Report,
): void {
  const digest = verdictDigest(verdict);
  if (digest !== certificate.verdict) {
    const detail = `the evidence gives ${verdict.outcome} (${digest}), the certificate says ${certificate.outcome} (${certificate.verdict})`;
    report(finding('verdict-mismatch', WHERE, detail));
    return;
  }
  const certified = certify(evidence, policy, verdict);
  if (canonicalize(certified) !== canonicalize(certificate.certified)) {
    const detail = 'what the certificate says beside the verdict does not follow from the evidence';
    report(finding('verdict-mismatch', WHERE, detail));
  } else if (canonicalize(certificateCredential(certified, certificate)) !== canonicalize(jwt.credential)) {
    const detail = 'what the credential says for other readers is not what it certifies';
    report(finding('certificate-claims', WHERE, detail));
  }
}

/**
 * What the root log says since the horizon may reach back: a key suspect from an earlier time, a log at fault, an owner
 * declared late. A pass that would be none today is not taken for one, whether or not its issuer suspended it.
 */
function checkSince({ evidence, policy, verdict }: Judgement, prefix: RootPrefix, report: Report): void {
  const { lot, question, horizon, outcome } = verdict;
  const today = prefix.at(prefix.size);
  if (today === undefined || !isPass(outcome)) return;
  const isNews = [...today.statements, ...today.faults].some(({ index }) => index >= horizon.size);
  if (!isNews) return;
  const later = { ...evidence, horizon: today.horizon };
  const since = judge({ ...later, root: today.statements, faults: today.faults }, policy, { lot, question });
  // That time alone has passed is no news: what a certificate says, it says as of its horizon.
  if (isPass(since.outcome) || !isPass(judge(later, policy, { lot, question }).outcome)) return;
  const codes = since.findings.flatMap((one) =>
    one.outcome === since.outcome ? [`${one.rule} ${one.code}`] : [],
  );
  const detail = `with what the root log says since the horizon, the evidence gives ${since.outcome}: ${codes.join(', ')}`;
  report(finding('overtaken', WHERE, detail));
}

function isPass(outcome: Verdict['outcome']): boolean {
  return outcome === 'PASS' || outcome === 'PASS_EXCEPTION';
}
