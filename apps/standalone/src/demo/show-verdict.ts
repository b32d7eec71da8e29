import { renderFinding, type Finding, type Verdict } from '@lodemark/policy';
import type { Answered } from '../scenario/run-scenario.js';
import { paint, prose, say } from './paint.js';

const OUTCOME_COLOUR: Readonly<Record<string, number>> = {
  PASS: 32,
  PASS_EXCEPTION: 32,
  FAIL: 31,
  INSUFFICIENT: 33,
};

// The service answers with the verdict as this library wrote it.
function verdictOf({ verdict }: Answered): Verdict {
  return verdict as Verdict;
}

export interface Telling {
  /** Of the policies, by id. */
  readonly titles: ReadonlyMap<string, string>;
  /** The answer that was shown before. */
  readonly before?: Answered | undefined;
}

/** The head of a verdict, where each element was made, and how many checks stand behind it. */
export function showPass(answer: Answered, { titles, before }: Telling): void {
  const verdict = verdictOf(answer);
  showHead(verdict, answer.id, titles);
  // Two policies ask about the same metal.
  if (before === undefined || verdictOf(before).lot !== verdict.lot) elementTable(verdict);
  const counted = verdict.findings.filter(({ outcome }) => outcome !== 'NOT_APPLICABLE');
  const passing = counted.filter(({ outcome }) => outcome === 'PASS');
  say(`  ${passing.length} of ${counted.length} checks pass.`);
  for (const finding of counted.filter((one) => !passing.includes(one))) showFinding(finding);
}

/** Every check of a verdict, a line each. */
export function showChecks(answer: Answered): void {
  say('\n  The checks, and what each found:');
  for (const finding of verdictOf(answer).findings) {
    if (finding.outcome === 'NOT_APPLICABLE') continue;
    const { cure: _, ...found } = finding;
    const mark = finding.outcome === 'PASS' ? paint(32, '✓') : paint(33, '•');
    say(`  ${mark} ${renderFinding({ ...found, entries: [] })}`);
  }
}

/** What a verdict that is no pass rests on: the reason, the entries that show it, and the cure. */
export function showNo(answer: Answered, { titles }: Telling): void {
  const verdict = verdictOf(answer);
  showHead(verdict, answer.id, titles);
  const against = (outcome: Finding['outcome']) =>
    verdict.findings.filter((finding) => finding.outcome === outcome);
  for (const finding of against('FAIL')) showFinding(finding);
  const unproven = new Map<string, Finding[]>();
  for (const finding of against('INSUFFICIENT')) {
    const kind = `${finding.rule} ${finding.code}`;
    unproven.set(kind, [...(unproven.get(kind) ?? []), finding]);
  }
  for (const [first, ...alike] of unproven.values()) {
    if (first !== undefined) showFinding(first);
    if (alike.length > 0) say(`      and ${alike.length} more of this kind`);
  }
}

function showHead(verdict: Verdict, id: string, titles: Telling['titles']): void {
  const { outcome, lot, policy, horizon, transitCountries, custodyModel, scope } = verdict;
  const about = scope === 'supports-magnet' ? ' (for a magnet made from it)' : '';
  say(`\n${paint(OUTCOME_COLOUR[outcome] ?? 0, `■ ${outcome}`)}  ${lot} under ${policy.id}${about}`);
  prose(`asked: ${titles.get(policy.id) ?? policy.id}`, '  ');
  const transit = transitCountries.length === 0 ? 'no third country' : transitCountries.join(', ');
  say(`  in transit through ${transit}; chain of custody: ${custodyModel}`);
  say(`  judged at root log size ${horizon.size} (${horizon.at}); verdict ${id.slice(0, 16)}…`);
}

const COLUMNS = [
  ['mined', 'mined'],
  ['refinedIntoOxide', 'oxide'],
  ['metalAndAlloy', 'metal, alloy'],
  ['sinteredAndMagnetized', 'sintered, magnetized'],
] as const;

/** Where each element that counts was mined, refined, made into metal, and into magnets. */
function elementTable(verdict: Verdict): void {
  const rows = verdict.massBalance.map(({ element, inSubjectKg }, at) => [
    element,
    ...COLUMNS.map(([stage]) => verdict.stages[stage][at]?.countries.join(' ') || '-'),
    inSubjectKg.replace(/\.(\d)\d*$/, '.$1'),
  ]);
  const table = [['element', ...COLUMNS.map(([, title]) => title), 'kg in the lot'], ...rows];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  for (const row of table) {
    const last = row.length - 1;
    const cells = row.map((cell, column) =>
      column === last ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    say(`  ${cells.join('  ')}`);
  }
}

function showFinding({ cure, entries, ...found }: Finding): void {
  prose(renderFinding({ ...found, entries: [] }), found.outcome === 'FAIL' ? '  ✗ ' : '  ? ');
  if (entries.length > 0)
    say(`      shown by ${entries.map(({ facility, index }) => `${facility}/${index}`).join(', ')}`);
  if (cure !== undefined) prose(`cure (${cure.by}): ${cure.what}`, '      ');
}
