import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Evidence } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import type { Policy, PolicyParameters } from '../src/policy-document.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

const MAGNETS = 'magnet-plant/MAG-0033';
/** Each check with the parameter that holds its limits. */
const LIMITS: readonly (readonly [check: string, parameter: keyof PolicyParameters])[] = [
  ['C31', 'storage'],
  ['C34', 'trend'],
  ['C35', 'ratios'],
  ['C36', 'capacity'],
  ['C39', 'charge'],
  ['C40', 'assays'],
  ['C41', 'assays'],
  ['C42', 'assays'],
  ['C43', 'scaleCalibrationDays'],
  ['C45', 'circuits'],
  ['C46', 'tolling'],
  ['C47', 'recycling'],
];

let golden: Evidence;
beforeAll(async () => {
  const scenario = await ScenarioEvidence.of(
    new URL('../../../test/scenarios/golden-path.yaml', import.meta.url),
  );
  golden = scenario.evidence();
});

function changed(change: (parameters: Record<string, unknown>) => Record<string, unknown>): Policy {
  const policy = shippedPolicy('WC-3');
  const parameters = change({ ...policy.document.parameters }) as PolicyParameters;
  return { ...policy, document: { ...policy.document, parameters } };
}

function decidedBy(evidence: Evidence, policy: Policy): string[] {
  const { findings } = judge(evidence, policy, { lot: MAGNETS, question: {} });
  const against = findings.filter(({ outcome }) => outcome === 'FAIL' || outcome === 'INSUFFICIENT');
  return [...new Set(against.map(({ rule }) => rule.split('@')[0] ?? ''))].sort();
}

describe('a policy that names a check', () => {
  it.each(LIMITS)('and leaves out what %s goes by (%s) gets no pass from it', (check, parameter) => {
    const policy = changed(({ [parameter]: _limits, ...rest }) => rest);
    expect(decidedBy(golden, policy)).toContain(check);
  });

  it('decides by escalations of exactly those checks that it demands', () => {
    const noted = judge(golden, shippedPolicy('WC-3'), { lot: MAGNETS, question: {} })
      .findings.filter(({ outcome, cure }) => outcome === 'NOTE' && cure !== undefined)
      .map(({ rule }) => rule.split('@')[0] ?? '');
    expect(new Set(noted)).toEqual(new Set(['C34', 'C40']));
    for (const check of new Set(noted))
      expect(
        decidedBy(
          golden,
          changed((parameters) => ({ ...parameters, demands: [check] })),
        ),
      ).toEqual([check]);
    const others = ['C31', 'C36', 'C39', 'C41', 'C43', 'C47'];
    expect(
      decidedBy(
        golden,
        changed((parameters) => ({ ...parameters, demands: others })),
      ),
    ).toEqual([]);
  });
});

describe('evidence that a check of physics or measurement rests on', () => {
  const without = (type: string): Evidence => ({
    ...golden,
    entries: golden.entries.filter(({ event }) => event.type !== type),
  });

  it('is missed by C45 and C46 when the report of campaigns is taken away', () => {
    expect(decidedBy(without('CampaignsReported'), shippedPolicy('WC-3'))).toEqual(['C45', 'C46']);
  });

  it('is missed by C40 when the laboratory’s certificate is taken away, where the policy demands it', () => {
    const policy = changed((parameters) => ({
      ...parameters,
      demands: ['C40'],
      assays: { ...(parameters['assays'] as object), settled: ['CONCENTRATE'] },
    }));
    expect(decidedBy(golden, policy)).toEqual([]);
    expect(decidedBy(without('Assayed'), policy)).toEqual(['C40']);
  });

  it('counts for nothing when another facility says it', () => {
    const entries = golden.entries.map((entry) =>
      entry.event.type === 'CampaignsReported'
        ? {
            ...entry,
            ref: { ...entry.ref, facility: 'euclid', index: 90 },
            event: { ...entry.event, facility: 'euclid' },
          }
        : entry,
    );
    expect(decidedBy({ ...golden, entries }, shippedPolicy('WC-3'))).toEqual(
      expect.arrayContaining(['C45', 'C46']),
    );
  });
});
