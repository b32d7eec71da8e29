import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compareVerdict } from '../../../apps/standalone/src/scenario/run-scenario.js';
import { judge } from '../src/judge.js';
import { SENTENCES, type FindingCode } from '../src/sentences.js';
import type { Finding, Question } from '../src/verdict.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

/** Ours to show users, run through the services too; and those below, which each try to earn a pass by a trick. */
const FOLDERS = ['../../../test/scenarios/', './unearned/'].map((path) => new URL(path, import.meta.url));

function namesNoFact({ code, facts }: Finding): boolean {
  const names = [...SENTENCES[code as FindingCode].matchAll(/\{([A-Za-z]+)\}/g)].map(([, name = '']) => name);
  return names.some((name) => !(name in facts));
}

describe.each(FOLDERS)('scenarios in %s', (folder) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s gives the verdicts that it says, without any service', async (name) => {
    const { asked, policies } = await ScenarioEvidence.of(new URL(name, folder));
    expect(asked.length).toBeGreaterThan(0);
    const differing = asked.flatMap(({ step, evidence }) => {
      const question = (step.question ?? {}) as Question;
      const verdict = judge(evidence, policies.get(step.policy) ?? shippedPolicy(step.policy), {
        lot: step.ask,
        question,
      });
      // A sentence that asks for a fact which the finding does not have would say "unknown".
      expect(verdict.findings.filter(namesNoFact).map(({ rule, code }) => `${rule} ${code}`)).toEqual([]);
      return compareVerdict(step, verdict).filter(({ agrees }) => !agrees);
    });
    expect(differing).toEqual([]);
  });
});
