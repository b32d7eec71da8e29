import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Evidence } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import type { Question } from '../src/verdict.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

const MAGNETS = 'magnet-plant/MAG-0033';
const DELIVERED: Question = {
  deliveryDate: '2027-02-15',
  awardDate: '2026-11-02',
  clauseVersion: 'MAY 2024',
  elementProfile: 'strict',
};
/** What a pass cannot do without; reports of carriers, seals and assays can stand in for one another. */
const LOAD_BEARING = new Set(['LotCreated', 'Transformed', 'Dispatched', 'Received', 'CampaignsReported']);

let golden: ScenarioEvidence;
beforeAll(async () => {
  golden = await ScenarioEvidence.of(new URL('../../../test/scenarios/golden-path.yaml', import.meta.url));
});

function answers(evidence: Evidence) {
  return {
    'WC-3': judge(evidence, shippedPolicy('WC-3'), { lot: MAGNETS, question: {} }),
    'DFARS-7052-phase2': judge(evidence, shippedPolicy('DFARS-7052-phase2'), {
      lot: MAGNETS,
      question: DELIVERED,
    }),
  };
}

describe('the golden path', () => {
  it('passes under WC-3 and under DFARS phase 2, and traces every element of the strict profile', () => {
    const judged = answers(golden.evidence());
    expect(judged['WC-3'].outcome).toBe('PASS');
    expect(judged['DFARS-7052-phase2'].outcome).toBe('PASS');
    expect(judged['DFARS-7052-phase2'].massBalance.map(({ element }) => element).sort()).toEqual([
      'Al',
      'B',
      'Co',
      'Cu',
      'Dy',
      'Fe',
      'Ga',
      'Nb',
      'Nd',
      'Pr',
      'Tb',
    ]);
  });

  it('gives the same bytes in whatever order the evidence comes, and however often', () => {
    const evidence = golden.evidence();
    const expected = JSON.stringify(answers(evidence));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...evidence.entries], { minLength: evidence.entries.length }),
        fc.subarray([...evidence.entries]),
        (shuffled, again) => {
          expect(
            JSON.stringify(
              answers({ ...evidence, entries: [...shuffled, ...again], root: evidence.root.toReversed() }),
            ),
          ).toBe(expected);
        },
      ),
      { numRuns: 5 },
    );
  });

  it('gives the same bytes when the evidence holds entries that concern other lots alone', () => {
    const evidence = golden.evidence();
    const [pattern] = evidence.entries.filter(({ event }) => event.type === 'LotCreated');
    if (pattern === undefined) throw new Error('the golden path has a lot that was created');
    const { ref, event } = pattern;
    const other = {
      ...pattern,
      ref: { ...ref, index: 99, leaf: 'e'.repeat(64) },
      event: { ...event, lot: `${ref.facility}/another`, eventId: '00000000-0000-4000-8000-000000000099' },
      payloadDigest: 'e'.repeat(64),
    };
    const entries = [...evidence.entries, other];
    expect(JSON.stringify(answers({ ...evidence, entries }))).toBe(JSON.stringify(answers(evidence)));
  });

  it('never passes without one of the events that carry it', () => {
    const evidence = golden.evidence();
    for (const removed of evidence.entries.filter(({ event }) => LOAD_BEARING.has(event.type))) {
      const judged = answers({ ...evidence, entries: evidence.entries.filter((entry) => entry !== removed) });
      expect({
        removed: removed.ref,
        type: removed.event.type,
        outcomes: Object.values(judged).map(({ outcome }) => outcome),
      }).not.toMatchObject({ outcomes: expect.arrayContaining(['PASS']) });
    }
  });

  it('does not pass on a signature that is not good, a key unseen, or a parked entry of the lineage', () => {
    const evidence = golden.evidence();
    const [first] = evidence.entries.filter(({ event }) => event.type === 'Transformed');
    if (first === undefined) throw new Error('the golden path has a transformation');
    const spoiled = (change: object) =>
      evidence.entries.map((entry) => (entry === first ? { ...entry, ...change } : entry));
    for (const change of [
      { signatureValid: false },
      { seenRoot: { size: 0, hash: '' } },
      { seenRootMatches: false },
      { kid: 'x'.repeat(43) },
    ]) {
      expect(answers({ ...evidence, entries: spoiled(change) })['WC-3'].outcome).toBe('INSUFFICIENT');
    }
    const parked = [{ ref: first.ref, lots: [MAGNETS], reason: 'unknown version', covered: first.covered }];
    expect(answers({ ...evidence, parked })['WC-3'].outcome).toBe('INSUFFICIENT');
    const faults = [
      { index: 9, at: evidence.horizon.at, facility: 'src', kind: 'fork' as const, fromIndex: 0 },
    ];
    expect(answers({ ...evidence, faults })['WC-3'].outcome).toBe('INSUFFICIENT');
  });

  it('gives every finding that is no pass a cure, and names unknown rules', () => {
    const policy = shippedPolicy('WC-3');
    const document = { ...policy.document, rules: [...policy.document.rules, 'C99@7'] };
    const verdict = judge(golden.evidence(), { ...policy, document }, { lot: MAGNETS, question: {} });
    expect(verdict.outcome).toBe('INSUFFICIENT');
    expect(
      verdict.findings
        .filter(({ outcome }) => outcome === 'INSUFFICIENT')
        .map(({ rule, code, cure }) => [rule, code, cure !== undefined]),
    ).toEqual([['C99@7', 'unknown-rule', true]]);
  });
});
