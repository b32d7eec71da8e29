import { renderFinding, type Finding } from '@lodemark/policy';
import type { JsonObject } from '@lodemark/transparency';
import type { Certificate } from '../credential/certificate.js';
import { verdictDigest } from '../credential/certified.js';
import type { Standing, VerificationFinding } from './finding.js';
import type { Verification } from './verify-bundle.js';

/** A check of the verdict that was worked out anew. */
export interface ReportedCheck {
  readonly rule: string;
  readonly outcome: Finding['outcome'];
  readonly code: string;
  /** In plain English. */
  readonly said: string;
  /** `facility/index` of the entries that show it. */
  readonly entries: readonly string[];
  readonly cure?: Finding['cure'];
}

/** What a verifier answers, wherever it runs: plain JSON, the same for the same file, trust file and time. */
export interface VerificationReport {
  readonly standing: Standing;
  /** Whether the certificate says PASS or PASS_EXCEPTION about what the policy is for; says nothing of its standing. */
  readonly passes: boolean;
  readonly findings: readonly VerificationFinding[];
  readonly certificate: ReportedCertificate | null;
  readonly policyTitle: string | null;
  /** Worked out anew; null when it could not be. */
  readonly verdict: { readonly digest: string; readonly checks: readonly ReportedCheck[] } | null;
  readonly asOf: NonNullable<Verification['asOf']> | null;
  readonly assumed: readonly string[];
}

type ReportedCertificate = Omit<Certificate, 'certified' | 'verdict' | 'validUntil'> & {
  readonly validUntil?: string;
  /** All that it says of the lot. */
  readonly certified: JsonObject;
};

export function reportOf(verification: Verification): VerificationReport {
  const { standing, findings, certificate, verdict, policyTitle, asOf, assumed } = verification;
  return {
    ...{ standing, passes: passes(verification), findings },
    certificate: certificate === undefined ? null : reported(certificate),
    verdict:
      verdict === undefined ? null : { digest: verdictDigest(verdict), checks: verdict.findings.map(check) },
    ...{ policyTitle: policyTitle ?? null, asOf: asOf ?? null, assumed },
  };
}

/** What a policy is not about is not proven by it. */
function passes({ certificate }: Verification): boolean {
  if (certificate?.certified['scope'] === 'not-applicable') return false;
  return certificate?.outcome === 'PASS' || certificate?.outcome === 'PASS_EXCEPTION';
}

function reported({ verdict: _, validUntil, ...certificate }: Certificate): ReportedCertificate {
  return { ...certificate, ...(validUntil === undefined ? {} : { validUntil }) };
}

function check({ rule, outcome, code, facts, entries, cure }: Finding): ReportedCheck {
  return {
    ...{ rule, outcome, code },
    said: sentence(renderFinding({ ...{ rule, outcome, code, facts }, entries: [] })),
    entries: entries.map(({ facility, index }) => `${facility}/${String(index)}`),
    ...(cure && { cure }),
  };
}

/** Without the rule and outcome that stand before it. */
function sentence(rendered: string): string {
  const found = rendered.slice(rendered.indexOf(': ') + 2);
  return found.charAt(0).toUpperCase() + found.slice(1);
}
