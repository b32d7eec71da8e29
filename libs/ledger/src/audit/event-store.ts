import type { RecordedEvent } from '@lodemark/domain';
import type { ClientBase } from 'pg';
import type { HeadRow } from '../log-head.js';
import { readStoredEvent } from '../stored-event.js';
import { toCount, type Tables } from '../tables.js';

/** Parsed events that are kept in memory; beyond that they are read again. */
const KEPT = 20_000;
const PAGE = 1_000;

/** An event with the names under which its entry is counted. */
export interface NamedEvent extends RecordedEvent {
  readonly lots: readonly string[];
}

/** Events of the log by index, for corrections and for folding lots. */
export class EventStore {
  private readonly kept = new Map<number, NamedEvent>();

  constructor(
    private readonly client: ClientBase,
    private readonly tables: Tables,
    private readonly head: HeadRow,
  ) {}

  keep(index: number, event: NamedEvent): void {
    if (this.kept.size < KEPT) this.kept.set(index, event);
  }

  /** In the order of the indexes given. @throws LedgerError `damaged` for what does not read */
  async read(indexes: readonly number[]): Promise<readonly NamedEvent[]> {
    const found = new Map<number, NamedEvent>();
    const missing = indexes.filter((index) => !this.kept.has(index));
    for (let at = 0; at < missing.length; at += PAGE) {
      const { rows } = await this.client.query<{ idx: string; data: Buffer }>(
        `SELECT idx, data FROM ${this.tables.entry} WHERE log_id = $1 AND idx = ANY ($2)`,
        [this.head.id, missing.slice(at, at + PAGE)],
      );
      for (const { idx, data } of rows) {
        const { entry, event, payloadDigest } = readStoredEvent(data);
        found.set(toCount(idx), { event, payloadDigest, lots: Object.keys(entry.lots) });
      }
    }
    return indexes.flatMap((index) => this.kept.get(index) ?? found.get(index) ?? []);
  }
}
