import { refold, unknownLot, WHOLE_FACILITY, type LotState, type RecordedEvent } from '@lodemark/domain';
import { canonicalize } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import type { HeadRow } from '../log-head.js';
import { toCount, type Tables } from '../tables.js';
import type { EventStore } from './event-store.js';
import type { ReadEntry } from './stored-row.js';
import type { Findings } from './findings.js';

const PAGE = 5_000;

export interface LotAuditParts {
  readonly client: ClientBase;
  readonly tables: Tables;
  readonly head: HeadRow;
  readonly findings: Findings;
  readonly events: EventStore;
}

/** Derives each lot's sequence and state from the entries alone, and compares what is stored. */
export class LotAudit {
  /** Lot to the indexes of the entries that name it; the position is the sequence number. */
  private readonly sequences = new Map<string, { index: number; isEvent: boolean }[]>();

  constructor(private readonly parts: LotAuditParts) {}

  add({ row, entry, event, payloadDigest }: ReadEntry): void {
    const isEvent = entry.kind === 'event';
    if (isEvent) this.parts.events.keep(row.index, { event, payloadDigest, lots: Object.keys(entry.lots) });
    for (const [lot, sequence] of Object.entries(entry.lots)) {
      const named = this.sequences.get(lot) ?? [];
      this.sequences.set(lot, named);
      if (sequence !== named.length) {
        this.parts.findings.add(
          'lot-sequence-gap',
          row.index,
          `${lot} has ${named.length} entries, not ${sequence}.`,
        );
      }
      named.push({ index: row.index, isEvent });
    }
  }

  /** All recorded events that name the lot, so far. */
  async history(lot: string): Promise<readonly RecordedEvent[]> {
    const named = this.sequences.get(lot) ?? [];
    return this.parts.events.read(named.filter(({ isEvent }) => isEvent).map(({ index }) => index));
  }

  async end(replayed: ReadonlyMap<string, LotState> | undefined): Promise<void> {
    await this.compareEntries();
    await this.compareStates(replayed);
  }

  private async compareEntries(): Promise<void> {
    const { findings } = this.parts;
    let [lot, sequence, stored] = ['', -1, 0];
    for (;;) {
      const rows = await this.entryPage(lot, sequence);
      for (const row of rows) {
        [lot, sequence] = [row.lot, toCount(row.lot_seq)];
        const index = toCount(row.idx);
        if (this.sequences.get(lot)?.[sequence]?.index === index) continue;
        findings.add('lot-entries-differ', index, `${lot} ${sequence} is stored and not in the entry.`);
      }
      stored += rows.length;
      if (rows.length < PAGE) break;
    }
    const derived = [...this.sequences.values()].reduce((sum, named) => sum + named.length, 0);
    if (stored !== derived) {
      findings.add(
        'lot-entries-differ',
        null,
        `${stored} names of lots are stored, the entries have ${derived}.`,
      );
    }
  }

  private async entryPage(lot: string, sequence: number) {
    const { client, tables, head } = this.parts;
    const { rows } = await client.query<{ lot: string; lot_seq: string; idx: string }>(
      `SELECT lot, lot_seq, idx FROM ${tables.entryLot}
       WHERE log_id = $1 AND (lot, lot_seq) > ($2, $3) ORDER BY lot, lot_seq LIMIT ${PAGE}`,
      [head.id, lot, sequence],
    );
    return rows;
  }

  private async compareStates(replayed: ReadonlyMap<string, LotState> | undefined): Promise<void> {
    const { client, tables, head, findings } = this.parts;
    const { rows } = await client.query<{ lot: string; next_seq: string; state: LotState | null }>(
      `SELECT lot, next_seq, state FROM ${tables.lotState} WHERE log_id = $1`,
      [head.id],
    );
    const stored = new Map(rows.map((row) => [row.lot, row]));
    for (const [lot, named] of this.sequences) {
      const row = stored.get(lot);
      stored.delete(lot);
      if (row === undefined || toCount(row.next_seq) !== named.length) {
        findings.add(
          'lot-state-differs',
          null,
          `${lot} is counted ${row?.next_seq ?? 0}, not ${named.length}.`,
        );
      }
      if (lot !== WHOLE_FACILITY) await this.compareState(lot, [row?.state, replayed?.get(lot)]);
    }
    for (const lot of stored.keys()) findings.add('lot-state-differs', null, `No entry names ${lot}.`);
  }

  /** The state that the ledger stored and the one that the replay reached, against all events folded at once. */
  private async compareState(lot: string, states: readonly (LotState | null | undefined)[]): Promise<void> {
    const { findings } = this.parts;
    const history = await this.history(lot);
    const derived = history.length > 0 ? refold(lot, history) : unknownLot(lot);
    const [stored, replayed] = states;
    if (canonicalize(stored ?? null) !== canonicalize(derived)) {
      findings.add('lot-state-differs', null, `${lot} is stored otherwise than its events say.`);
    }
    if (replayed && canonicalize(replayed) !== canonicalize(derived)) {
      findings.add(
        'lot-state-differs',
        null,
        `${lot} decided step by step differs from its events folded at once.`,
      );
    }
    const isCorrected = history.some(({ event }) => event.type === 'Corrected');
    if (derived.kg.startsWith('-') && !isCorrected) {
      findings.add('mass-below-zero', null, `${lot} holds ${derived.kg} kg, and no correction explains it.`);
    }
  }
}
