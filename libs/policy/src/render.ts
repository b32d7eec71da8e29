import type { Finding, Verdict } from './verdict.js';

const OUTCOME_WORDS: Record<Finding['outcome'], string> = {
  PASS: 'passes',
  PASS_EXCEPTION: 'passes by exception',
  FAIL: 'FAILS',
  INSUFFICIENT: 'is not proven',
  NOT_APPLICABLE: 'does not apply',
  NOTE: 'notes',
};

/** One finding in plain English: what was found, the facts, the entries, and what would cure it. */
export function renderFinding({ rule, outcome, code, facts, entries, cure }: Finding): string {
  const said = Object.entries(facts).map(
    ([name, value]) => `${words(name)} ${Array.isArray(value) ? value.join(', ') : String(value)}`,
  );
  const where = entries.slice(0, 4).map(({ facility, index }) => `${facility}/${String(index)}`);
  const parts = [
    `${rule} ${OUTCOME_WORDS[outcome]}: ${words(code)}`,
    said.length === 0 ? '' : ` (${said.join('; ')})`,
    where.length === 0 ? '' : ` [entries ${where.join(', ')}${entries.length > where.length ? ', …' : ''}]`,
    cure === undefined ? '' : `. To cure it, ${cure.by}: ${cure.what}`,
  ];
  return `${parts.join('')}.`;
}

/** The verdict in plain English, a line an element; rendered from the verdict, never part of its bytes. */
export function renderVerdict(verdict: Verdict): readonly string[] {
  const against = verdict.findings.filter(({ outcome }) => outcome === 'FAIL' || outcome === 'INSUFFICIENT');
  const others = verdict.findings.filter(({ outcome }) => outcome !== 'FAIL' && outcome !== 'INSUFFICIENT');
  return [
    `${verdict.outcome}: lot ${verdict.lot} under ${verdict.policy.id}${verdict.scope === 'supports-magnet' ? ' (supports a magnet made from it)' : ''}`,
    `Judged at root log size ${String(verdict.horizon.size)}, ${verdict.horizon.at}; ${Object.entries(
      verdict.judgedUnder,
    )
      .map(([name, value]) => `${words(name)} ${value}`)
      .join('; ')}.`,
    ...(verdict.transitCountries.length === 0
      ? []
      : [`Transit countries: ${verdict.transitCountries.join(', ')}.`]),
    ...[...against, ...others].map(renderFinding),
  ];
}

/** `codeWithCamels` and `code-with-hyphens` as words. */
function words(name: string): string {
  return name
    .replaceAll('-', ' ')
    .replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}
