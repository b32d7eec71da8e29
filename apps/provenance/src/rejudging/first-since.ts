import type { Network } from '@lodemark/domain';
import type { Evidence } from '@lodemark/policy';
import type { Cause } from './cause.js';

/** The first entry in the evidence that did not count at a root log of this size. */
export function firstSince(size: number, { entries, parked }: Evidence, network: Network): Cause | undefined {
  const [entry] = [...entries, ...parked]
    .filter(({ covered }) => covered.rootIndex >= size)
    .sort((a, b) => a.covered.rootIndex - b.covered.rootIndex || a.ref.index - b.ref.index);
  if (entry === undefined) return undefined;
  const { facility, index } = entry.ref;
  return facility === network.rootOrigin
    ? rootCause(network, index)
    : { origin: network.logOrigin(facility), index };
}

export function rootCause(network: Network, index: number): Cause {
  return { origin: network.rootOrigin, index };
}
