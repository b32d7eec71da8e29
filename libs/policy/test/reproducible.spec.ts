import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Evidence } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

let golden: Evidence;
beforeAll(async () => {
  const file = '../../../test/scenarios/golden-path.yaml';
  golden = (await ScenarioEvidence.of(new URL(file, import.meta.url))).evidence();
});

function answer(evidence: Evidence, digest?: string) {
  const policy = shippedPolicy('WC-3');
  const { outcome, findings } = judge(evidence, digest === undefined ? policy : { ...policy, digest }, {
    lot: 'magnet-plant/MAG-0033',
    question: {},
  });
  const against = findings.filter((one) => one.outcome === 'INSUFFICIENT' && one.rule === 'C50@1');
  return { outcome, codes: against.map(({ code }) => code) };
}

describe('a verdict that others must be able to repeat', () => {
  it('rests on what its horizon covers', () => {
    expect(answer(golden)).toEqual({ outcome: 'PASS', codes: [] });
    const smaller = { ...golden, horizon: { ...golden.horizon, size: golden.horizon.size - 1 } };
    expect(answer(smaller)).toEqual({ outcome: 'INSUFFICIENT', codes: ['evidence-beyond-horizon'] });
  });

  it('rests on one content for each place of a log, and is the same whichever came first', () => {
    const [first] = golden.entries;
    if (first === undefined) throw new Error('the golden path has entries');
    const other = { ...first, ref: { ...first.ref, leaf: 'f'.repeat(64) } };
    const [before, after] = [
      { ...golden, entries: [other, ...golden.entries] },
      { ...golden, entries: [...golden.entries, other] },
    ];
    expect(answer(before).codes).toEqual(['two-entries-in-one-place']);
    expect(answer(after)).toEqual(answer(before));
  });

  it('rests on a policy that the hash of its bytes identifies', () => {
    expect(answer(golden, 'WC-3').codes).toEqual(['policy-without-digest']);
  });
});
