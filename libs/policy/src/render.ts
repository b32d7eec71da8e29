import { SENTENCES, type FindingCode } from './sentences.js';
import type { FactValue, Finding, Verdict } from './verdict.js';

const OUTCOME_WORDS: Record<Finding['outcome'], string> = {
  PASS: 'passes',
  PASS_EXCEPTION: 'passes by exception',
  FAIL: 'FAILS',
  INSUFFICIENT: 'is not proven',
  NOT_APPLICABLE: 'does not apply',
  NOTE: 'notes',
};

/** One finding in plain English: what was found, the entries that show it, and what would cure it. */
export function renderFinding(finding: Finding): string {
  const { rule, outcome, entries, cure, facts } = finding;
  const where = entries.slice(0, 4).map(({ facility, index }) => `${facility}/${String(index)}`);
  const parts = [
    `${rule} ${OUTCOME_WORDS[outcome]}: ${sentenceOf(finding)}`,
    where.length === 0 ? '' : ` [entries ${where.join(', ')}${entries.length > where.length ? ', …' : ''}]`,
    ...('excusedBy' in facts ? [` (excused by ${shown(facts.excusedBy)})`] : []),
    ...('undecidedBy' in facts ? [` (undecided while ${shown(facts.undecidedBy)} is not proven)`] : []),
    cure === undefined ? '' : `. To cure it, ${cure.by}: ${cure.what}`,
  ];
  const said = parts.join('');
  return /[.?!]$/.test(said) ? said : `${said}.`;
}

/** A verdict may come from a newer program: what has no sentence here is told by its code and facts. */
function sentenceOf({ code, facts }: Finding): string {
  const sentence: string | undefined = Object.hasOwn(SENTENCES, code)
    ? SENTENCES[code as FindingCode]
    : undefined;
  if (sentence !== undefined)
    return sentence.replace(/\{([A-Za-z]+)\}/g, (_, name: string) => shown(facts[name]));
  const said = Object.entries(facts).map(([name, value]) => `${words(name)} ${shown(value)}`);
  return `${words(code)}${said.length === 0 ? '' : ` (${said.join('; ')})`}`;
}

function shown(value: FactValue | undefined): string {
  if (value === undefined) return 'unknown';
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
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
