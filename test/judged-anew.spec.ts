import { beforeAll, describe, expect, it } from '@jest/globals';
import { judge, type Verdict } from '@lodemark/policy';
import { ScenarioEvidence, shippedPolicy } from '../libs/policy/test/scenario-evidence.js';
import { judgedAnew } from '../apps/provenance/src/verdicts/judged-anew.js';

const ASKED = { lot: 'magnet-plant/MAG-0033', question: {} };
const POLICY = shippedPolicy('WC-3');

let told: ScenarioEvidence;
let verdict: Verdict;
beforeAll(async () => {
  told = await ScenarioEvidence.of(new URL('./scenarios/golden-path.yaml', import.meta.url));
  verdict = judge(told.evidence(), POLICY, ASKED);
});

describe('a verdict that is to be signed', () => {
  it('comes out the same when nothing is remembered', () => {
    expect(verdict.outcome).toBe('PASS');
    expect(() => judgedAnew(verdict, { evidence: told.evidence(), policy: POLICY })).not.toThrow();
  });

  it('is not signed when it does not', () => {
    const evidence = { ...told.evidence(), entries: told.evidence().entries.slice(1) };
    expect(() => judgedAnew(verdict, { evidence, policy: POLICY })).toThrow(
      expect.objectContaining({ code: 'verdict-not-repeated' }),
    );
  });
});
