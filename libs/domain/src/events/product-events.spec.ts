import { describe, expect, it } from '@jest/globals';
import { lotsNamed } from './lots-named.js';
import { parseEvent } from './parse-event.js';

const HEAD = {
  v: 1,
  facility: 'euclid',
  eventId: '3f0c2a9e-6f1b-4a53-9a0e-0d6f2a8c7b11',
  occurredAt: '2026-11-01T09:00:00-04:00',
};
const LOTS = { lots: ['euclid/A-1'] };

function problemsOf(event: object): string[] {
  const parsed = parseEvent({ ...HEAD, ...event });
  return parsed.ok ? [] : parsed.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

function costs(...percents: readonly string[]): object {
  const materials = percents.map((percent, at) => ({ lot: `euclid/M-${String(at)}`, percent }));
  return { type: 'MaterialCostsStated', ...LOTS, materials, document: 'c'.repeat(64) };
}

describe('what a producer says of a product', () => {
  it('is about the lots that were made, not about what they were made of', () => {
    const parsed = parseEvent({ ...HEAD, ...costs('40', '60') });
    expect(parsed.ok && lotsNamed(parsed.value)).toEqual(['euclid/A-1']);
  });

  it('shares costs of no more than all, and each material once', () => {
    expect(problemsOf(costs('39.9', '60.1'))).toEqual([]);
    expect(problemsOf(costs('39.9', '60.2'))).toEqual(['over-100 /materials']);
    const twice = { lot: 'euclid/M-0', percent: '1' };
    expect(problemsOf({ ...costs(), materials: [twice, twice] })).toEqual(['listed-twice /materials/1/lot']);
  });

  it('shows costs by a document that is kept', () => {
    const { document: _, ...unkept } = costs('1') as { document: string };
    expect(problemsOf(unkept)).toEqual(['missing-field /document']);
  });

  it('describes products of known categories, with magnets of known types', () => {
    const use = {
      type: 'MagnetUseDescribed',
      ...LOTS,
      product: { name: 'Motor', category: 'motor-vehicle' },
    };
    expect(problemsOf({ ...use, labelledAs: 'ferrite', coatings: [], adhesives: [] })).toEqual([]);
    expect(problemsOf({ ...use, product: { name: 'Motor', category: 'boat' } })).toEqual([
      'not-in-list /product/category',
    ]);
  });

  it('publishes recovered shares of elements that exist, in percent', () => {
    const shares = { type: 'RecoveredSharesStated', ...LOTS, publishedAt: 'https://magnets.example' };
    expect(problemsOf({ ...shares, shares: [{ element: 'Nd', percent: '100' }] })).toEqual([]);
    expect(problemsOf({ ...shares, shares: [{ element: 'Nd', percent: '100.5' }] })).toEqual([
      'over-100 /shares/0/percent',
    ]);
  });
});
