import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EventOf } from '@lodemark/domain';
import type { Evidence } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import type { Finding } from '../src/verdict.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

const [DYSPROSIUM, TERBIUM] = ['src/DYM-2026-09', 'src/TBM-2026-09'];
type Line = EventOf<'Received'>['lots'][number];

let swapped: ScenarioEvidence;
beforeAll(async () => {
  swapped = await ScenarioEvidence.of(
    new URL('../../../test/scenarios/S31-labels-swapped.yaml', import.meta.url),
  );
});

/** The receipt of the metals with what the lines of two lots state changed. */
function received(change: (line: Line, other: Line) => Line): Evidence {
  const evidence = swapped.evidence();
  const receipt = swapped.named('metal-receipt');
  const entries = evidence.entries.map((entry) => {
    if (entry !== receipt || entry.event.type !== 'Received') return entry;
    const { lots } = entry.event;
    const other = { [DYSPROSIUM]: TERBIUM, [TERBIUM]: DYSPROSIUM };
    const changed = lots.map((line) => {
      const beside = lots.find(({ lot }) => lot === other[line.lot as keyof typeof other]);
      return beside === undefined ? line : change(line, beside);
    });
    return { ...entry, event: { ...entry.event, lots: changed } };
  });
  return { ...evidence, entries };
}

function findingsOf(evidence: Evidence, code: string): Finding[] {
  const { findings } = judge(evidence, shippedPolicy('WC-3'), { lot: DYSPROSIUM, question: {} });
  return findings.filter((finding) => finding.code === code);
}

const SWAPPED = `the labels of lots ${DYSPROSIUM} and ${TERBIUM} look swapped`;

describe('labels that were swapped in a warehouse', () => {
  it('are named in the cure where two lots came with each other’s weight', () => {
    const [finding] = findingsOf(
      received((line) => line),
      'weights-differ',
    );
    expect(finding?.facts['likely']).toBe(SWAPPED);
    expect(finding?.cure?.what).toContain(SWAPPED);
  });

  it('are named where two lots came with each other’s assay', () => {
    const [finding] = findingsOf(
      received((line, other) => ({ ...line, mass: other.mass, ...composed(other) })),
      'contents-differ',
    );
    expect(finding?.facts['likely']).toBe(SWAPPED);
    expect(finding?.cure?.what).toContain(SWAPPED);
  });

  it('are not suspected where only one assay is off', () => {
    const [finding] = findingsOf(
      received((line, other) => ({
        ...line,
        mass: other.mass,
        ...(line.lot === DYSPROSIUM ? composed(other) : {}),
      })),
      'contents-differ',
    );
    expect(finding?.outcome).toBe('INSUFFICIENT');
    expect(finding?.facts['likely']).toBeUndefined();
  });
});

function composed({ composition }: Line): Pick<Line, 'composition'> {
  return composition === undefined ? {} : { composition };
}
