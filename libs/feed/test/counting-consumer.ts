import {
  arbitrate,
  CursorMoved,
  type Backfill,
  type Contradiction,
  type FeedEntry,
  type LogConsumer,
  type Settlement,
} from '@lodemark/feed';
import { Frontier, fromHex, toHex, type Checkpoint } from '@lodemark/transparency';
import pg from 'pg';

/** Where the consumer keeps cursor and effects, and how a test can cut a connection to it. */
export interface ConsumerDatabase {
  readonly pool: pg.Pool;
  readonly admin: pg.Pool;
}

/** Makes the consumer's tables. */
export async function createConsumerTables(owner: pg.Pool, serviceRole: string): Promise<void> {
  await owner.query(`CREATE TABLE contract_cursor (origin text PRIMARY KEY, next bigint NOT NULL)`);
  await owner.query(
    `CREATE TABLE contract_effect (origin text, idx bigint, leaf text NOT NULL, PRIMARY KEY (origin, idx))`,
  );
  await owner.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON contract_cursor, contract_effect TO ${serviceRole}`,
  );
}

/** Counts entries in a database: cursor and effect in one transaction, the cursor by compare and set. */
export class CountingConsumer implements LogConsumer {
  readonly calls: number[][] = [];
  readonly checkpoints: Checkpoint[] = [];
  /** Size of the prefix that a checkpoint confirmed. */
  verified = 0;
  /** How many of the next transactions lose their connection before the commit. */
  dieBeforeCommit = 0;
  deaths = 0;
  maxInHand = 0;
  private inHand = 0;

  private constructor(
    private readonly database: ConsumerDatabase,
    private readonly origin: string,
    private readonly backfill: Backfill,
  ) {}

  static async open(
    database: ConsumerDatabase,
    origin: string,
    backfill: Backfill,
  ): Promise<CountingConsumer> {
    await database.pool.query(`INSERT INTO contract_cursor VALUES ($1, 0) ON CONFLICT DO NOTHING`, [origin]);
    return new CountingConsumer(database, origin, backfill);
  }

  async leaves(): Promise<readonly string[]> {
    const { rows } = await this.database.pool.query<{ leaf: string }>(
      `SELECT leaf FROM contract_effect WHERE origin = $1 ORDER BY idx`,
      [this.origin],
    );
    return rows.map(({ leaf }) => leaf);
  }

  /** As if these had been applied before. */
  async pretend(entries: readonly FeedEntry[]): Promise<void> {
    await this.transact((client) => this.write(client, 0, entries));
  }

  async apply(batch: readonly FeedEntry[]): Promise<void> {
    this.inHand += 1;
    this.maxInHand = Math.max(this.maxInHand, this.inHand);
    try {
      await this.transact(async (client) => {
        await this.write(client, batch[0]!.index, batch);
        if (this.dieBeforeCommit > 0) await this.die(client);
      });
      this.calls.push(batch.map(({ index }) => index));
    } finally {
      this.inHand -= 1;
    }
  }

  private async write(client: pg.PoolClient, from: number, batch: readonly FeedEntry[]): Promise<void> {
    const moved = await client.query(`UPDATE contract_cursor SET next = $3 WHERE origin = $1 AND next = $2`, [
      this.origin,
      from,
      from + batch.length,
    ]);
    if (moved.rowCount !== 1) {
      const { rows } = await client.query<{ next: string }>(
        `SELECT next FROM contract_cursor WHERE origin = $1`,
        [this.origin],
      );
      throw new CursorMoved(Number(rows[0]!.next));
    }
    for (const { index, leafHash } of batch) {
      await client.query(`INSERT INTO contract_effect VALUES ($1, $2, $3)`, [this.origin, index, leafHash]);
    }
  }

  private async die(client: pg.PoolClient): Promise<void> {
    this.dieBeforeCommit -= 1;
    this.deaths += 1;
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await this.database.admin.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
  }

  private async transact(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.database.pool.connect();
    let broken: Error | undefined;
    client.on('error', (error) => (broken = error));
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch((second: unknown) => (broken ??= second as Error));
      throw error;
    } finally {
      client.removeAllListeners('error');
      client.release(broken);
    }
  }

  async heldLeaves(from: number, to: number): Promise<readonly string[]> {
    return (await this.leaves()).slice(from, to);
  }

  async settle(contradiction: Contradiction): Promise<Settlement> {
    const leaves = await this.leaves();
    const treeOf = (size: number) => {
      const frontier = Frontier.empty();
      for (const leaf of leaves.slice(0, size)) frontier.append(fromHex(leaf)!);
      return frontier;
    };
    const judgement = await arbitrate(contradiction, {
      held: {
        verified: treeOf(this.verified),
        rootAt: (size) => Promise.resolve(toHex(treeOf(size).root())),
      },
      checkpoints: this.checkpoints,
      backfill: this.backfill,
    });
    if (judgement.kind === 'fork') return { kind: 'fork', detail: 'two checkpoints' };
    if (judgement.kind !== 'replace') return judgement;
    const from = this.verified;
    await this.transact(async (client) => {
      await client.query(`DELETE FROM contract_effect WHERE origin = $1 AND idx >= $2`, [this.origin, from]);
      await client.query(`UPDATE contract_cursor SET next = $2 WHERE origin = $1`, [this.origin, from]);
      await this.write(client, from, judgement.entries);
    });
    return { kind: 'replaced', from, next: from + judgement.entries.length };
  }
}
