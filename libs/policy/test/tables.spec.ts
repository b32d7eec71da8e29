import { describe, expect, it } from '@jest/globals';
import type { EvidenceEntry } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import type { Verdict } from '../src/verdict.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

type Change = (entry: EvidenceEntry) => EvidenceEntry | undefined;

/** The tables of the magnets, with some entries changed or left out. */
async function tablesOf(file: string, policy = 'WC-0', change: Change = (entry) => entry): Promise<Verdict> {
  const told = await ScenarioEvidence.of(new URL(file, import.meta.url));
  const evidence = told.evidence();
  const entries = evidence.entries.flatMap((entry) => change(entry) ?? []);
  const question = policy === 'WC-0' ? {} : { deliveryDate: '2026-12-20', clauseVersion: 'MAY 2024' };
  return judge({ ...evidence, entries }, shippedPolicy(policy), { lot: 'magnet-plant/MAG-0033', question });
}

const GOLDEN = '../../../test/scenarios/golden-path.yaml';

const cell = ({ stages }: Verdict, stage: keyof Verdict['stages'], element: string) =>
  stages[stage].find((one) => one.element === element);

const balance = ({ massBalance }: Verdict, element: string) =>
  massBalance.find((one) => one.element === element);

const leavingOut =
  (lot: string): Change =>
  (entry) =>
    'lot' in entry.event && entry.event.lot === lot && entry.event.type === 'LotCreated' ? undefined : entry;

describe('the four-stage table', () => {
  it('names the countries of every stage of the golden path', async () => {
    const verdict = await tablesOf(GOLDEN);
    expect(cell(verdict, 'mined', 'Dy')).toEqual({ element: 'Dy', countries: ['KZ'], proven: true });
    expect(cell(verdict, 'refinedIntoOxide', 'Dy')).toMatchObject({ countries: ['CA'], proven: true });
    expect(cell(verdict, 'metalAndAlloy', 'Dy')).toMatchObject({ countries: ['CA', 'US'], proven: true });
    expect(cell(verdict, 'sinteredAndMagnetized', 'Dy')).toMatchObject({ countries: ['US'], proven: true });
  });

  it('goes back to the mine even where the clause looks at melting and later only', async () => {
    const [phase1, whole] = [await tablesOf(GOLDEN, 'DFARS-7052-phase1'), await tablesOf(GOLDEN)];
    expect(phase1.stages).toEqual(whole.stages);
    expect(phase1.massBalance).toEqual(whole.massBalance);
  });

  it('proves no mine when something went in of which nobody says where it came from and what it held', async () => {
    const verdict = await tablesOf(GOLDEN, 'WC-0', leavingOut('euclid/FE-2026-07'));
    expect(cell(verdict, 'mined', 'Fe')?.proven).toBe(false);
    expect(cell(verdict, 'mined', 'Dy')).toEqual({ element: 'Dy', countries: ['KZ'], proven: false });
  });

  it('proves no mine of what was on hand, beside what is proven', async () => {
    const verdict = await tablesOf(GOLDEN, 'WC-0', (entry) => {
      const { event } = entry;
      if (event.type !== 'LotCreated' || event.lot !== 'euclid/FEB-2026-03') return entry;
      return { ...entry, event: { ...event, origin: { kind: 'opening-stock' } } };
    });
    expect(cell(verdict, 'mined', 'Fe')?.proven).toBe(false);
    expect(cell(verdict, 'sinteredAndMagnetized', 'Fe')?.proven).toBe(true);
    expect(cell(verdict, 'mined', 'Co')?.proven).toBe(true);
  });
});

describe('the mass balance of the lineage', () => {
  it('shows what of the dysprosium is left over as metal and what is in the swarf', async () => {
    expect(balance(await tablesOf(GOLDEN), 'Dy')).toMatchObject({
      inSubjectKg: '81.924000',
      byproductsKg: '27.300000',
      elsewhereKg: '39.588987',
    });
  });

  it('counts the part of a split that went elsewhere, and no part twice', async () => {
    const [split, whole] = [await tablesOf('./unearned/split-without-mass.yaml'), await tablesOf(GOLDEN)];
    expect(balance(split, 'Dy')?.unexplainedKg).toBe(balance(whole, 'Dy')?.unexplainedKg);
    expect(balance(split, 'Nd')).toEqual(balance(whole, 'Nd'));
  });
});
