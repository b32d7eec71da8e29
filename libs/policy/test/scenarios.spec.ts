import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import { compareVerdict } from '../../../apps/standalone/src/scenario/run-scenario.js';
import { judge } from '../src/judge.js';
import { SENTENCES, type FindingCode } from '../src/sentences.js';
import type { Finding, Question } from '../src/verdict.js';
import { RULES } from '../src/rules/registry.js';
import { checksPage, DecidingScenarios } from './deciding-scenarios.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';
import { DIGESTS_PAGE, digestsPage } from './verdict-digests.js';

/** Ours to show users, run through the services too; and those below, which each try to earn a pass by a trick. */
const FOLDERS = ['../../../test/scenarios/', './unearned/'].map((path) => new URL(path, import.meta.url));

const deciding = new DecidingScenarios();
/** By the scenario's file, of each of its questions. */
const digests = new Map<string, readonly string[]>();

function namesNoFact({ code, facts }: Finding): boolean {
  const names = [...SENTENCES[code as FindingCode].matchAll(/\{([A-Za-z]+)\}/g)].map(([, name = '']) => name);
  return names.some((name) => !(name in facts));
}

describe.each(FOLDERS)('scenarios in %s', (folder) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s gives the verdicts that it says, without any service', async (name) => {
    const { asked, policies } = await ScenarioEvidence.of(new URL(name, folder));
    expect(asked.length).toBeGreaterThan(0);
    const found: string[] = [];
    const differing = asked.flatMap(({ step, evidence }) => {
      const question = (step.question ?? {}) as Question;
      const verdict = judge(evidence, policies.get(step.policy) ?? shippedPolicy(step.policy), {
        lot: step.ask,
        question,
      });
      // A sentence that asks for a fact which the finding does not have would say "unknown".
      expect(verdict.findings.filter(namesNoFact).map(({ rule, code }) => `${rule} ${code}`)).toEqual([]);
      deciding.note(name, step, verdict);
      found.push(sha256Hex(canonicalBytes(verdict)));
      return compareVerdict(step, verdict).filter(({ agrees }) => !agrees);
    });
    expect(differing).toEqual([]);
    digests.set(name, found);
  });
});

// A certificate is judged again for as long as somebody keeps it, and has to come out the same to the byte. Where a
// difference is meant, the rule gets a new version, or UPDATE_VERDICTS=1 says that no certificate rests on the old one.
it('judges every scenario as it was judged before, byte for byte', () => {
  const page = digestsPage(digests);
  if (process.env['UPDATE_VERDICTS'] === '1') writeFileSync(DIGESTS_PAGE, page);
  expect(page.split('\n')).toEqual(readFileSync(DIGESTS_PAGE, 'utf8').split('\n'));
});

/** Rules that judge the judging; no chain of custody can make them fail, and their own tests do. */
const OF_THE_ENGINE = ['C50@1', 'C51@1'];
/** Shipped once, and named by no policy that is shipped now. */
const SUPERSEDED = ['C26@1'];
/** Only notes, so that it decides nothing. */
const NOTES = ['C24@1'];
/** What they speak against, another check speaks against as well. */
const NEVER_ALONE = ['C09@1'];

const CHECKS_PAGE = new URL('../../../docs/checks.md', import.meta.url);

// Of all the questions above: these come last, and only when nothing above was left out.
describe('each check', () => {
  const judged = [...RULES.keys()].filter((rule) => ![...OF_THE_ENGINE, ...SUPERSEDED].includes(rule));

  it.each(judged)('%s is missed by a scenario when its body is deleted', (rule) => {
    const { decides, fails, passes } = deciding.byRule.get(rule) ?? {};
    expect(fails?.size).toBeGreaterThan(0);
    if (![...NOTES, ...NEVER_ALONE].includes(rule)) expect(decides?.size).toBeGreaterThan(0);
    if (!NOTES.includes(rule)) expect(passes?.size).toBeGreaterThan(0);
  });

  it('is listed in docs/checks.md with its deciding scenarios', () => {
    const page = checksPage(deciding);
    if (process.env['UPDATE_CHECKS'] === '1') writeFileSync(CHECKS_PAGE, page);
    expect(readFileSync(CHECKS_PAGE, 'utf8')).toBe(page);
  });
});
