import { z } from 'zod';
import { ELEMENTS } from '../elements.js';
import { isDecimal, Rational } from '../rational.js';
import { digest, list, lotId, lotsOnce, percent, quantity, text } from './primitives.js';

/** Parts of one whole are no more than the whole. */
function noMoreThanAll(lines: readonly { readonly percent: string }[], context: z.core.$RefinementCtx): void {
  const sum = Rational.sum(
    lines.flatMap(({ percent: text }) => (isDecimal(text) ? [Rational.parse(text)] : [])),
  );
  if (sum.compare(Rational.fromInteger(100)) <= 0) return;
  context.addIssue({
    code: 'custom',
    message: 'the percentages add up to more than 100',
    params: { code: 'over-100' },
  });
}

/**
 * What shares of the direct costs of making lots each material had, by the producer's books (material assistance, P.L.
 * 119-21). No price stands here; the document that shows them is kept elsewhere.
 */
export const materialCostsStated = {
  type: z.literal('MaterialCostsStated'),
  lots: list(lotId),
  /** Percent of all direct material costs; what is left out has the rest. */
  materials: list(z.strictObject({ lot: lotId, percent }))
    .superRefine(lotsOnce)
    .superRefine(noMoreThanAll),
  document: digest,
};

/** The products that Regulation (EU) 2024/1252, article 28, lists, and all others. */
export const PRODUCT_CATEGORIES = [
  'magnetic-resonance-imaging',
  'wind-generator',
  'industrial-robot',
  'motor-vehicle',
  'light-means-of-transport',
  'cooling-generator',
  'heat-pump',
  'electric-motor',
  'washing-machine',
  'tumble-drier',
  'microwave',
  'vacuum-cleaner',
  'dishwasher',
  'other',
] as const;

export const MAGNET_TYPES = ['NdFeB', 'SmCo', 'AlNiCo', 'ferrite'] as const;

/** Where magnets of these lots sit in a product, what holds them there, and how they come out again. */
export const magnetUseDescribed = {
  type: z.literal('MagnetUseDescribed'),
  lots: list(lotId),
  product: z.strictObject({ name: text(200), category: z.enum(PRODUCT_CATEGORIES) }),
  /** The type that the label of the product names. */
  labelledAs: z.enum(MAGNET_TYPES).exactOptional(),
  /** Of all permanent magnets in one product. */
  magnetMass: quantity.exactOptional(),
  location: text(500).exactOptional(),
  /** Empty: the magnets have none. */
  coatings: z.array(text(120)).max(20).exactOptional(),
  /** Empty: nothing glues the magnets in. */
  adhesives: z.array(text(120)).max(20).exactOptional(),
  removal: z.strictObject({ steps: text(2000), document: digest.exactOptional() }).exactOptional(),
  /** Where the data carrier on the product leads to. */
  dataCarrier: text(300).exactOptional(),
};

/** What shares of elements in magnets were recovered from post-consumer waste, as the producer publishes them. */
export const recoveredSharesStated = {
  type: z.literal('RecoveredSharesStated'),
  lots: list(lotId),
  shares: list(z.strictObject({ element: z.enum(ELEMENTS), percent }), 40),
  /** Where it is published. */
  publishedAt: text(300),
};
