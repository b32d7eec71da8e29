import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DATABASE } from '../ports.js';

export interface Disclosure {
  readonly facility: string;
  readonly field: string;
  readonly salt: string;
  readonly value: unknown;
}

export interface KeptDisclosure {
  readonly digest: string;
  readonly facility: string;
  readonly field: string;
  readonly salt?: string;
  readonly value?: unknown;
  readonly erasedAt?: string;
}

interface DisclosureRow {
  facility: string;
  field: string;
  salt: string | null;
  value: unknown;
  erased_at: Date | null;
}

/** What a private field of a payload commits to: SHA-256 of the canonical JSON of [salt, field, value]. */
export function disclosureDigest({ salt, field, value }: Disclosure): string {
  return sha256Hex(canonicalBytes([salt, field, value]));
}

/** Values of private fields, beside the log; erasing one leaves the digest in the log and nothing to open it with. */
@Injectable()
export class Disclosures {
  constructor(@Inject(DATABASE) private readonly pool: Pool) {}

  async put(disclosure: Disclosure, at: Date): Promise<string> {
    const digest = disclosureDigest(disclosure);
    await this.pool.query(
      `INSERT INTO custody.disclosure (digest, facility, field, salt, value, put_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (digest, facility) DO NOTHING`,
      [
        Buffer.from(digest, 'hex'),
        disclosure.facility,
        disclosure.field,
        disclosure.salt,
        JSON.stringify(disclosure.value),
        at,
      ],
    );
    return digest;
  }

  async find(digest: string, facility: string): Promise<KeptDisclosure | undefined> {
    const { rows } = await this.pool.query<DisclosureRow>(
      'SELECT facility, field, salt, value, erased_at FROM custody.disclosure WHERE digest = $1 AND facility = $2',
      [Buffer.from(digest, 'hex'), facility],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const { field, salt, value, erased_at: erasedAt } = row;
    const rest =
      erasedAt === null && salt !== null
        ? { salt, value }
        : { erasedAt: (erasedAt ?? new Date(0)).toISOString() };
    return { digest, facility: row.facility, field, ...rest };
  }

  /** True when there was one, erased now or before. */
  async erase(digest: string, facility: string, at: Date): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE custody.disclosure SET salt = NULL, value = NULL, erased_at = COALESCE(erased_at, $3) WHERE digest = $1 AND facility = $2`,
      [Buffer.from(digest, 'hex'), facility, at],
    );
    return (rowCount ?? 0) > 0;
  }
}
