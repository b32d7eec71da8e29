import { inTransaction } from '@lodemark/ledger';
import { EMPTY_ROOT, Frontier, fromHex, toHex } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DATABASE } from '../ports.js';
import type { RootEntry } from './root-reader.js';
import { applyRootEntry } from './root-register.js';

/** How far the root log was read, proved and applied. */
export interface RootPosition {
  readonly size: number;
  /** Of the tree of this size; not to be changed. */
  readonly frontier: Frontier;
  /** Leaf hash of entry 0 as it was applied, lowercase hex; undefined before. */
  readonly genesis: string | undefined;
}

interface CursorRow {
  size: string;
  frontier: Buffer;
  genesis: Buffer | null;
}

/** The place in the root log, moved in one transaction with what the entries say. */
@Injectable()
export class RootCursor {
  constructor(@Inject(DATABASE) private readonly pool: Pool) {}

  async position(): Promise<RootPosition> {
    return positionOf(await this.pool.query<CursorRow>('SELECT * FROM custody.root_cursor'));
  }

  /** Applies proved entries that follow `from`; false when another process has moved the cursor meanwhile. */
  advance(from: RootPosition, entries: readonly RootEntry[]): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      if ((await lock(client)).size !== from.size) return false;
      for (const entry of entries) await applyRootEntry(client, entry);
      const frontier = extended(from.frontier, entries);
      const genesis = from.genesis ?? toHex(entries[0]?.leaf ?? EMPTY_ROOT);
      await client.query('UPDATE custody.root_cursor SET size = $1, frontier = $2, genesis = $3', [
        frontier.size,
        Buffer.from(frontier.serialize()),
        Buffer.from(fromHex(genesis) ?? EMPTY_ROOT),
      ]);
      return true;
    });
  }
}

export function extended(frontier: Frontier, entries: readonly RootEntry[]): Frontier {
  const longer = frontier.clone();
  for (const { leaf } of entries) longer.append(leaf);
  return longer;
}

async function lock(client: PoolClient): Promise<RootPosition> {
  return positionOf(await client.query<CursorRow>('SELECT * FROM custody.root_cursor FOR UPDATE'));
}

function positionOf({ rows: [row] }: { readonly rows: readonly CursorRow[] }): RootPosition {
  if (row === undefined) throw new Error('the root cursor is gone');
  const size = Number(row.size);
  return {
    size,
    frontier: Frontier.parse(size, row.frontier),
    genesis: row.genesis === null ? undefined : toHex(row.genesis),
  };
}
