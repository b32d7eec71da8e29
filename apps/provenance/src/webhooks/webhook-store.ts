import type { Caller } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';

/** As it stands in the database; unsealed only where a service had no key for it yet. */
export type KeptSecret = { readonly sealed: string } | { readonly plain: string };

/** Somebody who wants to be told, and how far they were. */
export interface Webhook {
  readonly id: string;
  /** As whom it was asked for: nothing is told that they may not see. */
  readonly owner: Caller;
  readonly url: string;
  readonly secret: KeptSecret;
  readonly createdAt: Date;
  /** Every change up to here was delivered, or is not for the owner to see. */
  readonly told: number;
  readonly replays: number;
  /** The receiver said that it is gone (410). */
  readonly ended: boolean;
  readonly failures: number;
  readonly lastFailure: string | undefined;
  readonly lastDeliveryAt: Date | undefined;
  readonly dueAt: Date;
}

export type WebhookState = 'following' | 'retrying' | 'ended';

export function webhookState({ ended, failures }: Pick<Webhook, 'ended' | 'failures'>): WebhookState {
  if (ended) return 'ended';
  return failures > 0 ? 'retrying' : 'following';
}

interface Row {
  readonly id: string;
  readonly owner: string;
  readonly roles: Caller['roles'];
  readonly url: string;
  readonly secret: string | null;
  readonly sealed_secret: string | null;
  readonly created_at: Date;
  readonly told: string;
  readonly replays: string;
  readonly ended: boolean;
  readonly failures: string;
  readonly last_failure: string | null;
  readonly last_delivery_at: Date | null;
  readonly due_at: Date;
}

/** Seconds until a delivery that failed is tried again: doubled every time, an hour at most, a little apart. */
const PAUSE = `least(3600, power(2, least(failures, 12))) * (0.9 + 0.2 * random()) * interval '1 second'`;
/** For so long a delivery is left to the process that began it. */
const LEASE = `interval '1 minute'`;
/** It is still the one that was read: nobody asked for a replay meanwhile, or took it away. */
const UNMOVED = `id = $1 AND told = $2 AND replays = $3`;

/** Who is told of what happens to certificates, and how far each was. */
@Injectable()
export class WebhookStore {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Undefined when the owner has as many as anybody may have. */
  async add(
    { subject, roles }: Caller,
    hook: Pick<Webhook, 'id' | 'url' | 'told' | 'createdAt'> & { readonly sealedSecret: string },
    most: number,
  ): Promise<Webhook | undefined> {
    const { rows } = await this.pool.query<Row>(
      `INSERT INTO asked.webhook (id, owner, roles, url, sealed_secret, created_at, told)
       SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT count(*) FROM asked.webhook WHERE owner = $2) < $8
       RETURNING *`,
      [
        ...[hook.id, subject, JSON.stringify(roles), hook.url, hook.sealedSecret, hook.createdAt],
        ...[hook.told, most],
      ],
    );
    return rows[0] && read(rows[0]);
  }

  /** Those of an owner, or all. */
  async list(owner: string | undefined): Promise<readonly Webhook[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT * FROM asked.webhook WHERE $1::text IS NULL OR owner = $1 ORDER BY created_at, id`,
      [owner ?? null],
    );
    return rows.map(read);
  }

  /** Unless another process was first. */
  async reseal({ id, secret }: Webhook, sealed: string): Promise<void> {
    const [column, before] = 'plain' in secret ? ['secret', secret.plain] : ['sealed_secret', secret.sealed];
    await this.pool.query(
      `UPDATE asked.webhook SET secret = NULL, sealed_secret = $3 WHERE id = $1 AND ${column} = $2`,
      [id, before, sealed],
    );
  }

  async remove(id: string, owner: string | undefined): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `DELETE FROM asked.webhook WHERE id = $1 AND ($2::text IS NULL OR owner = $2)`,
      [id, owner ?? null],
    );
    return rowCount === 1;
  }

  /** Everything after a change is delivered again, beginning at once. */
  async replay(id: string, owner: string | undefined, after: number): Promise<Webhook | undefined> {
    const { rows } = await this.pool.query<Row>(
      `UPDATE asked.webhook SET told = least($3, (SELECT coalesce(max(id), 0) FROM asked.certificate_change)),
         replays = replays + 1, ended = false, failures = 0, last_failure = NULL, due_at = now()
       WHERE id = $1 AND ($2::text IS NULL OR owner = $2) RETURNING *`,
      [id, owner ?? null, after],
    );
    return rows[0] && read(rows[0]);
  }

  /** Takes those that something is due to; no other process takes them for a while. */
  async claim(most: number): Promise<readonly Webhook[]> {
    const { rows } = await this.pool.query<Row>(
      `UPDATE asked.webhook SET due_at = now() + ${LEASE} WHERE id IN (
         SELECT id FROM asked.webhook WHERE NOT ended AND due_at <= now()
           AND told < (SELECT coalesce(max(id), 0) FROM asked.certificate_change)
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
       ) RETURNING *`,
      [most],
    );
    return rows.map(read);
  }

  /** Further than it was; `delivered` when that was by a delivery. False when it was moved meanwhile. */
  async advance(
    { id, told, replays }: Webhook,
    to: { readonly told: number; readonly delivered: boolean; readonly done: boolean },
  ): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE asked.webhook SET told = $4, due_at = CASE WHEN $6 THEN now() ELSE now() + ${LEASE} END,
         failures = CASE WHEN $5 THEN 0 ELSE failures END,
         last_failure = CASE WHEN $5 THEN NULL ELSE last_failure END,
         last_delivery_at = CASE WHEN $5 THEN now() ELSE last_delivery_at END
       WHERE ${UNMOVED}`,
      [id, told, replays, to.told, to.delivered, to.done],
    );
    return rowCount === 1;
  }

  /** The delivery in turn failed: it is tried again later, unless the receiver is gone. */
  async failed({ id, told, replays }: Webhook, why: string, isGone: boolean): Promise<void> {
    await this.pool.query(
      `UPDATE asked.webhook SET failures = failures + 1, last_failure = $4, ended = $5, due_at = now() + ${PAUSE}
       WHERE ${UNMOVED}`,
      [id, told, replays, why, isGone],
    );
  }

  /** Nothing could be tried: it is due again in a moment. */
  async release({ id, told, replays }: Webhook): Promise<void> {
    await this.pool.query(`UPDATE asked.webhook SET due_at = now() + interval '2 seconds' WHERE ${UNMOVED}`, [
      id,
      told,
      replays,
    ]);
  }
}

function read(row: Row): Webhook {
  return {
    ...{ id: row.id, owner: { subject: row.owner, roles: row.roles }, url: row.url },
    secret: row.sealed_secret === null ? { plain: row.secret ?? '' } : { sealed: row.sealed_secret },
    ...{ createdAt: row.created_at, told: toCount(row.told), replays: toCount(row.replays) },
    ...{ ended: row.ended, failures: toCount(row.failures), dueAt: row.due_at },
    lastFailure: row.last_failure ?? undefined,
    lastDeliveryAt: row.last_delivery_at ?? undefined,
  };
}
