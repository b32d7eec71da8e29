import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadScenario } from '../../../apps/standalone/src/scenario/load-scenario.js';
import type {
  EventStep,
  QuestionStep,
  ScenarioStep,
} from '../../../apps/standalone/src/scenario/scenario-file.js';
import { curesOf, type Cures } from '../src/cures.js';
import { judge } from '../src/judge.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

const GOLDEN = fileURLToPath(new URL('../../../test/scenarios/golden-path.yaml', import.meta.url));
const { startsAt, steps } = await loadScenario(GOLDEN);

const question = steps.find(
  (step): step is QuestionStep => 'ask' in step && step.ask === 'magnet-plant/MAG-0033',
);
if (question?.at === undefined) throw new Error('the golden path asks about the magnets at no time');
const { ask: lot, at } = question;

const isNamed = (step: ScenarioStep, names: readonly string[]): step is EventStep =>
  'event' in step && names.includes(step.event);

/** What is missing of the magnets under WC-3, without some events of the golden path, some of them told late. */
function cures(without: readonly string[], supplied: readonly string[] = []): Cures {
  const asked = steps.indexOf(question!);
  const before = steps.slice(0, asked);
  const told = before.filter((step) => !isNamed(step, without));
  const late = before
    .filter((step): step is EventStep => isNamed(step, supplied))
    .map((step) => ({ ...step, at }));
  const [last] = new ScenarioEvidence(startsAt, [...told, ...late, question!]).asked.slice(-1);
  return curesOf(judge(last!.evidence, shippedPolicy('WC-3'), { lot, question: {} }));
}

const LEFT_OUT = [
  { names: ['src-screens-altyngroup'], by: 'kokbulak' },
  { names: ['kokbulak-contracts'], by: 'kokbulak' },
  { names: ['saskatoon-campaigns'], by: 'src' },
  { names: ['euclid-screens-magnet-works'], by: 'magnet-plant' },
] as const;

describe('what is missing for a pass', () => {
  it('is nothing when all is told', () => {
    expect(cures([])).toEqual({ outcome: 'PASS', missing: [], contradicted: [] });
  });

  it.each(LEFT_OUT)(
    'names who must supply it, and the lot passes once it is supplied: $names',
    ({ names, by }) => {
      const { outcome, missing } = cures(names);
      expect(outcome).toBe('INSUFFICIENT');
      expect(new Set(missing.map((one) => one.by))).toEqual(new Set([by]));
      expect(cures(names, names)).toEqual({ outcome: 'PASS', missing: [], contradicted: [] });
    },
  );

  it('is all of it needed: with a part of it supplied the rest is still missing, and nothing else', () => {
    const all = LEFT_OUT.flatMap(({ names }) => names);
    const whole = cures(all).missing.map(({ by, what }) => `${by}: ${what}`);
    for (const { names } of LEFT_OUT) {
      const alone = cures(names).missing.map(({ by, what }) => `${by}: ${what}`);
      const rest = cures(all, names).missing.map(({ by, what }) => `${by}: ${what}`);
      expect(rest).toEqual(whole.filter((one) => !alone.includes(one)));
      expect(rest.length).toBeGreaterThan(0);
    }
    expect(cures(all, all).outcome).toBe('PASS');
  });
});
