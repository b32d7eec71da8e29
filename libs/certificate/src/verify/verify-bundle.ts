import type { Verdict } from '@lodemark/policy';
import { canonicalize, sha256Hex, toUtf8, type SignatureChecker } from '@lodemark/transparency';
import { parseBundle, type Bundle } from '../bundle/bundle.js';
import { bytesOf } from '../bundle/embedded-bytes.js';
import type { Certificate } from '../credential/certificate.js';
import type { Gzip } from '../credential/status-list.js';
import { checkClaims, checkLogged, claimedIn, openCertificate } from './check-certificate.js';
import { readPolicy } from './check-policy.js';
import { checkStatus } from './check-status.js';
import { showLog, type ShownLog } from './facility-log.js';
import { finding, standingOf, type Report, type Standing, type VerificationFinding } from './finding.js';
import { judgeAgain } from './judge-again.js';
import {
  checkRootTimes,
  fitCheckpoints,
  isSignedFor,
  openCheckpoints,
  type OpenedCheckpoint,
} from './root-checkpoints.js';
import { RootPrefix, RootTree, type RootView } from './root-prefix.js';
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
  if (opened !== undefined) checkClaims(claimedIn(opened, '/certificate'), ports, report);
  const context = { ...ports, report };
  const root = await readRoot(bundle, context);
  if (root === undefined) return result(findings, ports, { certificate: opened?.certificate });
  const { prefix, asOf } = root;
  checkAge(asOf, ports, report);
  if (opened === undefined) return result(findings, ports, { asOf });
  const { certificate } = opened;
  await checkLogged(opened, { ...context, prefix }, report);
  const digest = sha256Hex(toUtf8(bundle.certificate));
  await checkStatus({ ...context, prefix, texts: bundle.statusLists, certificate, digest }, report);
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
  const before = findings.length;
  const logs = showLogs(bundle, view, context);
  const isProved = () => findings.length === before;
  const judged = { opened, view, logs, prefix, checker: ports.checker, isProved };
  const verdict = policy && (await judgeAgain({ ...judged, policy }, report));
  return result(findings, ports, { certificate, asOf, verdict, policyTitle: policy?.document.title });
}

interface ReadRoot {
  readonly prefix: RootPrefix;
  readonly asOf: NonNullable<Verification['asOf']>;
}

/** The root log as far as it is signed; undefined, and said why, when the entries are not what the auditor's log signed. */
async function readRoot(
  { root }: Bundle,
  { trust, checker, now, report }: VerifierPorts & Pick<Found, 'report'>,
): Promise<ReadRoot | undefined> {
  if (root.origin !== trust.network.rootOrigin) {
    const detail = `it is of ${root.origin}, the trust file of ${trust.network.rootOrigin}`;
    report(finding('checkpoint-untrusted', '/root/origin', detail));
    return undefined;
  }
  const checkpoints = await openCheckpoints(root.checkpoints, { trust, checker, report });
  const last = checkpoints.at(-1);
  if (last?.where !== `/root/checkpoints/${root.checkpoints.length - 1}`) return undefined;
  const tree = treeOf(root.entries, last, report);
  if (tree === undefined) return undefined;
  if (tree.genesis !== trust.genesis) {
    const detail = `its first entry is ${tree.genesis}, the pinned one ${trust.genesis}`;
    report(finding('genesis-mismatch', '/root/entries/0', detail));
    return undefined;
  }
  const prefix = await RootPrefix.read(tree, trust.network, checker);
  fitCheckpoints(checkpoints, prefix, { now, report });
  checkRootTimes(prefix, { now, report });
  return { prefix, asOf: asOfLast(prefix, last.witnessed?.to) };
}

function treeOf(
  embedded: Bundle['root']['entries'],
  last: OpenedCheckpoint,
  report: Report,
): RootTree | undefined {
  const size = embedded.length;
  // Told apart by number first: a file of a million entries costs nothing where a hundred are signed.
  if (last.size !== size) {
    isSignedFor(last, { size, root: undefined }, report);
    return undefined;
  }
  const entries: Uint8Array[] = [];
  for (const [i, entry] of embedded.entries()) {
    const bytes = bytesOf(entry);
    if (bytes === undefined) {
      report(
        finding('entry-malformed', `/root/entries/${i}`, 'the bytes are not in the form they must have'),
      );
      return undefined;
    }
    entries.push(bytes);
  }
  const tree = new RootTree(entries);
  return isSignedFor(last, { size, root: tree.roots[size] }, report) ? tree : undefined;
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

export function result(
  findings: readonly VerificationFinding[],
  { trust }: VerifierPorts,
  found: Partial<Pick<Verification, 'certificate' | 'verdict' | 'asOf' | 'policyTitle'>> = {},
): Verification {
  const witnesses = trust.trustPolicy.witnesses.length;
  // What is too much can only be told once the rest is right: what is asked for depends on it.
  const wrong = findings.filter(({ code }) => code !== 'superfluous');
  const told = wrong.length > 0 ? wrong : findings;
  return {
    standing: standingOf(told),
    findings: told,
    ...{ certificate: found.certificate, verdict: found.verdict, asOf: found.asOf },
    policyTitle: found.policyTitle,
    assumed: [
      `the trust file: genesis ${trust.genesis}, ${String(witnesses)} witnesses, ${String(trust.issuers.length)} issuer keys`,
      'that custody services count in their heads entries what their entries name: whoever follows a log checks it',
    ],
  };
}
