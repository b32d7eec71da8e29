import type { Backfill } from '@lodemark/feed';
import { inTransaction } from '@lodemark/ledger';
import type { Logger } from '@lodemark/platform';
import type { Pool } from 'pg';
import { PROJECTION_VERSION } from '@lodemark/certificate';
import type { Ingest } from './ingest.js';
import { digestReadModel } from './read-model-digest.js';
import { rebuild, type Rebuilt, type RebuildProgress, type RebuildSource } from './rebuild.js';

export interface MaintenancePorts {
  readonly ingest: Ingest;
  readonly backfill: Backfill;
  /** Opens a connection without time limits. */
  readonly open: () => Pool;
}

/** Rebuilds and digests the read model, one at a time. */
export class ReadModelMaintenance {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly ports: MaintenancePorts) {}

  digest(): Promise<string> {
    return this.alone((pool) => inTransaction(pool, digestReadModel, 'REPEATABLE READ READ ONLY'));
  }

  rebuild(
    source: RebuildSource,
    onProgress: (progress: RebuildProgress) => void = () => undefined,
  ): Promise<Rebuilt> {
    const { ingest, backfill } = this.ports;
    const readLog = (origin: string, from: number, limit: number) => backfill.fetch(origin, from, limit);
    return this.alone((pool) =>
      ingest.followers.paused(() =>
        rebuild({ pool, ingestFor: ingest.ingestFor, readLog, onProgress }, source),
      ),
    );
  }

  private alone<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
    const run = async () => {
      const pool = this.ports.open();
      try {
        return await work(pool);
      } finally {
        await pool.end();
      }
    };
    const result = this.last.then(run, run);
    this.last = result.catch(() => undefined);
    return result;
  }
}

/** A read model that another version of the projection wrote is made anew before anything is asked of it. */
export async function prepareReadModel(
  pool: Pool,
  maintenance: ReadModelMaintenance,
  logger: Logger,
): Promise<void> {
  const { rows } = await pool.query<{ version: number }>(`SELECT version FROM projection_version`);
  const [written] = rows;
  if (written?.version === PROJECTION_VERSION) return;
  if (written !== undefined) {
    logger.info({ from: written.version, to: PROJECTION_VERSION }, 'the projection changed: rebuilding');
    await maintenance.rebuild('kept');
    return;
  }
  await pool.query(`INSERT INTO projection_version (version) VALUES ($1) ON CONFLICT DO NOTHING`, [
    PROJECTION_VERSION,
  ]);
}
