import { toBase64 } from './base64.js';
import { equalBytes, toHex, toUtf8 } from './bytes.js';
import { nodeHash } from './merkle.js';
import { HASH_BYTES, sha256 } from './sha256.js';

/** A lot or `*`, and its last sequence number in a log. */
export type Head = readonly [name: string, last: number];

/** Where the path of a name ends in a map of heads, and what stands beside the path. Keys and hashes in base64. */
export interface HeadProof {
  /** The end: the name's own leaf; that of another name, which proves this one absent; or nothing. */
  readonly leaf: HeadProofLeaf | null;
  /** From the root down. 32 zero bytes where nothing stands. */
  readonly siblings: readonly string[];
}

export interface HeadProofLeaf {
  readonly key: string;
  readonly last: number;
}

/** The hash of no key at all. */
export const NO_HEADS: Uint8Array = new Uint8Array(HASH_BYTES);

/** SHA-256 of the name's UTF-8: its bits, the most significant first, are the name's path from the root. */
export function headKey(name: string): Uint8Array {
  return sha256(toUtf8(name));
}

/** Which way the path of a key goes at a depth: 0 to the left, 1 to the right. */
export function turnOf(key: Uint8Array, depth: number): 0 | 1 {
  return ((key[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1 ? 1 : 0;
}

/** SHA-256(0x00 || key || last as a big-endian uint64): the hash of any part of the map that holds this key alone. */
export function headLeaf(key: Uint8Array, last: number): Uint8Array {
  const input = new Uint8Array(1 + HASH_BYTES + 8);
  input.set(key, 1);
  const number = new DataView(input.buffer, 1 + HASH_BYTES);
  // In two halves: the bit operators of JavaScript stop at 32 bits, and a bigint would cost more than the hash.
  number.setUint32(0, Math.floor(last / 2 ** 32));
  number.setUint32(4, last % 2 ** 32);
  return sha256(input);
}

/**
 * The map that a `heads` entry commits to: from each lot, or `*`, that the entries before it name to its last sequence
 * number. A compact sparse Merkle tree over the keys: a part without a key is 32 zero bytes, a part with one key is
 * that key's leaf, at whatever depth, and any other is SHA-256(0x01 || left || right). So the root says what is in the
 * map, and not in which order it came. Costs about 100 bytes a name, since a log may have many; only what changed is
 * hashed again.
 */
export class HeadsMap {
  private size = 0;
  private keys = new Uint8Array(0);
  private lasts = new Float64Array(0);
  private branches = 0;
  /** The two children of branch b at 2b and 2b + 1: a branch, ~n for leaf n, or 0 for none. The root stands at 0. */
  private children = new Int32Array(2);
  private hashes = new Uint8Array(0);
  private isHashed = new Uint8Array(0);

  static of(heads: Iterable<Head>): HeadsMap {
    const map = new HeadsMap();
    for (const [name, last] of heads) map.set(name, last);
    return map;
  }

  /** How many names the map holds. */
  get names(): number {
    return this.size;
  }

  set(name: string, last: number): void {
    const key = headKey(name);
    let place = 0;
    for (let depth = 0; ; depth++) {
      const child = this.child(place);
      if (child === 0) {
        this.children[place] = ~this.addLeaf(key, last);
        return;
      }
      if (child < 0 && equalBytes(this.keyOf(~child), key)) {
        this.lasts[~child] = last;
        return;
      }
      const branch = child > 0 ? child : this.divide(place, depth);
      this.isHashed[branch] = 0;
      place = 2 * branch + turnOf(key, depth);
    }
  }

  /** The root as the `heads` entry carries it: hex. */
  root(): string {
    return toHex(this.hashOf(this.child(0)));
  }

  /** What stands at the name, or that nothing does. */
  prove(name: string): HeadProof {
    const key = headKey(name);
    const siblings: string[] = [];
    let at = this.child(0);
    for (let depth = 0; at > 0; depth++) {
      const turn = turnOf(key, depth);
      siblings.push(toBase64(this.hashOf(this.child(2 * at + 1 - turn))));
      at = this.child(2 * at + turn);
    }
    const leaf = at === 0 ? null : { key: toBase64(this.keyOf(~at)), last: this.lasts[~at] ?? 0 };
    return { leaf, siblings };
  }

  private child(place: number): number {
    return this.children[place] ?? 0;
  }

  private keyOf(leaf: number): Uint8Array {
    return this.keys.subarray(leaf * HASH_BYTES, (leaf + 1) * HASH_BYTES);
  }

  private addLeaf(key: Uint8Array, last: number): number {
    const leaf = this.size++;
    this.keys = withRoom(this.keys, this.size * HASH_BYTES);
    this.lasts = withRoom(this.lasts, this.size);
    this.keys.set(key, leaf * HASH_BYTES);
    this.lasts[leaf] = last;
    return leaf;
  }

  /** Puts a branch in the place of a leaf, which goes one down. */
  private divide(place: number, depth: number): number {
    const leaf = this.child(place);
    const branch = ++this.branches;
    this.children = withRoom(this.children, 2 * (branch + 1));
    this.hashes = withRoom(this.hashes, (branch + 1) * HASH_BYTES);
    this.isHashed = withRoom(this.isHashed, branch + 1);
    this.children[2 * branch + turnOf(this.keyOf(~leaf), depth)] = leaf;
    this.children[place] = branch;
    return branch;
  }

  /** A view of what is kept, for whoever reads it at once. */
  private hashOf(node: number): Uint8Array {
    if (node === 0) return NO_HEADS;
    if (node < 0) return headLeaf(this.keyOf(~node), this.lasts[~node] ?? 0);
    const start = node * HASH_BYTES;
    if (this.isHashed[node] === 1) return this.hashes.subarray(start, start + HASH_BYTES);
    const hash = nodeHash(this.hashOf(this.child(2 * node)), this.hashOf(this.child(2 * node + 1)));
    this.hashes.set(hash, start);
    this.isHashed[node] = 1;
    return hash;
  }
}

/** Root of the map of these heads, in hex. */
export function headsRoot(heads: Iterable<Head>): string {
  return HeadsMap.of(heads).root();
}

/** What stands at the name in the map of these heads; whoever needs many proofs keeps a {@link HeadsMap}. */
export function proveHead(heads: Iterable<Head>, name: string): HeadProof {
  return HeadsMap.of(heads).prove(name);
}

/** The array, or a copy of at least twice its length. */
function withRoom<T extends Uint8Array | Int32Array | Float64Array>(array: T, length: number): T {
  if (array.length >= length) return array;
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length, 64));
  larger.set(array);
  return larger;
}
