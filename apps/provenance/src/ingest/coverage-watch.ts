import { entriesThatFit, type Backfill } from '@lodemark/feed';
import { toHex, type Checkpoint } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { Alarms } from './alarms.js';
import { frontierAt } from './kept-entries.js';
import type { LogIngest } from './log-ingest.js';
import type { SignedCheckpoints } from './signed-checkpoints.js';

export interface CoverageWatchPorts {
  readonly pool: Pool;
  readonly backfill: Backfill;
  readonly checkpoints: SignedCheckpoints;
  readonly alarms: Alarms;
  readonly ingestOf: (origin: string) => LogIngest | undefined;
  readonly onFork: (origin: string, checkpoints: readonly Checkpoint[]) => void;
}

/**
 * Compares the entries held here with the checkpoints that the root log has of them. Entries that do not lead to a
 * signed root do not count; if the keeper of the log has others that do, those take their place.
 */
export class CoverageWatch {
  private readonly known = new Set<string>();

  constructor(private readonly ports: CoverageWatchPorts) {}

  async look(): Promise<void> {
    for (const checkpoint of await this.mismatches()) {
      this.alarmOnce(checkpoint);
      await this.repair(checkpoint);
    }
  }

  /** For each log its smallest checkpoint that the held entries reach and do not fit. */
  private async mismatches(): Promise<readonly Checkpoint[]> {
    const { rows } = await this.ports.pool.query<{ origin: string; size: string; root: Buffer }>(
      `SELECT DISTINCT ON (c.origin) c.origin, c.size, c.root FROM coverage c
       JOIN entry e ON e.origin = c.origin AND e.idx = c.size - 1
       WHERE c.fault IS NULL AND NOT c.matched AND e.tree_root <> c.root
         AND NOT EXISTS (SELECT FROM log_fault f WHERE f.origin = c.origin AND f.size < c.size)
       ORDER BY c.origin, c.size`,
    );
    return rows.map(({ origin, size, root }) => ({ origin, size: toCount(size), root: toHex(root) }));
  }

  private alarmOnce({ origin, size, root }: Checkpoint): void {
    const key = `${origin} ${size} ${root}`;
    if (this.known.has(key)) return;
    this.known.add(key);
    const detail = `the ${size} entries held do not have the root ${root} that the log's key signed`;
    this.ports.alarms.raise({ origin, kind: 'checkpoint-mismatch', index: size - 1, detail });
  }

  private async repair(checkpoint: Checkpoint): Promise<void> {
    const { pool, backfill, checkpoints, ingestOf, onFork } = this.ports;
    const { origin, size } = checkpoint;
    const from = await frontierAt(pool, origin, await checkpoints.verifiedSize(origin));
    if (size <= from.size) {
      // A larger checkpoint is confirmed by the entries held, a smaller one is not: its signer signed two histories.
      onFork(origin, [{ origin, size: from.size, root: toHex(from.root()) }, checkpoint]);
      return;
    }
    const entries = await entriesThatFit(origin, { from, checkpoint }, backfill);
    if (entries === undefined) return;
    await ingestOf(origin)?.replace(from.size, entries);
    const detail = `entries from ${from.size} on did not fit and were replaced from backfill`;
    this.ports.alarms.raise({ origin, kind: 'replaced', index: from.size, detail });
  }
}
