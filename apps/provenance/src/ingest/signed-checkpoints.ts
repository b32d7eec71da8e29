import type { Network } from '@lodemark/domain';
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

export interface SignedCheckpointPorts {
  readonly pool: Pool;
  readonly network: Network;
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
  /** Notes met outside the root log; a handful, as only the newest of a log is ever asked for. */
  private readonly notes = new Map<string, string>();

  constructor(private readonly ports: SignedCheckpointPorts) {}

  noteOf(checkpoint: Checkpoint): string | undefined {
    return this.notes.get(nameOf(checkpoint));
  }

  /** Size of the largest signed checkpoint that the held entries fit. */
  async verifiedSize(origin: string): Promise<number> {
    const { rows } = await this.ports.pool.query<{ size: string | null }>(
      origin === this.ports.network.rootOrigin
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
      origin === this.ports.network.rootOrigin
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
    if (!opened.ok || opened.value.origin !== origin) return undefined;
    this.remember(opened.value, note);
    return { ...opened.value, note };
  }

  private remember(checkpoint: Checkpoint, note: string): void {
    this.notes.set(nameOf(checkpoint), note);
    const [oldest] = this.notes.keys();
    if (this.notes.size > REMEMBERED && oldest !== undefined) this.notes.delete(oldest);
  }

  private async keysOf(origin: string): Promise<readonly VerifierKey[]> {
    const { rootLogKey, network, pool } = this.ports;
    if (origin === network.rootOrigin) return [rootLogKey];
    const { rows } = await pool.query<{ jwk: string }>(
      `SELECT jwk FROM signing_key WHERE log_of = $1 AND revoked_by IS NULL`,
      [network.facilityOf(origin)],
    );
    return rows
      .map(({ jwk }) => JSON.parse(jwk) as PublicJwk)
      .flatMap((jwk) => (jwk.kty === 'OKP' ? [verifierKey(origin, jwk)] : []));
  }
}

const REMEMBERED = 1_000;

function nameOf({ origin, size, root }: Checkpoint): string {
  return `${origin} ${size} ${root}`;
}
