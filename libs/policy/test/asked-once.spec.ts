import { describe, expect, it } from '@jest/globals';
import { curesOf, type MissingEvidence } from '../src/cures.js';
import { judge } from '../src/judge.js';
import type { Question } from '../src/verdict.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

async function missingIn(path: string): Promise<readonly (readonly MissingEvidence[])[]> {
  const { asked, policies } = await ScenarioEvidence.of(new URL(path, import.meta.url));
  return asked.map(({ step, evidence }) => {
    const question = (step.question ?? {}) as Question;
    const policy = policies.get(step.policy) ?? shippedPolicy(step.policy);
    return curesOf(judge(evidence, policy, { lot: step.ask, question })).missing;
  });
}

// One piece of evidence is asked for once, however many elements or rules want it, and two pieces are not taken for one.
describe('what is missing', () => {
  it.each([
    [
      './unearned/coating-of-unsaid-origin.yaml',
      'record-origin',
      'record where lot magnet-plant/ZN-1 came from',
    ],
    [
      '../../../test/scenarios/S01-hidden-gap.yaml',
      'document-origin',
      'have the seller of lot src/NPO-2026-09 record its chain from the mine: a purchase proves no origin of rare earths',
    ],
    [
      '../../../test/scenarios/S19-assays-far-apart.yaml',
      'umpire',
      'have an umpire laboratory assay the sealed splits of lot kokbulak/2026-0017 of both sides, and record its result',
    ],
    [
      '../../../test/scenarios/S09-wrong-seal-at-receipt.yaml',
      'incident-report',
      'file an incident report that names seals HS-100231, XX-000001',
    ],
  ])('is asked for once, for all elements and rules: %s, %s', async (path, code, what) => {
    const questions = await missingIn(path);
    const asking = questions.map((missing) =>
      missing.filter((one) => one.code === code && one.what === what),
    );
    expect(asking.some(([one]) => (one?.findings.length ?? 0) > 1)).toBe(true);
    for (const same of asking) expect(same.length).toBeLessThanOrEqual(1);
  });

  it('asks for the word of a third party on every crossing, and not on one of them', async () => {
    const crossings = (await missingIn('../../../test/scenarios/C29-broker-of-the-sender.yaml')).flatMap(
      (all) => all.filter(({ code }) => code === 'third-voice').map(({ what }) => what),
    );
    expect(new Set(crossings.map((what) => what.match(/lot \S+ went from \S+ to [^,]+/)?.[0])).size).toBe(3);
  });
});
