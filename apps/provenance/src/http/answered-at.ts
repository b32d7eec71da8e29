import type { FilledHorizon } from '../horizon/horizon.js';
import type { HorizonResponse } from './common.response.js';

/** How an answer says which horizon it was given at. */
export function answeredAt({ size, rootHash, at }: FilledHorizon): HorizonResponse {
  return { size, rootHash, at };
}
