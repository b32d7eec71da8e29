import type { Clock, Logger } from '@lodemark/platform';
import type { Pool } from 'pg';

export type AlarmKind =
  | 'gap'
  | 'contradiction'
  | 'damaged-bytes'
  | 'discarded'
  | 'replaced'
  | 'fork'
  | 'foreign-record'
  | 'wrong-genesis'
  | 'checkpoint-mismatch'
  | 'root-checkpoint-mismatch'
  | 'heads-mismatch'
  | 'parked';

export interface Alarm {
  readonly origin: string;
  readonly kind: AlarmKind;
  readonly index: number;
  readonly detail: string;
}

/** What somebody has to look at: written to the log at once, and kept where the service's operators find it. */
export class Alarms {
  private readonly raised = new Map<string, number>();

  constructor(
    private readonly ports: { readonly pool: Pool; readonly clock: Clock; readonly logger: Logger },
  ) {}

  raise(alarm: Alarm): void {
    this.ports.logger.warn({ alarm }, `alarm: ${alarm.kind} in ${alarm.origin} at ${alarm.index}`);
    this.raised.set(alarm.kind, (this.raised.get(alarm.kind) ?? 0) + 1);
    // The log line is out; a database that is away is an alarm of its own and must not hold up the one who raises this.
    this.keep(alarm).catch((error: unknown) => this.ports.logger.warn({ error }, 'an alarm was not kept'));
  }

  /** How often each kind was raised since the process started. */
  counts(): ReadonlyMap<string, number> {
    return this.raised;
  }

  private async keep({ origin, kind, index, detail }: Alarm): Promise<void> {
    await this.ports.pool.query(
      `INSERT INTO alarm (raised_at, origin, kind, idx, detail) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [this.ports.clock.now(), origin, kind, index, detail.replaceAll('\u0000', '\ufffd')],
    );
  }
}
