import { parseEvent, type CustodyEvent } from '@lodemark/domain';
import { LedgerReader, type LotEntry, type LotRecord } from '@lodemark/ledger';
import {
  decodeFacilityLogEntry,
  parseJws,
  readCanonicalJson,
  type StatedEntry,
} from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import type { LotHistoryResponse } from './lot.response.js';

/** An entry of a log of our own, and the event in it. */
export interface EventEntry extends LotEntry {
  readonly kind: StatedEntry['kind'];
  readonly recordedAt: string;
  readonly event: CustodyEvent;
}

export interface HistoryPage {
  readonly history: LotHistoryResponse[];
  /** Sequence number of the next page's first entry; absent on the last. */
  readonly historyNext?: number;
}

/** What a facility's log says about one lot, in order. */
@Injectable()
export class LotHistories {
  constructor(private readonly reader: LedgerReader) {}

  async page(
    origin: string,
    { state: { lot }, entries: total }: LotRecord,
    { from, limit }: { readonly from: number; readonly limit: number },
  ): Promise<HistoryPage> {
    const entries = await this.reader.entriesOfLot(origin, lot, { from, limit });
    const history = entries.map(eventEntry).map(({ index, lotSequence, kind, recordedAt, event }) => ({
      ...{ index, lotSequence, kind, recordedAt },
      event: { ...event },
    }));
    const next = (entries.at(-1)?.lotSequence ?? total) + 1;
    return { history, ...(next < total ? { historyNext: next } : {}) };
  }

  /** Every entry of the log that names the lot. */
  async *all(origin: string, lot: string): AsyncGenerator<EventEntry> {
    for (let from = 0; ;) {
      const entries = await this.reader.entriesOfLot(origin, lot, { from });
      const last = entries.at(-1);
      if (last === undefined) return;
      yield* entries.map(eventEntry);
      from = last.lotSequence + 1;
    }
  }
}

function eventEntry(stored: LotEntry): EventEntry {
  const entry = decodeFacilityLogEntry(stored.data);
  if (!entry.ok || entry.value.kind === 'heads')
    throw new Error(`entry ${stored.index} of ${stored.origin} does not decode as an event`);
  const { kind, jws, recordedAt } = entry.value;
  const signed = parseJws(jws, 'lodemark-event+jws');
  const json = signed.ok ? readCanonicalJson(signed.value.payload) : undefined;
  const event = json?.ok === true ? parseEvent(json.value) : undefined;
  if (event?.ok !== true)
    throw new Error(`the event of entry ${stored.index} of ${stored.origin} does not parse`);
  return { ...stored, kind, recordedAt, event: event.value };
}
