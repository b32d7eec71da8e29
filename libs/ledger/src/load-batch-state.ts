import type { CustodyEvent, LotState, RecordedEvent } from '@lodemark/domain';
import { lotsNamed } from '@lodemark/domain';
import { toHex } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { BatchState, conflictKey, referredEvent } from './batch-state.js';
import { earlierCorrections } from './concerned-lots.js';
import type { HeadRow } from './log-head.js';
import type { EventPost } from './post.js';
import { readStoredEvent } from './stored-event.js';
import { toCount, type Tables } from './tables.js';

/** Reads what the posts will be decided by: under the head lock, or in a snapshot when nothing will be written. */
export async function loadBatchState(
  client: ClientBase,
  tables: Tables,
  { head, posts }: { readonly head: HeadRow; readonly posts: readonly EventPost[] },
): Promise<BatchState> {
  const loader = new Loader(client, tables, head.id);
  await loader.loadEvents(posts);
  const lots = new Set(posts.flatMap(({ event }) => lotsNamed(event)));
  for (const { content } of loader.state.events.values())
    for (const lot of content?.lots ?? []) lots.add(lot);
  for (const { event } of posts) {
    if (event.type !== 'Corrected') continue;
    for (const lot of await loader.loadHistories(event, posts)) lots.add(lot);
  }
  await loader.loadLots([...lots]);
  return loader.state;
}

interface EventRow {
  idx: string;
  kind: string;
  leaf_hash: Buffer;
  event_id: string;
  payload_digest: Buffer;
  recorded_at: Date;
}

class Loader {
  readonly state = new BatchState();
  /** Parsed events by index, since one event stands in the history of each of its lots. */
  private readonly parsed = new Map<number, RecordedEvent>();

  constructor(
    private readonly client: ClientBase,
    private readonly tables: Tables,
    private readonly logId: number,
  ) {}

  /** What the log holds under the ids that are posted and those that the posts refer to. */
  async loadEvents(posts: readonly EventPost[]): Promise<void> {
    const posted = new Map<string, Set<string>>();
    for (const { event, payloadDigest } of posts) {
      posted.set(event.eventId, (posted.get(event.eventId) ?? new Set()).add(payloadDigest));
    }
    const referred = new Set(posts.map(({ event }) => referredEvent(event)).filter((id) => id !== undefined));
    const { rows } = await this.client.query<EventRow>(
      `SELECT idx, kind, leaf_hash, event_id, payload_digest, recorded_at FROM ${this.tables.entry}
       WHERE log_id = $1 AND event_id = ANY ($2) AND kind <> 'conflict'
       UNION ALL
       SELECT idx, kind, leaf_hash, event_id, payload_digest, recorded_at FROM ${this.tables.entry}
       WHERE log_id = $1 AND event_id = ANY ($2) AND kind = 'conflict'`,
      [this.logId, [...new Set([...posted.keys(), ...referred])]],
    );
    const wanted: string[] = [];
    for (const row of rows) {
      const digest = toHex(row.payload_digest);
      const entry = {
        index: toCount(row.idx),
        leaf: toHex(row.leaf_hash),
        recordedAt: row.recorded_at.toISOString(),
      };
      if (row.kind === 'conflict') this.state.conflicts.set(conflictKey(row.event_id, digest), entry);
      else this.state.events.set(row.event_id, { ...entry, payloadDigest: digest });
      const contradicted = [...(posted.get(row.event_id) ?? [])].some((other) => other !== digest);
      if (row.kind !== 'conflict' && (contradicted || referred.has(row.event_id))) wanted.push(row.event_id);
    }
    await this.loadContents(wanted);
  }

  private async loadContents(eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    const { rows } = await this.client.query<{ event_id: string; data: Buffer }>(
      `SELECT event_id, data FROM ${this.tables.entry}
       WHERE log_id = $1 AND event_id = ANY ($2) AND kind <> 'conflict'`,
      [this.logId, eventIds],
    );
    for (const { event_id: id, data } of rows) {
      const known = this.state.events.get(id);
      const { event, entry } = readStoredEvent(data);
      if (known) this.state.events.set(id, { ...known, content: { event, lots: Object.keys(entry.lots) } });
    }
  }

  /** All events of every lot that a correction concerns, and the names of those lots. */
  async loadHistories(
    correction: Extract<CustodyEvent, { type: 'Corrected' }>,
    posts: readonly EventPost[],
  ): Promise<readonly string[]> {
    const { eventId } = correction.target;
    const inBatch = posts.find(({ event }) => event.eventId === eventId)?.event;
    const content = this.state.events.get(eventId)?.content;
    const targetLots = content?.lots ?? (inBatch === undefined ? [] : lotsNamed(inBatch));
    const lots = new Set([...lotsNamed(correction), ...targetLots]);
    await this.readHistories([...lots]);
    // A correction of the same event in this batch names its lots itself; recorded ones are looked up here.
    for (const { event } of earlierCorrections(eventId, targetLots, this.state)) {
      for (const lot of lotsNamed(event)) lots.add(lot);
    }
    for (const { event } of posts) {
      if (event.type === 'Corrected' && event.target.eventId === eventId) {
        for (const lot of lotsNamed(event)) lots.add(lot);
      }
    }
    await this.readHistories([...lots]);
    return [...lots];
  }

  private async readHistories(lots: readonly string[]): Promise<void> {
    const missing = lots.filter((lot) => !this.state.histories.has(lot));
    if (missing.length === 0) return;
    const { rows } = await this.client.query<{ lot: string; idx: string; data: Buffer }>(
      `SELECT named.lot, entry.idx, entry.data
       FROM ${this.tables.entryLot} named JOIN ${this.tables.entry} entry USING (log_id, idx)
       WHERE log_id = $1 AND named.lot = ANY ($2) AND entry.kind = 'event' ORDER BY named.lot, named.lot_seq`,
      [this.logId, missing],
    );
    const histories = new Map<string, RecordedEvent[]>(missing.map((lot) => [lot, []]));
    for (const { lot, idx, data } of rows) histories.get(lot)?.push(this.parseOnce(toCount(idx), data));
    for (const [lot, history] of histories) this.state.histories.set(lot, history);
  }

  private parseOnce(index: number, data: Uint8Array): RecordedEvent {
    const known = this.parsed.get(index) ?? readStoredEvent(data);
    this.parsed.set(index, known);
    return known;
  }

  async loadLots(lots: readonly string[]): Promise<void> {
    const { rows } = await this.client.query<{ lot: string; next_seq: string; state: LotState | null }>(
      `SELECT lot, next_seq, state FROM ${this.tables.lotState} WHERE log_id = $1 AND lot = ANY ($2)`,
      [this.logId, lots],
    );
    for (const { lot, next_seq: next, state } of rows) {
      this.state.sequences.set(lot, toCount(next));
      if (state !== null) this.state.lots.set(lot, state);
    }
  }
}
