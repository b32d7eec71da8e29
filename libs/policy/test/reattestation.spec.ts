import { describe, expect, it } from '@jest/globals';
import { parseStatement } from '@lodemark/domain';
import type { Evidence, RootStatement } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

const ROTATED = new URL(
  '../../../test/scenarios/X01-keys-rotated-revoked-and-attested-again.yaml',
  import.meta.url,
);

/** Euclid attests its entries again under the key that replaced the stolen one, or under another. */
async function attestedUnder(owner: string): Promise<{ evidence: Evidence; kid: string }> {
  const evidence = (await ScenarioEvidence.of(ROTATED)).evidence();
  const kid = kidOf(evidence, owner);
  const root = evidence.root.map((one) =>
    one.statement.type === 'EntriesReattested' ? { ...one, kid } : one,
  );
  return { evidence: { ...evidence, root }, kid };
}

function kidOf({ root }: Evidence, owner: string): string {
  const keys = root.flatMap(({ statement }) =>
    (statement.type === 'KeyAdded' || statement.type === 'KeyRotated') &&
    'facility' in statement.owner &&
    statement.owner.facility === owner
      ? [statement.kid]
      : [],
  );
  const last = keys.at(-1);
  if (last === undefined) throw new Error(`${owner} has no key`);
  return last;
}

function revoked(evidence: Evidence, kid: string, suspectFrom: string): Evidence {
  const { at, size } = evidence.horizon;
  const parsed = parseStatement({
    v: 1,
    type: 'KeyRevoked',
    statementId: '00000000-0000-4000-8000-000000000001',
    statedAt: at,
    kid,
    reason: 'compromised',
    suspectFrom,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const revocation: RootStatement = { index: size, at, statement: parsed.value, kid: 'registrar' };
  const horizon = { ...evidence.horizon, size: size + 1 };
  return { ...evidence, horizon, root: [...evidence.root, revocation] };
}

const outcomeOf = (evidence: Evidence) =>
  judge(evidence, shippedPolicy('WC-3'), { lot: 'magnet-plant/MAG-0033', question: {} }).outcome;

describe('entries attested again', () => {
  it('count under the key that replaced the stolen one', async () => {
    const { evidence } = await attestedUnder('euclid');
    expect(outcomeOf(evidence)).toBe('PASS');
  });

  it('do not count when that key was in wrong hands by then, too', async () => {
    const { evidence, kid } = await attestedUnder('euclid');
    expect(outcomeOf(revoked(evidence, kid, '2026-12-17T20:30:00-05:00'))).toBe('INSUFFICIENT');
    expect(outcomeOf(revoked(evidence, kid, '2026-12-17T21:30:00-05:00'))).toBe('PASS');
  });

  it('do not count under the key of another facility', async () => {
    const { evidence } = await attestedUnder('magnet-plant');
    expect(outcomeOf(evidence)).toBe('INSUFFICIENT');
  });
});
