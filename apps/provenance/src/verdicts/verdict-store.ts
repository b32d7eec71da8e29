import { inTransaction } from '@lodemark/ledger';
import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import type { Verdict } from '@lodemark/policy';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';

export interface AskedQuestion {
  readonly askedBy: string;
  readonly askedAt: Date;
}

/** The questions that were asked and the verdicts given, each verdict by the SHA-256 of its canonical bytes. */
@Injectable()
export class VerdictStore {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Keeps the answer; its id, lowercase hex. The same answer again has the same id. */
  async keep(verdict: Verdict, asked: AskedQuestion): Promise<string> {
    const bytes = canonicalBytes(verdict);
    const id = sha256Hex(bytes);
    const question = JSON.stringify(verdict.question);
    await inTransaction(this.pool, async (client) => {
      await client.query(
        `INSERT INTO asked.verdict (id, bytes, lot, outcome) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
        [id, bytes, verdict.lot, verdict.outcome],
      );
      await client.query(
        `INSERT INTO asked.question (asked_at, asked_by, lot, policy, question, horizon, verdict)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [
          asked.askedAt,
          asked.askedBy,
          verdict.lot,
          verdict.policy.document,
          question,
          verdict.horizon.size,
          id,
        ],
      );
    });
    return id;
  }

  /** The canonical bytes of a verdict that was given. */
  async find(id: string): Promise<Uint8Array | undefined> {
    const { rows } = await this.pool.query<{ bytes: Buffer }>(
      `SELECT bytes FROM asked.verdict WHERE id = $1`,
      [id],
    );
    return rows[0]?.bytes;
  }
}
