import { EVIDENCE_CASES } from './evidence-cases.js';
import { KEY_STANDING_CASES } from './key-standing-cases.js';
import type { ToldCase } from './told-case.js';

export const TOLD_CASES: ReadonlyMap<string, readonly ToldCase[]> = new Map([
  ['the golden path', EVIDENCE_CASES],
  ['the standing of keys', KEY_STANDING_CASES],
]);
