import { fromBase64 } from './base64.js';
import { equalBytes, fromHex } from './bytes.js';
import { count, lotName } from './field-shapes.js';
import { headKey, headLeaf, NO_HEADS, turnOf, type HeadProof, type HeadProofLeaf } from './heads-map.js';
import { nodeHash } from './merkle.js';
import { failed, parsed, type Parsed, type Problem } from './problem.js';
import { HASH_BYTES } from './sha256.js';
import { objectOf, valueThat, type Shape, type ShapeProblemCode } from './shape.js';

export type HeadProblemCode = ShapeProblemCode | 'proof-invalid';

/** Bits of a key, and so the length of the longest path. */
const KEY_BITS = 8 * HASH_BYTES;

const hash64 = valueThat(isHash64, 'a SHA-256 hash in base64');
const hashes64 = valueThat(
  (value): value is readonly string[] =>
    Array.isArray(value) && value.length <= KEY_BITS && value.every(isHash64),
  `at most ${KEY_BITS} SHA-256 hashes in base64`,
);
const someLeaf = objectOf<HeadProofLeaf>({ key: hash64, last: count });
const leafOrNull: Shape<HeadProofLeaf | null> = (value, problems, path): value is HeadProofLeaf | null =>
  value === null || someLeaf(value, problems, path);
const proofShape = objectOf<HeadProof>({ leaf: leafOrNull, siblings: hashes64 });

/**
 * The name's last sequence number in the map with this root (hex), or undefined: no entry before names it. No root has
 * proofs of two answers for one name. Never throws, whatever it is given.
 */
export function verifyHead(
  root: string,
  name: string,
  proof: unknown,
): Parsed<number | undefined, HeadProblemCode> {
  const problems: Problem<ShapeProblemCode>[] = [];
  if (!lotName(name, problems) || !proofShape(proof, problems)) return { ok: false, problems };
  const key = headKey(name);
  const siblings = proof.siblings.map(bytesOf);
  const leaf = proof.leaf && { key: bytesOf(proof.leaf.key), last: proof.leaf.last };
  const misfit = misfitOf(key, leaf?.key, siblings);
  if (misfit !== undefined) return failed('proof-invalid', misfit);
  const top = siblings.reduceRight(
    (hash, sibling, depth) => (turnOf(key, depth) === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash)),
    leaf === null ? NO_HEADS : headLeaf(leaf.key, leaf.last),
  );
  const expected = fromHex(root);
  if (expected === undefined || !equalBytes(top, expected))
    return failed('proof-invalid', 'The proof leads to another root.');
  return parsed(leaf !== null && equalBytes(leaf.key, key) ? leaf.last : undefined);
}

/** Why no map has a path of this form, if none has: hashing alone would not tell. */
function misfitOf(
  key: Uint8Array,
  end: Uint8Array | undefined,
  siblings: readonly Uint8Array[],
): string | undefined {
  const lowest = siblings.at(-1);
  // What holds one key or none is not divided.
  if (lowest !== undefined && equalBytes(lowest, NO_HEADS)) return 'The path goes on below its end.';
  if (end === undefined)
    return siblings.length < KEY_BITS ? undefined : 'Nothing can stand beside one leaf alone.';
  const isOnPath = siblings.every((_, depth) => turnOf(end, depth) === turnOf(key, depth));
  return isOnPath ? undefined : 'The leaf does not stand on the path of the name.';
}

function isHash64(value: unknown): value is string {
  return typeof value === 'string' && value.length === 44 && fromBase64(value)?.length === HASH_BYTES;
}

function bytesOf(hash: string): Uint8Array {
  return fromBase64(hash) ?? NO_HEADS;
}
