import { randomUUID } from 'node:crypto';
import { generateKey, KeyVault, NodeSigner } from '@lodemark/platform';
import { buildJws, canonicalBytes } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DATABASE } from '../ports.js';

export type HeldPurpose = 'log' | 'custodial';

export interface HeldKey {
  readonly facility: string;
  readonly purpose: HeldPurpose;
  readonly statementId: string;
  readonly signer: NodeSigner;
}

interface HeldRow {
  statement_id: string;
  sealed: string;
}

/**
 * The private keys that this service holds for its facilities: the log key that signs checkpoints and receipts, and
 * the custodial key that signs for clerks. Sealed at rest; a key that was opened once stays open in memory.
 */
@Injectable()
export class HeldKeys {
  private readonly opened = new Map<string, HeldKey>();

  constructor(
    @Inject(DATABASE) private readonly pool: Pool,
    private readonly vault: KeyVault,
  ) {}

  /** The facility's key, or undefined when none was made. */
  async find(facility: string, purpose: HeldPurpose): Promise<HeldKey | undefined> {
    const known = this.opened.get(`${purpose} ${facility}`);
    if (known !== undefined) return known;
    const { rows } = await this.pool.query<HeldRow>(
      'SELECT statement_id, sealed FROM custody.held_key WHERE facility = $1 AND purpose = $2',
      [facility, purpose],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const signer = NodeSigner.fromJwk(this.vault.open(row.sealed));
    const held: HeldKey = { facility, purpose, statementId: row.statement_id, signer };
    this.opened.set(`${purpose} ${facility}`, held);
    return held;
  }

  /** The facility's key, made now if there is none; several processes that start at once end with the same. */
  async open(facility: string, purpose: HeldPurpose): Promise<HeldKey> {
    const known = await this.find(facility, purpose);
    if (known !== undefined) return known;
    const key = await generateKey('EdDSA');
    await this.pool.query(
      `INSERT INTO custody.held_key (facility, purpose, kid, statement_id, sealed) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (facility, purpose) DO NOTHING`,
      [facility, purpose, NodeSigner.fromJwk(key).kid, randomUUID(), this.vault.seal(key)],
    );
    const made = await this.find(facility, purpose);
    if (made === undefined) throw new Error(`the ${purpose} key of ${facility} was written and is not there`);
    return made;
  }
}

/** What the registry wants to see of a key (its `POST /v1/keys`), but for the interval of validity. */
export interface KeyOffer {
  readonly statementId: string;
  readonly owner: { readonly facility: string };
  readonly purpose: HeldPurpose;
  readonly kid: string;
  readonly jwk: NodeSigner['publicKey'];
  readonly alg: NodeSigner['alg'];
  readonly proofOfPossession: string;
}

export async function offerKey({ facility, purpose, statementId, signer }: HeldKey): Promise<KeyOffer> {
  const { kid, alg, publicKey: jwk } = signer;
  const owner = { facility };
  const proof = canonicalBytes({ kid, owner, purpose, statementId });
  return {
    statementId,
    owner,
    purpose,
    kid,
    jwk,
    alg,
    proofOfPossession: await buildJws(proof, signer, 'lodemark-pop+jws'),
  };
}
