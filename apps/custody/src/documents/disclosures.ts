import { ProblemError } from '@lodemark/platform';
import { canonicalBytes, canonicalize, sha256Hex } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DATABASE } from '../ports.js';

export interface Disclosure {
  readonly facility: string;
  readonly field: string;
  /** Random bytes in base64url, so that nobody finds the value by trying likely ones. */
  readonly salt: string;
  readonly value: unknown;
}

export interface KeptDisclosure {
  readonly digest: string;
  readonly facility: string;
  readonly field: string;
  readonly salt?: string;
  readonly value?: unknown;
  /** Set instead of salt and value once they were erased. */
  readonly erasedAt?: string;
}

interface DisclosureRow {
  facility: string;
  field: string;
  salt: string | null;
  value: string | null;
  erased_at: Date | null;
}

const MAX_BYTES = 65_536;

/** What a private field of a payload commits to: SHA-256 of the canonical JSON of [salt, field, value], in hex. */
export function disclosureDigest({ salt, field, value }: Omit<Disclosure, 'facility'>): string {
  return sha256Hex(canonicalBytes([salt, field, value]));
}

/** Values of private fields, beside the log; erasing one leaves the digest in the log and nothing to open it with. */
@Injectable()
export class Disclosures {
  constructor(@Inject(DATABASE) private readonly pool: Pool) {}

  /** The digest under which it is kept. @throws ProblemError 413, and 410 for one that was erased */
  async put(disclosure: Disclosure, at: Date): Promise<string> {
    const { facility, field, salt } = disclosure;
    const value = canonicalize(disclosure.value);
    if (Buffer.byteLength(value) > MAX_BYTES) throw tooLarge();
    const digest = disclosureDigest(disclosure);
    const { rows } = await this.pool.query<{ erased_at: Date | null }>(
      `INSERT INTO custody.disclosure AS kept (digest, facility, field, salt, value, put_at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (digest, facility) DO UPDATE SET put_at = kept.put_at RETURNING erased_at`,
      [Buffer.from(digest, 'hex'), facility, field, salt, value, at],
    );
    const erasedAt = rows[0]?.erased_at ?? null;
    if (erasedAt !== null) throw erased(erasedAt);
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
    const kept = { digest, facility: row.facility, field };
    if (erasedAt !== null) return { ...kept, erasedAt: erasedAt.toISOString() };
    if (salt === null || value === null) throw new Error(`disclosure ${digest} is neither kept nor erased`);
    const opened = { field, salt, value: JSON.parse(value) as unknown };
    if (disclosureDigest(opened) !== digest)
      throw new Error(`disclosure ${digest} is damaged where it is kept`);
    return { ...kept, salt, value: opened.value };
  }

  /** True when there was one, erased now or before. */
  async erase(digest: string, facility: string, at: Date): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE custody.disclosure SET salt = NULL, value = NULL, erased_at = COALESCE(erased_at, $3)
       WHERE digest = $1 AND facility = $2`,
      [Buffer.from(digest, 'hex'), facility, at],
    );
    return (rowCount ?? 0) > 0;
  }
}

function tooLarge(): ProblemError {
  return new ProblemError({
    type: 'disclosure-too-large',
    status: 413,
    title: 'The value is too large',
    detail: `A value has at most ${MAX_BYTES} bytes in canonical form; keep a document instead.`,
    errors: [{ code: 'too-large', pointer: '/value', detail: 'too many bytes' }],
    facts: { limit: MAX_BYTES },
  });
}

function erased(at: Date): ProblemError {
  return new ProblemError({
    type: 'disclosure-erased',
    status: 410,
    title: 'This value was erased',
    detail: 'What was erased is not kept again. Salt the value anew; its digest is then another one.',
    facts: { erasedAt: at.toISOString() },
  });
}
