import { fromBase64, toBase64 } from './base64.js';
import { failed, parsed, type Parsed } from './problem.js';
import { MAX_PROOF_LENGTH } from './proof-ranges.js';
import { HASH_BYTES } from './sha256.js';

export type HashLinesProblemCode = 'bad-hash' | 'too-many-hashes';

/** A proof as lines of base64, as tlog-witness and tlog-proof write it; pointers are `/proof/<i>`. */
export function parseHashLines(
  lines: readonly string[],
): Parsed<readonly Uint8Array[], HashLinesProblemCode> {
  if (lines.length > MAX_PROOF_LENGTH)
    return failed('too-many-hashes', `${lines.length} hashes; at most ${MAX_PROOF_LENGTH} may be.`, '/proof');
  const hashes: Uint8Array[] = [];
  for (const [i, line] of lines.entries()) {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_BYTES)
      return failed('bad-hash', 'Not 32 bytes in canonical base64.', `/proof/${i}`);
    hashes.push(hash);
  }
  return parsed(hashes);
}

/** The lines, each with its newline. */
export function formatHashLines(proof: readonly Uint8Array[]): string {
  return proof.map((hash) => `${toBase64(hash)}\n`).join('');
}
