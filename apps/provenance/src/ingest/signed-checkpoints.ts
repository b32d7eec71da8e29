import type { Backfill } from '@lodemark/feed';
import {
  openCheckpoint,
  toHex,
  verifierKey,
  type Checkpoint,
  type PublicJwk,
  type SignatureChecker,
  type VerifierKey,
} from '@lodemark/transparency';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { Origins } from '../projection/origins.js';

export interface SignedCheckpointPorts {
  readonly pool: Pool;
  readonly origins: Origins;
  readonly checker: SignatureChecker;
  readonly backfill: Backfill;
  /** Verifier key of the root log. */
  readonly rootLogKey: VerifierKey;
}

/** A checkpoint and the note that carries it. */
export interface NotedCheckpoint extends Checkpoint {
  readonly note: string;
}

interface CheckpointRow {
  size: string;
  root: Buffer;
}

/** What the keys of logs have signed about them, as far as it is known here. */
export class SignedCheckpoints {
  constructor(private readonly ports: SignedCheckpointPorts) {}

  /** Size of the largest signed checkpoint that the held entries fit. */
  async verifiedSize(origin: string): Promise<number> {
    const { rows } = await this.ports.pool.query<{ size: string | null }>(
      origin === this.ports.origins.root
        ? `SELECT max(c.size) AS size FROM root_checkpoint c
           JOIN entry e ON e.origin = $1 AND e.idx = c.size - 1 AND e.tree_root = c.root`
        : `SELECT max(size) AS size FROM coverage WHERE origin = $1 AND matched AND advances`,
      [origin],
    );
    return toCount(rows[0]?.size ?? 0);
  }

  /** Checkpoints that the held entries do not fit (yet), and the newest that the keeper of the log publishes. */
  async atHand(origin: string): Promise<readonly Checkpoint[]> {
    const { rows } = await this.ports.pool.query<CheckpointRow>(
      origin === this.ports.origins.root
        ? `SELECT size, root FROM root_checkpoint ORDER BY size DESC LIMIT 100`
        : `SELECT size, root FROM coverage WHERE origin = $1 AND fault IS NULL AND NOT matched
           ORDER BY size LIMIT 100`,
      [origin],
    );
    const known = rows.map(({ size, root }) => ({ origin, size: toCount(size), root: toHex(root) }));
    const newest = await this.published(origin).catch(() => undefined);
    return newest === undefined ? known : [...known, newest];
  }

  /** The newest checkpoint that the keeper of the log publishes, if the log's key signed it. */
  async published(origin: string): Promise<NotedCheckpoint | undefined> {
    const note = await this.ports.backfill.checkpoint(origin);
    if (note === undefined) return undefined;
    const opened = await openCheckpoint(note, await this.keysOf(origin), this.ports.checker);
    return opened.ok && opened.value.origin === origin ? { ...opened.value, note } : undefined;
  }

  private async keysOf(origin: string): Promise<readonly VerifierKey[]> {
    const { rootLogKey, origins, pool } = this.ports;
    if (origin === origins.root) return [rootLogKey];
    const { rows } = await pool.query<{ jwk: string }>(
      `SELECT jwk FROM signing_key WHERE log_of = $1 AND revoked_by IS NULL`,
      [origins.facilityOf(origin)],
    );
    return rows
      .map(({ jwk }) => JSON.parse(jwk) as PublicJwk)
      .flatMap((jwk) => (jwk.kty === 'OKP' ? [verifierKey(origin, jwk)] : []));
  }
}
