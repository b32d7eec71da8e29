import { randomUUID } from 'node:crypto';
import { generateKey, NodeSigner, type PrivateJwk } from '@lodemark/platform';
import {
  buildJws,
  canonicalBytes,
  leafHash,
  rootOf,
  signCheckpoint,
  toHex,
  toUtf8,
  consistencyProof,
  nodeHash,
  type NodeCoordinate,
} from '@lodemark/transparency';

/** A key pair as a party holds it. */
export interface Party {
  readonly signer: NodeSigner;
  readonly jwk: NodeSigner['publicKey'];
  readonly kid: string;
}

export async function newKey(alg: 'EdDSA' | 'ES256' = 'EdDSA'): Promise<Party> {
  const key: PrivateJwk = await generateKey(alg);
  const signer = NodeSigner.fromJwk(key);
  return { signer, jwk: signer.publicKey, kid: signer.kid };
}

export type Owner = { readonly facility: string } | { readonly organization: string };

export interface KeyBody {
  readonly statementId: string;
  readonly owner: Owner;
  readonly purpose: string;
  readonly kid: string;
  readonly jwk: unknown;
  readonly alg: string;
  readonly validFrom: string;
  readonly proofOfPossession: string;
  readonly [field: string]: unknown;
}

/** The body of a key's registration with its proof of possession. */
export async function keyBody(
  key: Party,
  { owner, purpose }: { readonly owner: Owner; readonly purpose: string },
  more: Readonly<Record<string, unknown>> = {},
): Promise<KeyBody> {
  const statementId = typeof more['statementId'] === 'string' ? more['statementId'] : randomUUID();
  const { kid, jwk } = key;
  const claimed = canonicalBytes({ kid, owner, purpose, statementId });
  const proofOfPossession = await buildJws(claimed, key.signer, 'lodemark-pop+jws');
  return {
    ...{ statementId, owner, purpose, kid, jwk, alg: key.signer.alg },
    ...{ validFrom: '2026-01-01T00:00:00Z', proofOfPossession },
    ...more,
  };
}

/** A statement that a party signs itself. */
export function signStatement(statement: object, key: Party): Promise<string> {
  return buildJws(canonicalBytes({ v: 1, ...statement }), key.signer, 'lodemark-statement+jws');
}

/** A log in memory whose checkpoints somebody signs; as honest or dishonest as its entries. */
export class LogInMemory {
  private readonly leaves: Uint8Array[];

  constructor(
    readonly origin: string,
    entries: readonly string[],
  ) {
    this.leaves = entries.map((entry) => leafHash(toUtf8(entry)));
  }

  append(...entries: readonly string[]): void {
    this.leaves.push(...entries.map((entry) => leafHash(toUtf8(entry))));
  }

  get size(): number {
    return this.leaves.length;
  }

  root(size = this.size): string {
    return toHex(rootOf(this.leaves.slice(0, size)));
  }

  note(key: Party, size = this.size): Promise<string> {
    return signCheckpoint({ origin: this.origin, size, root: this.root(size) }, key.signer);
  }

  async proof(from: number, to = this.size): Promise<string[]> {
    const readNodes = (nodes: readonly NodeCoordinate[]) =>
      Promise.resolve(nodes.map(({ level, index }) => this.perfect(level, index)));
    return (await consistencyProof(from, to, { readNodes })).map(toHex);
  }

  private perfect(level: number, index: number): Uint8Array {
    const leaf = this.leaves[index];
    if (level === 0 && leaf !== undefined) return leaf;
    return nodeHash(this.perfect(level - 1, 2 * index), this.perfect(level - 1, 2 * index + 1));
  }
}
