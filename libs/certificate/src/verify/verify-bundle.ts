import { judge, parsePolicyDocument, RULES, type Policy, type Verdict } from '@lodemark/policy';
import {
  canonicalBytes,
  canonicalize,
  sha256Hex,
  toUtf8,
  type SignatureChecker,
} from '@lodemark/transparency';
import { parseBundle, type Bundle } from '../bundle/bundle.js';
import { bytesOf } from '../bundle/embedded-bytes.js';
import type { Certificate } from '../credential/certificate.js';
import { certify, verdictDigest } from '../credential/certified.js';
import type { Gzip } from '../credential/status-list.js';
import { checkClaims, checkLogged, openCertificate } from './check-certificate.js';
import { checkStatus } from './check-status.js';
import { checkCompleteness } from './completeness.js';
import { showLog, type ShownLog } from './facility-log.js';
import { finding, standingOf, type Report, type Standing, type VerificationFinding } from './finding.js';
import { gatherEvidence } from './lineage-evidence.js';
import { fitCheckpoints } from './root-checkpoints.js';
import { RootPrefix, type RootView } from './root-prefix.js';
import type { Trust } from './trust.js';

/** What the verifier is given beside the file: the auditor's trust, and what only a platform has. */
export interface VerifierPorts {
  readonly trust: Trust;
  readonly checker: SignatureChecker;
  readonly gzip: Gzip;
  readonly now: Date;
}

/** What was found. `VALID` says nothing of the outcome: a certificate of refusal can be as valid as a pass. */
export interface Verification {
  readonly standing: Standing;
  readonly findings: readonly VerificationFinding[];
  readonly certificate: Certificate | undefined;
  /** Worked out anew from the evidence shown; undefined when it could not be. */
  readonly verdict: Verdict | undefined;
  /** Of the policy that the certificate names, from the document that has its digest. */
  readonly policyTitle: string | undefined;
  /** Size and time of the last root checkpoint: what is known of revocation ends there. */
  readonly asOf:
    { readonly size: number; readonly recordedAt: string; readonly witnessedAt?: string } | undefined;
  /** What was taken as given. */
  readonly assumed: readonly string[];
}

/** Verifies a bundle from its bytes. Never throws on what it is given, and asks nobody. */
export async function verifyBundle(bytes: Uint8Array, ports: VerifierPorts): Promise<Verification> {
  const findings: VerificationFinding[] = [];
  const report: Report = (one) => findings.push(one);
  const parsed = parseBundle(bytes);
  if (!parsed.ok) {
    for (const { pointer, detail } of parsed.problems) report(finding('file-malformed', pointer, detail));
    return result(findings, ports);
  }
  return verifyParsed(parsed.value, ports, { findings, report });
}

/** A certificate by itself shows no evidence: at best it is not known to be wrong. */
export function verifyAlone(text: string, ports: VerifierPorts): Verification {
  const findings: VerificationFinding[] = [];
  const report: Report = (one) => findings.push(one);
  const opened = openCertificate(text.trim(), '', report);
  if (opened !== undefined) checkClaims(opened, ports, report);
  report(
    finding(
      'evidence-missing',
      '',
      'a certificate alone shows neither evidence nor status: ask for its bundle',
    ),
  );
  return result(findings, ports, { certificate: opened?.certificate });
}

/** A file in which there is nothing to verify. */
export function verifyNothing(why: VerificationFinding, ports: VerifierPorts): Verification {
  return result([why], ports);
}

interface Found {
  readonly findings: readonly VerificationFinding[];
  readonly report: Report;
}

async function verifyParsed(
  bundle: Bundle,
  ports: VerifierPorts,
  { findings, report }: Found,
): Promise<Verification> {
  const opened = openCertificate(bundle.certificate, '/certificate', report);
  if (opened !== undefined) checkClaims(opened, ports, report);
  const prefix = await readRoot(bundle, ports, report);
  if (prefix === undefined) return result(findings, ports, { certificate: opened?.certificate });
  const context = { ...ports, prefix, report };
  const fitting = await fitCheckpoints(bundle.root.checkpoints, prefix, context);
  const last = fitting.at(-1);
  const asOf = asOfLast(prefix, last?.witnessed?.to);
  checkAge(asOf, ports, report);
  if (opened === undefined) return result(findings, ports, { asOf });
  const { certificate } = opened;
  await checkLogged(opened, context, report);
  const keys = prefix.at(prefix.size)?.keys ?? new Map();
  const digest = sha256Hex(toUtf8(bundle.certificate));
  await checkStatus({ ...context, texts: bundle.statusLists, keys, certificate, digest }, report);
  const view = prefix.at(certificate.horizon.size);
  if (view === undefined || canonicalize(view.horizon) !== canonicalize(certificate.horizon)) {
    report(
      finding(
        'horizon-mismatch',
        '/certificate',
        'the root log shown has another tree or time at its horizon',
      ),
    );
    return result(findings, ports, { certificate, asOf });
  }
  const policy = readPolicy(bundle, { policy: certificate.policy, statements: view.statements }, report);
  const logs = showLogs(bundle, view, context);
  const verdict = policy && (await judgeAgain({ certificate, view, logs, policy, prefix }, ports, report));
  return result(findings, ports, { certificate, asOf, verdict, policyTitle: policy?.document.title });
}

async function readRoot(
  { root }: Bundle,
  { trust, checker }: VerifierPorts,
  report: Report,
): Promise<RootPrefix | undefined> {
  if (root.origin !== trust.network.rootOrigin) {
    const detail = `it is of ${root.origin}, the trust file of ${trust.network.rootOrigin}`;
    report(finding('checkpoint-untrusted', '/root/origin', detail));
    return undefined;
  }
  const entries: Uint8Array[] = [];
  for (const [i, entry] of root.entries.entries()) {
    const bytes = bytesOf(entry);
    if (bytes === undefined) {
      report(finding('entry-malformed', `/root/entries/${i}`, 'the bytes are not canonical base64'));
      return undefined;
    }
    entries.push(bytes);
  }
  const prefix = await RootPrefix.read(entries, trust.network, checker);
  if (prefix.genesis !== trust.genesis) {
    const detail = `its first entry is ${prefix.genesis ?? 'no genesis'}, the pinned one ${trust.genesis}`;
    report(finding('genesis-mismatch', '/root/entries/0', detail));
    return undefined;
  }
  return prefix;
}

function asOfLast(prefix: RootPrefix, witnessed: number | undefined): NonNullable<Verification['asOf']> {
  const recordedAt = prefix.timeAt(prefix.size) ?? '';
  const at = witnessed === undefined ? {} : { witnessedAt: new Date(witnessed * 1000).toISOString() };
  return { size: prefix.size, recordedAt, ...at };
}

const DAY_MS = 86_400_000;

/** What has happened since the last checkpoint nobody can see in a file. */
function checkAge(
  { recordedAt, witnessedAt }: NonNullable<Verification['asOf']>,
  { trust, now }: VerifierPorts,
  report: Report,
): void {
  const age = now.getTime() - Date.parse(witnessedAt ?? recordedAt);
  if (age <= trust.maxStatusAgeDays * DAY_MS) return;
  const detail = `its status is as of ${witnessedAt ?? recordedAt}, more than ${trust.maxStatusAgeDays} days ago`;
  report(finding('status-old', '/root/checkpoints', detail));
}

function readPolicy(
  bundle: Bundle,
  { policy, statements }: Pick<Certificate, 'policy'> & Pick<RootView, 'statements'>,
  report: Report,
): Policy | undefined {
  const digest = sha256Hex(canonicalBytes(bundle.policy));
  if (digest !== policy.document) {
    report(
      finding('policy-mismatch', '/policy', `it is ${digest}, the certificate names ${policy.document}`),
    );
    return undefined;
  }
  const isPublished = statements.some(
    ({ statement: one }) =>
      one.type === 'PolicyPublished' && one.document === digest && one.policy === policy.id,
  );
  if (!isPublished) {
    report(
      finding(
        'policy-unpublished',
        '/policy',
        `before the horizon the root log publishes no ${policy.id} ${digest}`,
      ),
    );
  }
  const document = parsePolicyDocument(bundle.policy);
  if (!document.ok) {
    const [first] = document.problems;
    report(
      finding('policy-unreadable', `/policy${first?.pointer ?? ''}`, first?.detail ?? 'it is no policy'),
    );
    return undefined;
  }
  const unknown = document.value.rules.filter((rule) => !RULES.has(rule));
  for (const rule of unknown) {
    report(
      finding(
        'rule-unknown',
        '/policy/rules',
        `this verifier does not know the rule ${rule}: use a newer one`,
      ),
    );
  }
  // Judged without a rule it would come out otherwise, which says nothing against the certificate (invariant 8).
  if (unknown.length > 0) return undefined;
  return { document: document.value, digest };
}

function showLogs(
  bundle: Bundle,
  view: RootView,
  { trust, report }: Pick<VerifierPorts, 'trust'> & { readonly report: Report },
): readonly ShownLog[] {
  const seen = new Set<string>();
  return bundle.logs.flatMap((shown, i) => {
    const where = `/logs/${i}`;
    const facility = trust.network.facilityOf(shown.origin);
    const counted = view.counted.get(shown.origin);
    if (facility === undefined || counted === undefined || seen.has(shown.origin)) {
      report(
        finding(
          'log-unknown',
          `${where}/origin`,
          `at the horizon nothing of ${shown.origin} counts, or it is given twice`,
        ),
      );
      return [];
    }
    seen.add(shown.origin);
    const coverage = view.coverage.get(shown.origin) ?? [];
    return showLog({ shown, facility, counted, coverage, where }, report) ?? [];
  });
}

interface Judged {
  readonly certificate: Certificate;
  readonly view: RootView;
  readonly logs: readonly ShownLog[];
  readonly policy: Policy;
  readonly prefix: RootPrefix;
}

async function judgeAgain(
  { certificate, view, logs, policy, prefix }: Judged,
  { checker }: VerifierPorts,
  report: Report,
): Promise<Verdict> {
  const { lot, question } = certificate;
  const gathered = await gatherEvidence({ prefix, view, logs, checker }, lot);
  checkCompleteness({ logs, origins: [...view.counted.keys()] }, gathered, report);
  const verdict = judge(gathered.evidence, policy, { lot, question });
  const digest = verdictDigest(verdict);
  if (digest !== certificate.verdict) {
    const detail = `the evidence gives ${verdict.outcome} (${digest}), the certificate says ${certificate.outcome} (${certificate.verdict})`;
    report(finding('verdict-mismatch', '/certificate', detail));
  } else if (
    canonicalize(certify(gathered.evidence, policy, verdict)) !== canonicalize(certificate.certified)
  ) {
    report(
      finding(
        'verdict-mismatch',
        '/certificate',
        'what the certificate says beside the verdict does not follow from the evidence',
      ),
    );
  }
  return verdict;
}

function result(
  findings: readonly VerificationFinding[],
  { trust }: VerifierPorts,
  found: Partial<Pick<Verification, 'certificate' | 'verdict' | 'asOf' | 'policyTitle'>> = {},
): Verification {
  const witnesses = trust.trustPolicy.witnesses.length;
  return {
    standing: standingOf(findings),
    findings,
    ...{ certificate: found.certificate, verdict: found.verdict, asOf: found.asOf },
    policyTitle: found.policyTitle,
    assumed: [
      `the trust file: genesis ${trust.genesis}, ${String(witnesses)} witnesses, ${String(trust.issuers.length)} issuer keys`,
      'that custody services count in their heads entries what their entries name: whoever follows a log checks it',
    ],
  };
}
