import { fromHex, toHex } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { Alarms } from './alarms.js';
import type { NotedCheckpoint, SignedCheckpoints } from './signed-checkpoints.js';

export interface RootCheckpointPorts {
  readonly pool: Pool;
  readonly rootOrigin: string;
  readonly checkpoints: SignedCheckpoints;
  readonly alarms: Alarms;
}

/** The root checkpoints that the registry has published: what an evidence horizon can be. */
export class RootCheckpoints {
  constructor(private readonly ports: RootCheckpointPorts) {}

  /** Asks the registry for its newest checkpoint and keeps it; gives its size, or undefined when there is none yet. */
  async refresh(): Promise<number | undefined> {
    const { checkpoints, rootOrigin } = this.ports;
    const published = await checkpoints.published(rootOrigin);
    if (published === undefined) return undefined;
    await this.keep(published);
    await this.compare(published);
    return published.size;
  }

  private async keep({ size, root, note }: NotedCheckpoint): Promise<void> {
    await this.ports.pool.query(
      `INSERT INTO root_checkpoint (size, root, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [size, fromHex(root), note],
    );
  }

  /** Two signed roots for one size, or one that the entries held here do not lead to: the root log shows two faces. */
  private async compare({ size, root }: NotedCheckpoint): Promise<void> {
    const { rows } = await this.ports.pool.query<{ root: Buffer; held: Buffer | null }>(
      `SELECT c.root, e.tree_root AS held FROM root_checkpoint c
       LEFT JOIN entry e ON e.origin = $2 AND e.idx = c.size - 1 WHERE c.size = $1`,
      [size, this.ports.rootOrigin],
    );
    const [row] = rows;
    const seen = [row?.root, row?.held].flatMap((hash) => (hash ? [toHex(hash)] : []));
    const other = seen.find((hash) => hash !== root);
    if (other === undefined) return;
    const detail = `the published checkpoint of size ${size} has root ${root}, known is ${other}`;
    this.ports.alarms.raise({
      origin: this.ports.rootOrigin,
      kind: 'root-checkpoint-mismatch',
      index: size - 1,
      detail,
    });
  }

  /** Sizes of the published checkpoints that the held root log fits, the largest first. */
  async usableSizes(limit: number): Promise<readonly number[]> {
    const { rows } = await this.ports.pool.query<{ size: string }>(
      `SELECT c.size FROM root_checkpoint c
       JOIN entry e ON e.origin = $1 AND e.idx = c.size - 1 AND e.tree_root = c.root
       ORDER BY c.size DESC LIMIT $2`,
      [this.ports.rootOrigin, limit],
    );
    return rows.map(({ size }) => toCount(size));
  }
}
