import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import type { Composition, Mass, Material } from './composition.js';
import type * as schema from './events/primitives.js';
import type { Fraction, Quantity } from './quantity.js';

type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Full<T> = T extends object ? { [K in keyof T]-?: Full<T[K]> } : T;
// An extra optional field is seen only when all are required; one that is optional on one side only, when they are not.
type Same<A, B> = Mutual<A, B> extends true ? Mutual<Full<A>, Full<B>> : false;
type Parsed<T extends z.ZodType> = z.infer<T>;

// Each line compiles only while the parser gives exactly what the arithmetic takes.
const SHAPES: {
  quantity: Same<Parsed<typeof schema.quantity>, Quantity>;
  fraction: Same<Parsed<typeof schema.fraction>, Fraction>;
  composition: Same<Parsed<typeof schema.composition>, Composition>;
  mass: Same<Parsed<typeof schema.mass>, Mass>;
  material: Same<Omit<Parsed<typeof schema.material>, 'family'>, Omit<Material, 'family'>>;
} = { quantity: true, fraction: true, composition: true, mass: true, material: true };

describe('the shapes of material', () => {
  it('are the same to the parser of events and to the arithmetic', () => {
    expect(Object.values(SHAPES).every(Boolean)).toBe(true);
  });
});
