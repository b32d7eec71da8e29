import type { Logger } from '@lodemark/platform';
import { decodeRootLogEntry, fromHex, type Checkpoint } from '@lodemark/transparency';
import type { Network } from '@lodemark/domain';
import type { Pool } from 'pg';
import type { Alarms } from './alarms.js';

/** Hands evidence of a fault to the registry. Rejects when it is not taken. */
export type ReportFault = (fault: {
  readonly facility: string;
  readonly kind: 'fork';
  /** First index that should not count any more. */
  readonly fromIndex: number;
  /** Signed notes that contradict each other. */
  readonly evidence: readonly string[];
}) => Promise<void>;

export interface ForkReportPorts {
  readonly pool: Pool;
  readonly network: Network;
  readonly alarms: Alarms;
  readonly logger: Logger;
  readonly report: ReportFault;
  /** Signed notes met outside the root log, by what they say. */
  readonly noteOf: (checkpoint: Checkpoint) => string | undefined;
}

/** Two signed checkpoints of one log that contradict each other are kept, and shown to everybody through the root log. */
export class ForkReports {
  private readonly reported = new Set<string>();

  constructor(private readonly ports: ForkReportPorts) {}

  raise(origin: string, checkpoints: readonly Checkpoint[]): void {
    const sizes = checkpoints.map(({ size }) => size);
    const key = `${origin} ${checkpoints.map(({ root }) => root).join(' ')}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    const detail = checkpoints.map(({ size, root }) => `size ${size} root ${root}`).join('; ');
    this.ports.alarms.raise({ origin, kind: 'fork', index: Math.min(...sizes), detail });
    this.send(origin, checkpoints).catch((error: unknown) => {
      this.reported.delete(key);
      this.ports.logger.error(
        { origin, err: error },
        'a fork was not reported to the registry; report it by hand',
      );
    });
  }

  private async send(origin: string, checkpoints: readonly Checkpoint[]): Promise<void> {
    const facility = this.ports.network.facilityOf(origin);
    if (facility === undefined) throw new Error('the root log itself shows two faces');
    const notes = await Promise.all(checkpoints.map((checkpoint) => this.noteOf(checkpoint)));
    const evidence = notes.filter((note) => note !== undefined);
    if (evidence.length < 2) throw new Error('one of the contradicting notes is not at hand');
    const fromIndex = await this.lastAgreed(origin, checkpoints);
    await this.ports.report({ facility, kind: 'fork', fromIndex, evidence });
  }

  /** Up to here the root log covers one history that was shown to everybody. */
  private async lastAgreed(origin: string, checkpoints: readonly Checkpoint[]): Promise<number> {
    const { rows } = await this.ports.pool.query<{ size: string | null }>(
      `SELECT max(size) AS size FROM coverage WHERE origin = $1 AND matched AND advances AND size < $2`,
      [origin, Math.min(...checkpoints.map(({ size }) => size))],
    );
    return Number(rows[0]?.size ?? 0);
  }

  private async noteOf(checkpoint: Checkpoint): Promise<string | undefined> {
    const { pool, network } = this.ports;
    const { rows } = await pool.query<{ position: number; bytes: Buffer }>(
      `SELECT c.position, e.bytes FROM coverage c JOIN entry e ON e.origin = $4 AND e.idx = c.root_index
       WHERE c.origin = $1 AND c.size = $2 AND c.root = $3 AND c.fault IS NULL LIMIT 1`,
      [checkpoint.origin, checkpoint.size, fromHex(checkpoint.root), network.rootOrigin],
    );
    const [row] = rows;
    const entry = row && decodeRootLogEntry(row.bytes);
    if (row !== undefined && entry?.ok === true && entry.value.kind === 'checkpoints') {
      return entry.value.checkpoints[row.position];
    }
    return this.ports.noteOf(checkpoint);
  }
}
