import { describe, expect, it } from '@jest/globals';
import { TOLD_CASES } from './told-cases.js';

describe.each([...TOLD_CASES])('%s', (_, cases) => {
  it.each(cases)('$name', ({ found, expected }) => {
    expect(found()).toEqual(expected);
  });
});
