import { createHash } from 'node:crypto';

/**
 * Leaf hashes and roots of RFC 6962, written down a second time on purpose: what checks the logs must not share a
 * mistake with what writes them.
 */
export function leafHashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(Uint8Array.of(0)).update(bytes).digest('hex');
}

/** The root at each of the wanted sizes that the leaves reach, hex. */
export function rootsAt(leaves: readonly string[], wanted: ReadonlySet<number>): ReadonlyMap<number, string> {
  const roots = new Map<number, string>();
  const peaks: { readonly width: number; readonly hash: Buffer }[] = [];
  if (wanted.has(0)) roots.set(0, createHash('sha256').digest('hex'));
  leaves.forEach((leaf, index) => {
    let width = 1;
    let hash: Buffer = Buffer.from(leaf, 'hex');
    for (let last = peaks.at(-1); last?.width === width; last = peaks.at(-1)) {
      peaks.pop();
      hash = join(last.hash, hash);
      width *= 2;
    }
    peaks.push({ width, hash });
    if (wanted.has(index + 1)) roots.set(index + 1, fold(peaks.map((peak) => peak.hash)));
  });
  return roots;
}

function fold(peaks: readonly Buffer[]): string {
  const [last, ...before] = [...peaks].reverse();
  if (last === undefined) throw new Error('a tree with a leaf has a peak');
  return before.reduce((right, left) => join(left, right), last).toString('hex');
}

function join(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}
