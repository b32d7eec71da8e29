import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Frontier,
  consistencyProof,
  leafHash,
  nodeHash,
  parsePublicJwk,
  rootOf,
  signCheckpoint,
  toHex,
  toUtf8,
  verifierKey,
  webCryptoSigner,
  type Checkpoint,
  type NodeReader,
  type Signer,
  type VerifierKey,
} from '@lodemark/transparency';

export const ORIGIN = 'test.example/root';

/** A signer with a new Ed25519 key. */
export async function newSigner(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const { kty, crv, x } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const key = parsePublicJwk({ kty, crv, x });
  if (!key.ok) throw new Error('no key');
  return webCryptoSigner(pair.privateKey, key.value);
}

/** A log in memory, of entries that a seed makes, with its key. */
export class SmallLog {
  private constructor(
    readonly signer: Signer,
    readonly key: VerifierKey,
    private readonly leaves: readonly Uint8Array[],
  ) {}

  static async of(size: number, seed = 'entry', signer?: Signer): Promise<SmallLog> {
    const by = signer ?? (await newSigner());
    if (by.publicKey.kty !== 'OKP') throw new Error('no Ed25519 key');
    const leaves = Array.from({ length: size }, (_, i) => leafHash(toUtf8(`${seed} ${i}`)));
    return new SmallLog(by, verifierKey(ORIGIN, by.publicKey), leaves);
  }

  /** The same log, of entries that another seed makes from some index on. */
  forkedAt(index: number): SmallLog {
    const leaves = this.leaves.map((leaf, i) => (i < index ? leaf : nodeHash(leaf, leaf)));
    return new SmallLog(this.signer, this.key, leaves);
  }

  checkpoint(size: number): Checkpoint {
    return { origin: ORIGIN, size, root: toHex(rootOf(this.leaves.slice(0, size))) };
  }

  note(size: number): Promise<string> {
    return signCheckpoint(this.checkpoint(size), this.signer);
  }

  proof(from: number, to: number): Promise<readonly Uint8Array[]> {
    return consistencyProof(from, to, this.reader());
  }

  private reader(): NodeReader {
    return {
      readNodes: (nodes) =>
        Promise.resolve(
          nodes.map(({ level, index }) => {
            const frontier = Frontier.empty();
            const width = 2 ** level;
            for (const leaf of this.leaves.slice(index * width, (index + 1) * width)) frontier.append(leaf);
            return frontier.root();
          }),
        ),
    };
  }
}

/** A folder that is gone after the work. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lodemark-witness-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
