import { decodeFacilityLogEntry, HeadsMap } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { LedgerError } from './ledger-error.js';
import type { HeadRow } from './log-head.js';
import { toCount, type Tables } from './tables.js';

/** Names of lots, and entries, per read: what is worked on at once stays a few milliseconds. */
const PAGE = 2_000;

/**
 * The map of heads of one log's first `size` entries. What this process appends itself it need not read again; what
 * others append is read from the log, so that any number of processes may serve it.
 */
export class FollowedHeads {
  private map = new HeadsMap();
  private size = 0;

  constructor(private readonly tables: Tables) {}

  /** Takes what stands in the log from index `from` on, if that is where it has got to; otherwise it will be read. */
  follow(from: number, entries: readonly { readonly lots?: Readonly<Record<string, number>> }[]): void {
    if (from !== this.size) return;
    for (const { lots = {} } of entries) this.set(lots);
    this.size += entries.length;
  }

  /** From the rows of the lots: a log that has grown for years is not read from its beginning. */
  async load(client: ClientBase, head: HeadRow): Promise<void> {
    const map = new HeadsMap();
    for (let after = '', full = true; full;) {
      const { rows } = await client.query<{ lot: string; next_seq: string }>(
        `SELECT lot, next_seq FROM ${this.tables.lotState}
         WHERE log_id = $1 AND lot > $2 ORDER BY lot LIMIT ${PAGE}`,
        [head.id, after],
      );
      for (const { lot, next_seq: next } of rows) map.set(lot, toCount(next) - 1);
      after = rows.at(-1)?.lot ?? after;
      full = rows.length === PAGE;
    }
    this.map = map;
    this.size = head.size;
  }

  /** Root of the map of all entries under this head. The client reads them as the head's lock or snapshot has them. */
  async rootAt(client: ClientBase, head: HeadRow): Promise<string> {
    // Somebody put an older state of the database in the place of the one that was followed.
    if (this.size > head.size) await this.load(client, head);
    while (this.size < head.size) await this.readOn(client, head);
    return this.map.root();
  }

  /** What is followed meanwhile is set once more to the same. */
  private async readOn(client: ClientBase, head: HeadRow): Promise<void> {
    const { rows } = await client.query<{ idx: string; data: Buffer }>(
      `SELECT idx, data FROM ${this.tables.entry}
       WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx LIMIT ${PAGE}`,
      [head.id, this.size, head.size],
    );
    if (rows.length === 0) throw new LedgerError('damaged', `${head.origin} lacks entry ${this.size}.`);
    for (const { idx, data } of rows) {
      const entry = decodeFacilityLogEntry(data);
      if (!entry.ok) throw new LedgerError('damaged', `${head.origin}: entry ${idx} does not read.`);
      if (entry.value.kind !== 'heads') this.set(entry.value.lots);
      this.size = Math.max(this.size, toCount(idx) + 1);
    }
  }

  private set(lots: Readonly<Record<string, number>>): void {
    for (const [lot, sequence] of Object.entries(lots)) this.map.set(lot, sequence);
  }
}
