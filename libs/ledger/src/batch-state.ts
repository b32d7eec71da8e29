import type { CustodyEvent, LotState, RecordedEvent } from '@lodemark/domain';
import type { Draft, LotRow } from './append-entries.js';
import type { EntryReference } from './post.js';

/** An event that the log holds, or will hold when the batch is written. */
export interface KnownEvent extends EntryReference {
  readonly payloadDigest: string;
  /** Read only where something in the batch refers to it or contradicts it. */
  readonly content?: {
    readonly event: CustodyEvent;
    /** The names under which its entry is counted: lots, or `*`. */
    readonly lots: readonly string[];
  };
}

/** What a batch is decided by, and what becomes of it as its posts are accepted one after the other. */
export class BatchState {
  /** By `eventId`. */
  readonly events = new Map<string, KnownEvent>();
  /** By {@link conflictKey}. */
  readonly conflicts = new Map<string, EntryReference>();
  readonly lots = new Map<string, LotState>();
  /** Next sequence number of a lot or of `*`; absent: 0. */
  readonly sequences = new Map<string, number>();
  /** All events that name a lot; only of lots that a correction in the batch concerns. */
  readonly histories = new Map<string, readonly RecordedEvent[]>();
  /** Lots whose stored row must be written. */
  readonly changed = new Set<string>();
  readonly drafts: Draft[] = [];

  /** An independent copy, to go on with or to throw away. */
  fork(): BatchState {
    const copy = new BatchState();
    for (const [id, event] of this.events) copy.events.set(id, event);
    for (const [key, entry] of this.conflicts) copy.conflicts.set(key, entry);
    for (const [lot, state] of this.lots) copy.lots.set(lot, state);
    for (const [lot, next] of this.sequences) copy.sequences.set(lot, next);
    for (const [lot, history] of this.histories) copy.histories.set(lot, history);
    for (const lot of this.changed) copy.changed.add(lot);
    copy.drafts.push(...this.drafts);
    return copy;
  }
}

export function conflictKey(eventId: string, payloadDigest: string): string {
  return `${eventId} ${payloadDigest}`;
}

/** The event of the same log that this one corrects or disputes, by `eventId`. */
export function referredEvent(event: CustodyEvent): string | undefined {
  if (event.type === 'Corrected') return event.target.eventId;
  if (event.type === 'Disputed' && event.target.facility === event.facility) return event.target.eventId;
  return undefined;
}

/** The rows of the lots that a batch touched, as it leaves them. */
export function changedLots({ changed, sequences, lots }: BatchState): readonly LotRow[] {
  return [...changed].map((lot) => ({
    lot,
    nextSequence: sequences.get(lot) ?? 0,
    state: lots.get(lot) ?? null,
  }));
}
