import { renderFinding, renderVerdict, type Verdict } from '@lodemark/policy';
import type { Network } from '../network.js';
import type { Answered, ScenarioReport } from '../scenario/run-scenario.js';
import type { ScenarioStep } from '../scenario/scenario-file.js';

const COLOUR = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const paint = (code: number, text: string) => (COLOUR ? `\u001b[${String(code)}m${text}\u001b[0m` : text);
const OUTCOME_COLOUR: Record<string, number> = { PASS: 32, PASS_EXCEPTION: 32, FAIL: 31, INSUFFICIENT: 33 };

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line for each thing that happens on the golden path. */
export function sayStep(step: ScenarioStep): void {
  if ('event' in step) say(`  ${step.at}  ${step.facility.padEnd(13)} ${step.type.padEnd(18)} ${step.event}`);
  else if ('ask' in step)
    say(`  ${''.padEnd(25)}  ${'auditor'.padEnd(13)} ${'asks'.padEnd(18)} ${step.policy} for ${step.ask}`);
  else if ('facility' in step && !('amend' in step))
    say(`  ${''.padEnd(25)}  ${'registrar'.padEnd(13)} ${'registers'.padEnd(18)} ${step.facility}`);
}

// The service answers with the verdict as this library wrote it.
function verdictOf({ verdict }: Answered): Verdict {
  return verdict as Verdict;
}

export function printVerdict(answer: Answered): void {
  const verdict = verdictOf(answer);
  say(
    `\n${paint(OUTCOME_COLOUR[verdict.outcome] ?? 0, `■ ${verdict.outcome}`)}  lot ${verdict.lot} under ${verdict.policy.id}${verdict.scope === 'supports-magnet' ? ': supports a magnet made from it' : ''}`,
  );
  say(
    `  root log size ${String(verdict.horizon.size)}, ${verdict.horizon.at}; verdict ${answer.id.slice(0, 16)}…`,
  );
  say(`  transit ${verdict.transitCountries.join(', ') || 'none'}; chain of custody ${verdict.custodyModel}`);
  say(
    '  element   mined         oxide     metal, alloy   sintered, magnetized     roots kg     in the lot kg',
  );
  verdict.massBalance.forEach(({ element, fromRootsKg, inSubjectKg }, index) => {
    const cell = (stage: keyof Verdict['stages'], width: number) =>
      (verdict.stages[stage][index]?.countries.join(' ') || '-').padEnd(width);
    const kg = (text: string) => text.replace(/\.(\d)\d*$/, '.$1').padStart(12);
    say(
      `  ${element.padEnd(9)} ${cell('mined', 13)} ${cell('refinedIntoOxide', 9)} ${cell('metalAndAlloy', 14)} ${cell('sinteredAndMagnetized', 20)} ${kg(fromRootsKg)} ${kg(inSubjectKg)}`,
    );
  });
  verdict.findings
    .filter(({ outcome }) => outcome !== 'NOT_APPLICABLE')
    .forEach((finding) => {
      say(`  ${finding.outcome === 'PASS' ? '✓' : '✗'} ${renderFinding(finding)}`);
    });
}

/** The twin: what went wrong and what would cure it. */
export function printTwin(answer: Answered): void {
  const verdict = verdictOf(answer);
  const [head = '', ...lines] = renderVerdict({
    ...verdict,
    findings: verdict.findings.filter(({ outcome }) => outcome === 'FAIL' || outcome === 'INSUFFICIENT'),
  });
  say(paint(OUTCOME_COLOUR[verdict.outcome] ?? 0, `■ ${head}`));
  for (const line of lines) say(`  ${line}`);
}

/** Whether everything came out as expected; says what did not. */
export function printComparison({ id, compared }: ScenarioReport): boolean {
  const wrong = compared.filter(({ agrees }) => !agrees);
  for (const { what, expected, got } of wrong)
    say(paint(31, `  ✗ ${id}: ${what}: expected ${expected}, got ${got}`));
  say(
    `\n${id}: ${String(compared.length - wrong.length)} of ${String(compared.length)} answers as expected.`,
  );
  return wrong.length === 0;
}

export async function printUrls(network: Network, home: string): Promise<void> {
  const token = await network.token('demo-auditor', [
    {
      role: 'auditor',
      engagement: { lots: '*', facilities: '*', from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' },
    },
  ]);
  say(`
The network stays up; Ctrl-C ends it.
  registry     ${network.registryUrl}/docs
  custody      ${network.custodyUrl}/docs
  provenance   ${network.provenanceUrl}/docs
An auditor's token for trying them (24 hours):
  TOKEN=${token}
  curl -H "Authorization: Bearer $TOKEN" ${network.provenanceUrl}/v1/lots/magnet-plant/MAG-0033/lineage
Or in another terminal:
  LODEMARK_HOME=${home} npx lodemark verdict magnet-plant/MAG-0033 --policy WC-3`);
}
