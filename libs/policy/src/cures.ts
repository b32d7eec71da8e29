import { compareText } from './root-facts.js';
import type { Finding, Outcome, Verdict } from './verdict.js';

/** One thing that is missing, who must supply it, and the findings that would be cured by it. */
export interface MissingEvidence {
  /** Facility or organization id, `policy` or `asker`. */
  readonly by: string;
  readonly code: string;
  readonly what: string;
  readonly findings: readonly Finding[];
}

/** What stands between a verdict and a pass, as far as the evidence at its horizon tells. */
export interface Cures {
  readonly outcome: Outcome;
  /** What must be supplied, all of it and nothing twice; by who must supply it. */
  readonly missing: readonly MissingEvidence[];
  /** What the evidence speaks against: nothing that is added cures it, only a correction of what is wrong. */
  readonly contradicted: readonly Finding[];
}

/** Whoever must supply it beyond the facilities and organizations, which come first. */
const LAST = ['asker', 'policy'];

/**
 * The smallest set of missing evidence that would turn INSUFFICIENT into a pass: findings that ask for the same thing of
 * the same party ask once. More may be missing behind what is missing: it shows once this is there.
 */
export function curesOf({ outcome, findings }: Verdict): Cures {
  const missing = new Map<string, MissingEvidence>();
  for (const finding of findings) {
    if (finding.outcome !== 'INSUFFICIENT' || finding.cure === undefined) continue;
    const { by, code, what } = finding.cure;
    const key = JSON.stringify([by, code, what]);
    const before = missing.get(key)?.findings ?? [];
    missing.set(key, { by, code, what, findings: [...before, finding] });
  }
  return {
    outcome,
    missing: [...missing.values()].sort(
      (a, b) =>
        LAST.indexOf(a.by) - LAST.indexOf(b.by) ||
        compareText(a.by, b.by) ||
        compareText(a.code, b.code) ||
        compareText(a.what, b.what),
    ),
    contradicted: findings.filter((finding) => finding.outcome === 'FAIL'),
  };
}
