import { Network } from '@lodemark/domain';
import { Ledger, LedgerReader } from '@lodemark/ledger';
import { Frontier, toHex, type Checkpoint } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import type { CustodyConfig } from '../custody-config.js';
import { CONFIG, DATABASE } from '../ports.js';
import { applyRootEntry } from './root-register.js';
import { leafHex, RootLogUntrusted, RootReader } from './root-reader.js';

interface Cursor {
  readonly size: number;
  readonly frontier: Frontier;
}

/**
 * Keeps up with the root log: recomputes its tree from the entries, compares it with the signed checkpoint, applies
 * what it says with the cursor in one transaction, and notes the checkpoint for the facilities' logs, whose later
 * entries name it as their causal past (design.md section 4, Entry bytes).
 */
@Injectable()
export class RootFollower {
  private syncing: Promise<void> | undefined;
  private verified = 0;

  constructor(
    @Inject(DATABASE) private readonly pool: Pool,
    @Inject(CONFIG) private readonly config: CustodyConfig,
    private readonly root: RootReader,
    private readonly ledger: Ledger,
    private readonly logs: LedgerReader,
    private readonly network: Network,
  ) {}

  /** Size of the last root checkpoint that this process verified; 0 before the first. */
  get verifiedSize(): number {
    return this.verified;
  }

  /** One look at a time: whoever asks while one is under way waits for it and for one more. */
  async sync(): Promise<void> {
    while (this.syncing !== undefined) await this.syncing.catch(() => undefined);
    this.syncing = this.syncOnce().finally(() => {
      this.syncing = undefined;
    });
    return this.syncing;
  }

  private async syncOnce(): Promise<void> {
    const checkpoint = await this.root.checkpoint();
    if (checkpoint === undefined) return;
    await this.catchUp(checkpoint);
    for (const origin of await this.logs.origins()) {
      if (this.network.facilityOf(origin) === undefined) continue;
      await this.ledger.noteVerifiedRoot(origin, { size: checkpoint.size, hash: checkpoint.root });
    }
    this.verified = checkpoint.size;
  }

  private async catchUp(checkpoint: Checkpoint): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const cursor = await lockCursor(client);
      if (checkpoint.size < cursor.size) throw new RootLogUntrusted('its signed size went back');
      await this.apply(client, cursor, checkpoint);
      await client.query('UPDATE custody.root_cursor SET size = $1, frontier = $2', [
        checkpoint.size,
        Buffer.from(cursor.frontier.serialize()),
      ]);
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => {
          client.release();
        },
        () => {
          client.release(true);
        },
      );
      throw error;
    }
  }

  private async apply(client: PoolClient, cursor: Cursor, checkpoint: Checkpoint): Promise<void> {
    for await (const page of this.root.entries(cursor.size, checkpoint.size)) {
      for (const entry of page) {
        if (entry.index === 0 && leafHex(entry) !== this.config.genesis)
          throw new RootLogUntrusted('its genesis is another one');
        cursor.frontier.append(entry.leaf);
        await applyRootEntry(client, entry);
      }
    }
    if (toHex(cursor.frontier.root()) !== checkpoint.root)
      throw new RootLogUntrusted('its entries do not give the root that it signed');
  }
}

async function lockCursor(client: PoolClient): Promise<Cursor> {
  const { rows } = await client.query<{ size: string; frontier: Buffer }>(
    'SELECT size, frontier FROM custody.root_cursor FOR UPDATE',
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the root cursor is gone');
  const size = Number(row.size);
  return { size, frontier: Frontier.parse(size, row.frontier) };
}
