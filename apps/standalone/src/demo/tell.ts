import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioReport } from '../scenario/run-scenario.js';
import { heading, paint, say } from './paint.js';
import { TRUST_POLICY_FILE } from '../witnesses.js';
import type { Papers } from './papers.js';
import type { Stage } from './stages.js';

/** Whether everything came out as expected; says what did not. */
export function sayComparison({ id, compared }: ScenarioReport): boolean {
  const wrong = compared.filter(({ agrees }) => !agrees);
  for (const { what, expected, got } of wrong)
    say(paint(31, `  ✗ ${id}: ${what}: expected ${expected}, got ${got}`));
  say(
    `\n${compared.length - wrong.length} of ${compared.length} answers are what test/scenarios expects (${id}).`,
  );
  return wrong.length === 0;
}

/** Where to go on looking. */
export async function sayUrls(
  { network, addresses }: Stage,
  home: string,
  papers: Papers | undefined,
): Promise<void> {
  const token = await network.token('demo-auditor', [
    {
      role: 'auditor',
      engagement: { lots: '*', facilities: '*', from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' },
    },
  ]);
  heading('Look for yourself');
  // A cluster runs no witnesses of its own.
  const policy = join(home, TRUST_POLICY_FILE);
  const verification = existsSync(policy) ? `  npx lodemark log verify root --policy ${policy}` : '';
  say(`The golden path's network stays up; Ctrl-C ends it. In another terminal:

  export LODEMARK_HOME=${home}
  npx lodemark lineage magnet-plant/MAG-0033
  npx lodemark verdict magnet-plant/MAG-0033 --policy DFARS-7052-phase2 --delivery-date 2027-02-15 --clause "MAY 2024"
  npx lodemark lots --facility euclid
  npx lodemark lot kokbulak/2026-0017
${[verification, ...certificateLines(papers)].filter((line) => line !== '').join('\n')}

The services and what they take and answer:

${addresses.map(([name, url]) => `  ${name.padEnd(21)} ${url}/docs`).join('\n')}

With an auditor's token (24 hours):

  TOKEN=${token}
  curl -H "Authorization: Bearer $TOKEN" ${network.provenanceUrl}/v1/lots/magnet-plant/MAG-0033/lineage`);
}

function certificateLines(papers: Papers | undefined): readonly string[] {
  if (papers === undefined) return [];
  return [`  npx lodemark verify ${papers.pdf} --trust ${papers.trust} --at ${papers.at.toISOString()}`];
}
