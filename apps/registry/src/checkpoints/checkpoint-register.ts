import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../ports.js';
import { toCount, type Queryable } from '../register/queryable.js';
import type { AcceptedCheckpoint, LogStanding } from './judge-checkpoint.js';

export interface PendingCheckpoint extends AcceptedCheckpoint {
  readonly facility: string;
}

/** The first root log entry that covers an entry of a facility log. */
export interface Coverage {
  readonly rootIndex: number;
  /** Of the covering facility checkpoint. */
  readonly size: number;
  readonly recordedAt: string;
}

interface CheckpointRow {
  size: string;
  root: Buffer;
  note: string;
}

/** The facility checkpoints that the registry accepted, and which root entries hold them. */
@Injectable()
export class CheckpointRegister {
  constructor(@Inject(DATABASE) private readonly database: Queryable) {}

  async standing(facility: string, size: number, database: Queryable = this.database): Promise<LogStanding> {
    const last = await this.last(facility, database);
    const { rows } = await database.query<CheckpointRow>(
      `SELECT size, root, note FROM registry.facility_checkpoint WHERE facility = $1 AND size = $2`,
      [facility, size],
    );
    const [same] = rows;
    const endedBy = await this.endedBy(facility, Number.MAX_SAFE_INTEGER, database);
    return {
      ...(last === undefined ? {} : { last }),
      ...(same === undefined ? {} : { sameSize: accepted(same) }),
      ...(endedBy === undefined ? {} : { endedBy }),
    };
  }

  async last(facility: string, database: Queryable = this.database): Promise<AcceptedCheckpoint | undefined> {
    const { rows } = await database.query<CheckpointRow>(
      `SELECT size, root, note FROM registry.facility_checkpoint
       WHERE facility = $1 ORDER BY size DESC LIMIT 1`,
      [facility],
    );
    const [row] = rows;
    return row === undefined ? undefined : accepted(row);
  }

  /** Size of the largest checkpoint below `limit` that the root log holds; 0 when there is none. */
  async coveredBelow(database: Queryable, facility: string, limit: number): Promise<number> {
    const { rows } = await database.query<{ size: string }>(
      `SELECT size FROM registry.checkpoint_coverage
       WHERE facility = $1 AND size < $2 ORDER BY size DESC LIMIT 1`,
      [facility, limit],
    );
    return toCount(rows[0]?.size ?? '0');
  }

  /** Root log index of the first fault that ended what counts from the log at or before this size. */
  async endedBy(
    facility: string,
    size: number,
    database: Queryable = this.database,
  ): Promise<number | undefined> {
    const { rows } = await database.query<{ root_index: string }>(
      `SELECT root_index FROM registry.log_fault WHERE facility = $1 AND size <= $2 ORDER BY root_index LIMIT 1`,
      [facility, size],
    );
    const [row] = rows;
    return row === undefined ? undefined : toCount(row.root_index);
  }

  async accept(
    database: Queryable,
    facility: string,
    checkpoint: AcceptedCheckpoint & { readonly at: string },
  ): Promise<void> {
    await database.query(
      `INSERT INTO registry.facility_checkpoint (facility, size, root, note, accepted_at) VALUES ($1, $2, $3, $4, $5)`,
      [facility, checkpoint.size, Buffer.from(checkpoint.root, 'hex'), checkpoint.note, checkpoint.at],
    );
  }

  /** Of each log that moved since its last round, and was not ended, the largest accepted checkpoint. */
  async pending(database: Queryable = this.database): Promise<readonly PendingCheckpoint[]> {
    const { rows } = await database.query<CheckpointRow & { facility: string }>(
      `SELECT f.facility, c.size, c.root, c.note FROM registry.facility f
       CROSS JOIN LATERAL (SELECT size, root, note FROM registry.facility_checkpoint c
         WHERE c.facility = f.facility ORDER BY size DESC LIMIT 1) c
       WHERE NOT EXISTS (SELECT FROM registry.checkpoint_coverage v WHERE v.facility = f.facility AND v.size = c.size)
         AND NOT EXISTS (SELECT FROM registry.log_fault l WHERE l.facility = f.facility)
       ORDER BY f.facility`,
    );
    return rows.map((row) => ({ ...accepted(row), facility: row.facility }));
  }

  async cover(
    database: Queryable,
    covered: readonly { readonly facility: string; readonly size: number; readonly rootIndex: number }[],
    recordedAt: string,
  ): Promise<void> {
    await database.query(
      `INSERT INTO registry.checkpoint_coverage (facility, size, root_index, recorded_at)
       SELECT facility, size, root_index, $4 FROM unnest($1::text[], $2::bigint[], $3::bigint[])
         AS covered (facility, size, root_index)`,
      [
        covered.map(({ facility }) => facility),
        covered.map(({ size }) => size),
        covered.map(({ rootIndex }) => rootIndex),
        recordedAt,
      ],
    );
  }

  /** The first root entry with a checkpoint of the log that is larger than `index`. */
  async coverage(facility: string, index: number): Promise<Coverage | undefined> {
    const { rows } = await this.database.query<{ root_index: string; size: string; recorded_at: Date }>(
      `SELECT root_index, size, recorded_at FROM registry.checkpoint_coverage
       WHERE facility = $1 AND size > $2 ORDER BY size LIMIT 1`,
      [facility, index],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    return {
      rootIndex: toCount(row.root_index),
      size: toCount(row.size),
      recordedAt: row.recorded_at.toISOString(),
    };
  }
}

function accepted(row: CheckpointRow): AcceptedCheckpoint {
  return { size: toCount(row.size), root: row.root.toString('hex'), note: row.note };
}
