import { describe, expect, it } from '@jest/globals';
import { Rational } from '@lodemark/domain';
import fc from 'fast-check';
import { rootShares } from '../src/root-shares.js';
import { handOut, WHOLE_SHARE, writtenOut } from '../src/share-units.js';
import { graphOf, oneLot, someGraph, type DrawnGraph } from './share-graphs.js';

const SUBJECT = 'plant/L0';

/** Shares by root, or by why there is none, in units of the whole. */
function sharesOf(graph: DrawnGraph, lot = SUBJECT): ReadonlyMap<string, bigint> {
  const { shares } = rootShares(lot, 'Nd', graphOf(graph));
  const byName = new Map<string, bigint>();
  for (const share of shares) {
    const name = 'root' in share ? share.root.event.lot : share.unknown;
    byName.set(name, (byName.get(name) ?? 0n) + share.units);
  }
  return byName;
}

function near(a: bigint, b: bigint): boolean {
  const apart = a > b ? a - b : b - a;
  return apart <= WHOLE_SHARE / 10n ** 20n;
}

describe('the shares of an element by root', () => {
  it('are conserved, however lots are split, blended, left in circuits and led back', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        const { shares } = rootShares(SUBJECT, 'Nd', graphOf(graph));
        expect(shares.reduce((sum, { units }) => sum + units, 0n)).toBe(WHOLE_SHARE);
        expect(shares.every(({ units }) => units > 0n)).toBe(true);
      }),
    );
  });

  it('are the mixture of the shares of what a lot was made of', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        const made = graph[0];
        fc.pre(made !== undefined && made.inputs.length > 0 && made.heel === undefined);
        // Of a lot that nobody made nobody knows what it holds, either.
        fc.pre(made.inputs.every(({ lot }) => lot < graph.length));
        const before = made.inputs.map(({ lot }) => sharesOf(graph, `plant/L${String(lot)}`));
        fc.pre(before.every((shares) => !shares.has('own-ancestor')));
        const weights = made.inputs.map(({ kg }) => Rational.fromInteger(kg));
        const parts = handOut(WHOLE_SHARE, weights);
        const names = new Set(before.flatMap((shares) => [...shares.keys()]));
        const here = sharesOf(graph);
        for (const name of names) {
          const mixed = before.reduce(
            (sum, shares, at) => sum + ((parts[at] ?? 0n) * (shares.get(name) ?? 0n)) / WHOLE_SHARE,
            0n,
          );
          expect(near(here.get(name) ?? 0n, mixed)).toBe(true);
        }
      }),
    );
  });

  it('give all of a lot that one root was made into to that root, whatever happened on the way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (steps) => {
        const line = Array.from({ length: steps }, (_, at) => oneLot({ inputs: [{ lot: at + 1, kg: 7 }] }));
        const graph = [...line, oneLot({})];
        const { basis, shares } = rootShares(SUBJECT, 'Nd', graphOf(graph));
        expect([basis, shares.length, shares[0]?.units]).toEqual(['exact', 1, WHOLE_SHARE]);
      }),
    );
  });

  it('come in the order of their names where they are alike', () => {
    const graph = [
      oneLot({
        inputs: [
          { lot: 2, kg: 5 },
          { lot: 1, kg: 5 },
          { lot: 4, kg: 5 },
          { lot: 3, kg: 5 },
        ],
      }),
      oneLot({}),
      oneLot({}),
      // These go round in themselves, and nothing enters.
      oneLot({ inputs: [{ lot: 3, kg: 5 }] }),
      oneLot({ inputs: [{ lot: 4, kg: 5 }] }),
    ];
    const { shares } = rootShares(SUBJECT, 'Nd', graphOf(graph));
    expect(shares.map((share) => ('root' in share ? share.root.event.lot : share.lot))).toEqual([
      'plant/L1',
      'plant/L2',
      'plant/L3',
      'plant/L4',
    ]);
  });

  it.each([
    [60, 'plant/L60'],
    [61, 'own-ancestor'],
  ])('of a circle of %i lots are those of %s', (size, from) => {
    // Each lot is made of the next, the last of the first and of a root.
    const circle = Array.from({ length: size }, (_, at) =>
      oneLot({
        inputs: [{ lot: (at + 1) % size, kg: 7 }, ...(at === size - 1 ? [{ lot: size, kg: 3 }] : [])],
      }),
    );
    expect([...sharesOf([...circle, oneLot({})])]).toEqual([[from, WHOLE_SHARE]]);
  });

  it('count what goes round in a circle to where it entered', () => {
    // L0 is made of L1, and L1 of scrap of L0 and of two roots, one to three.
    const graph = [
      oneLot({ inputs: [{ lot: 1, kg: 10 }] }),
      oneLot({
        inputs: [
          { lot: 0, kg: 6 },
          { lot: 2, kg: 1 },
          { lot: 3, kg: 3 },
        ],
      }),
      oneLot({}),
      oneLot({}),
    ];
    const quarter = WHOLE_SHARE / 4n;
    expect(sharesOf(graph)).toEqual(
      new Map([
        ['plant/L3', 3n * quarter],
        ['plant/L2', quarter],
      ]),
    );
    expect(rootShares(SUBJECT, 'Nd', graphOf(graph)).basis).toBe('bookkeeping');
  });

  it('name no root for a circle that nothing enters', () => {
    const graph = [oneLot({ inputs: [{ lot: 1, kg: 5 }] }), oneLot({ inputs: [{ lot: 0, kg: 5 }] })];
    expect(sharesOf(graph)).toEqual(new Map([['own-ancestor', WHOLE_SHARE]]));
  });

  it('are exact only where every step states a model that keeps material apart', () => {
    const under = (model: DrawnGraph[number]['model']) =>
      rootShares(SUBJECT, 'Nd', graphOf([oneLot({ inputs: [{ lot: 1, kg: 5 }], model }), oneLot({})])).basis;
    expect(under('identity-preserved')).toBe('exact');
    expect(under('segregated')).toBe('exact');
    expect(under('controlled-blending')).toBe('exact');
    expect(under('mass-balance')).toBe('bookkeeping');
    expect(under('book-and-claim')).toBe('bookkeeping');
    expect(under(undefined)).toBe('bookkeeping');
  });

  it('are bookkeeping where something of a heel is in the lot', () => {
    const graph = [oneLot({ inputs: [{ lot: 1, kg: 3 }], heel: { lot: 2, kg: 1 } }), oneLot({}), oneLot({})];
    expect(sharesOf(graph).get('plant/L2')).toBe(WHOLE_SHARE / 4n);
    expect(rootShares(SUBJECT, 'Nd', graphOf(graph)).basis).toBe('bookkeeping');
  });
});

describe('an amount written out over shares', () => {
  it('adds up to the amount to the last decimal', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 20n }), { minLength: 1, maxLength: 12 }),
        (milligrams, units) => {
          const amount = Rational.of(milligrams, 1_000_000n);
          const written = writtenOut(amount, units, 6).map((text) => Rational.parse(text));
          expect(Rational.sum(written).toDecimal(6)).toBe(amount.toDecimal(6));
        },
      ),
    );
  });
});
