import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Evidence, EvidenceEntry, RootStatement } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

const RUNGS = ['WC-0', 'WC-1', 'WC-2', 'WC-3', 'WC-4'] as const;
const LOTS = ['euclid/A-2026-0102', 'magnet-plant/MAG-0033'];
const COUNTRIES = ['US', 'CA', 'AU', 'JP', 'BR', 'KR', 'KZ', 'CN', 'RU'];
const MODELS = ['identity-preserved', 'segregated', 'controlled-blending', 'mass-balance'];

let golden: Evidence;
beforeAll(async () => {
  const scenario = await ScenarioEvidence.of(
    new URL('../../../test/scenarios/golden-path.yaml', import.meta.url),
  );
  golden = scenario.evidence();
});

type Change = (evidence: Evidence, place: number) => Evidence;

function changeEntry(change: (entry: EvidenceEntry) => EvidenceEntry | undefined): Change {
  return (evidence, place) => {
    const at = place % evidence.entries.length;
    const entries = evidence.entries.flatMap((entry, index) =>
      index === at ? (change(entry) ?? []) : [entry],
    );
    return { ...evidence, entries };
  };
}

function changeStatement<T extends RootStatement['statement']['type']>(
  type: T,
  change: (
    statement: Extract<RootStatement['statement'], { type: T }>,
  ) => RootStatement['statement'] | undefined,
): Change {
  return (evidence, place) => {
    const such = evidence.root.filter(({ statement }) => statement.type === type);
    const chosen = such[place % such.length];
    const root = evidence.root.flatMap((one) => {
      if (one !== chosen) return [one];
      const statement = change(one.statement as Extract<RootStatement['statement'], { type: T }>);
      return statement === undefined ? [] : [{ ...one, statement }];
    });
    return { ...evidence, root };
  };
}

const country = fc.constantFrom(...COUNTRIES);
const percent = fc.integer({ min: 0, max: 100 });

const step: fc.Arbitrary<Change> = fc.oneof(
  fc.constant(changeEntry(() => undefined)),
  fc.constant(changeEntry((entry) => ({ ...entry, attestations: [] }))),
  fc.constant(changeEntry((entry) => ({ ...entry, signatureValid: false }))),
  fc
    .constantFrom(...MODELS)
    .map((custodyModel) =>
      changeEntry((entry) =>
        entry.event.type === 'Transformed'
          ? { ...entry, event: { ...entry.event, custodyModel: custodyModel as 'segregated' } }
          : entry,
      ),
    ),
  country.map((through) =>
    changeEntry((entry) =>
      entry.event.type === 'Dispatched'
        ? { ...entry, event: { ...entry.event, route: [...(entry.event.route ?? []), through] } }
        : entry,
    ),
  ),
  country.map((in_) => changeStatement('FacilityRegistered', (said) => ({ ...said, country: in_ }))),
  country.map((in_) =>
    changeStatement('OrganizationRegistered', (said) => ({ ...said, headquarteredIn: in_ })),
  ),
  fc
    .tuple(country, percent, fc.constantFrom('government' as const, 'private-person' as const))
    .map(([of, share, kind]) =>
      changeStatement('OwnershipDeclared', (said) => {
        const held = (value: number) => ({
          equity: String(value),
          votes: String(value),
          seats: String(value),
        });
        return {
          ...said,
          holders: [
            { holder: { name: 'Somebody', kind, country: of }, ...held(share) },
            { holder: { name: 'Founders', kind: 'private-person', country: 'US' }, ...held(100 - share) },
          ],
        };
      }),
    ),
  fc.constant(changeStatement('OwnershipDeclared', () => undefined)),
  fc.constant(changeStatement('KeyAdded', () => undefined)),
);

const changes = fc.array(fc.tuple(step, fc.nat({ max: 10_000 })), { minLength: 0, maxLength: 3 });

describe('the ladder of Western control', () => {
  it('asks on each rung all that it asks below', () => {
    RUNGS.slice(1).forEach((rung, below) => {
      const lower = shippedPolicy(RUNGS[below] ?? '').document;
      const higher = shippedPolicy(rung).document;
      expect(higher.rules).toEqual(expect.arrayContaining(lower.rules));
      const { locations: _of, custodyRung: from = 0, demands = [], ...limits } = lower.parameters;
      expect(higher.parameters).toMatchObject(limits);
      expect(higher.parameters.demands).toEqual(expect.arrayContaining(demands));
      expect(higher.parameters.custodyRung).toBeGreaterThanOrEqual(from);
      for (const { steps, countries } of lower.parameters.locations ?? [])
        for (const one of steps) {
          const above = (higher.parameters.locations ?? []).filter((row) => row.steps.includes(one));
          expect([one, above.some((row) => row.countries.every((name) => countries.includes(name)))]).toEqual(
            [one, true],
          );
        }
    });
  });

  it('passes nothing on a rung that fails on a lower one, whatever becomes of the evidence', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...LOTS), changes, (lot, made) => {
        const evidence = made.reduce((before, [change, place]) => change(before, place), golden);
        const passes = RUNGS.map((rung) => {
          const { outcome } = judge(evidence, shippedPolicyOnce(rung), { lot, question: {} });
          return outcome === 'PASS' || outcome === 'PASS_EXCEPTION';
        });
        const highest = passes.lastIndexOf(true);
        seen.add(String(highest));
        expect(passes).toEqual(RUNGS.map((_, at) => at <= highest));
      }),
      { numRuns: 60 },
    );
    // It would say nothing if nothing ever passed.
    expect(seen.size).toBeGreaterThan(1);
  });
});

const policies = new Map<string, ReturnType<typeof shippedPolicy>>();

function shippedPolicyOnce(id: string) {
  const policy = policies.get(id) ?? shippedPolicy(id);
  policies.set(id, policy);
  return policy;
}
