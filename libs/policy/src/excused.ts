import type { Case } from './case.js';
import type { Finding } from './verdict.js';

/**
 * What an exception does to the other findings (C17, R-7052-SCOPE): proven, it turns what it excuses into notes; only
 * asserted, it leaves undecided what would fail without it; and where nothing needs it, it decides nothing, because
 * PASS_EXCEPTION says that a lot passes by exception alone.
 */
export function withExceptions({ parameters }: Case, findings: readonly Finding[]): Finding[] {
  const claims = findings.filter(({ rule, outcome }) => isCheck(rule, 'C17') && outcome !== 'NOT_APPLICABLE');
  const exceptions = claims.flatMap(({ facts: { exception } }) =>
    typeof exception === 'string' ? exception : [],
  );
  const refuted = claims.some(({ outcome }) => outcome === 'FAIL');
  // What does not apply would have been needed for whatever any exception excuses.
  const rows = (parameters.exceptions?.excuses ?? []).filter(
    (row) => refuted || row.exceptions.some((one) => exceptions.includes(one)),
  );
  const needs = (finding: Finding) =>
    (finding.outcome === 'FAIL' || finding.outcome === 'INSUFFICIENT') &&
    rows.some(
      ({ checks, steps }) =>
        checks.some((check) => isCheck(finding.rule, check)) &&
        (steps === undefined || steps.some((step) => step === finding.facts.step)),
    );
  const needed = findings.some(needs);
  const [claim] = claims;
  return findings.map((finding) => {
    if (claims.includes(finding)) return needed ? finding : asNote(finding, { needed: false });
    if (claim === undefined || !needs(finding)) return finding;
    return excused(finding, claim);
  });
}

function excused(finding: Finding, { outcome, cure, facts }: Finding): Finding {
  const exception = facts.exception ?? '';
  if (outcome === 'PASS_EXCEPTION') return asNote(finding, { excusedBy: exception });
  if (outcome !== 'INSUFFICIENT' || finding.outcome !== 'FAIL' || cure === undefined) return finding;
  return { ...finding, outcome: 'INSUFFICIENT', facts: { ...finding.facts, undecidedBy: exception }, cure };
}

function asNote({ rule, code, facts, entries }: Finding, said: Finding['facts']): Finding {
  return { rule, outcome: 'NOTE', code, facts: { ...facts, ...said }, entries };
}

function isCheck(rule: string, check: string): boolean {
  return rule.startsWith(`${check}@`);
}
