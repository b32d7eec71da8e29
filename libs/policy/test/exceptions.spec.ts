import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EventOf } from '@lodemark/domain';
import type { Evidence } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import type { Question } from '../src/verdict.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

type Claim = EventOf<'ExceptionClaimed'>;

const MAGNETS = 'magnet-plant/MAG-0033';
const MOTOR: Question = {
  deliveryDate: '2027-02-01',
  awardDate: '2026-02-02',
  clauseVersion: 'MAY 2024',
  contract: 'PO-DEMO-77',
  endItem: { name: 'actuator motor', manufacturedIn: 'US' },
};

let motor: Evidence;
beforeAll(async () => {
  const file = '../../../test/scenarios/V09-motor-off-the-shelf.yaml';
  motor = (await ScenarioEvidence.of(new URL(file, import.meta.url))).evidence();
});

function claiming(change: (claim: Claim) => Claim): Evidence {
  const entries = motor.entries.map((entry) =>
    entry.event.type === 'ExceptionClaimed' ? { ...entry, event: change(entry.event) } : entry,
  );
  return { ...motor, entries };
}

const outcomeOf = (evidence: Evidence, question = MOTOR) =>
  judge(evidence, shippedPolicy('DFARS-7052-phase2'), { lot: MAGNETS, question }).outcome;

describe('an exception', () => {
  it('gives a pass only with every element and the document', () => {
    expect(outcomeOf(motor)).toBe('PASS_EXCEPTION');
    const elements = [
      'contract',
      'endItem',
      'document',
      'coveredMaterialPercent',
      'offTheShelf',
      'incorporated',
    ];
    for (const element of elements) {
      const silent = claiming((claim) => {
        const copy: Record<string, unknown> = { ...claim };
        Reflect.deleteProperty(copy, element);
        return copy as unknown as Claim;
      });
      expect({ element, outcome: outcomeOf(silent) }).toEqual({ element, outcome: 'INSUFFICIENT' });
    }
  });

  it('gives none when an element is contradicted', () => {
    const shelf = {
      commercialProduct: true,
      substantialQuantities: true,
      unmodified: true,
      bulkCargo: false,
    };
    const contradicted: Partial<Claim>[] = [
      { contract: 'PO-DEMO-78' },
      { endItem: 'another motor' },
      { coveredMaterialPercent: '50' },
      { incorporated: false },
      { offTheShelf: { ...shelf, bulkCargo: true } },
      { offTheShelf: { ...shelf, unmodified: false } },
      { to: '2027-01-31' },
    ];
    for (const change of contradicted)
      expect({ change, outcome: outcomeOf(claiming((claim) => ({ ...claim, ...change }))) }).toEqual({
        change,
        outcome: 'FAIL',
      });
    expect(outcomeOf(claiming((claim) => ({ ...claim, coveredMaterialPercent: '49.999' })))).toBe(
      'PASS_EXCEPTION',
    );
  });

  it('counts for nothing in the word of somebody who never had the lot', () => {
    const entries = motor.entries.map((entry) =>
      entry.event.type === 'ExceptionClaimed'
        ? {
            ...entry,
            ref: { ...entry.ref, facility: 'stranger', index: 0 },
            event: { ...entry.event, facility: 'stranger' },
          }
        : entry,
    );
    expect(outcomeOf({ ...motor, entries })).toBe('FAIL');
  });

  it('excuses no signature that is not good', () => {
    const entries = motor.entries.map((entry) =>
      entry.event.type === 'Transformed' ? { ...entry, signatureValid: false } : entry,
    );
    expect(outcomeOf({ ...motor, entries })).toBe('INSUFFICIENT');
  });

  it('leaves what it excuses readable as a note, with the exception named', () => {
    const { findings } = judge(motor, shippedPolicy('DFARS-7052-phase2'), { lot: MAGNETS, question: MOTOR });
    const excused = findings.filter(({ facts }) => facts.excusedBy === 'X-COTS');
    expect(excused.map(({ rule, outcome, code }) => [rule, outcome, code])).toContainEqual([
      'C14@1',
      'NOTE',
      'covered-country',
    ]);
  });
});
