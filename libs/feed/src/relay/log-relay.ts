import type { LedgerReader, LogKeeping, StoredEntry } from '@lodemark/ledger';
import type { Kafka } from 'kafkajs';
import { isForbidden } from '../kafka/forbidden.js';
import type { TopicWriter } from '../kafka/topic-writer.js';
import type { TopicBounds, Topics } from '../kafka/topics.js';
import { backoffMs, Pause, type Backoff } from '../pause.js';
import type { RelayTurn } from './relay-turn.js';
import { endOfTopic } from './topic-end.js';

export interface LogRelayPorts {
  readonly reader: LedgerReader;
  readonly keeping: LogKeeping;
  readonly turn: RelayTurn;
  readonly kafka: Kafka;
  readonly topics: Topics;
  readonly writer: TopicWriter;
  readonly groupPrefix: string;
  /** Milliseconds between looks at log and topic when nothing wakes the relay. */
  readonly lookMs: number;
  readonly backoff: Backoff;
  /** Told when the lag may have changed. */
  readonly onLook?: (() => void) | undefined;
  /** Told when relaying a log begins to fail, and with undefined when it works again. */
  readonly onTrouble?: ((origin: string, error: unknown) => void) | undefined;
}

/** The topic of a log is not there, and this client may not make it: that is for the cluster's administrator. */
export class TopicMissing extends Error {
  override readonly name = 'TopicMissing';

  constructor(topic: string) {
    super(
      `topic ${topic} does not exist, and this client may not make it: the cluster's administrator has to`,
    );
  }
}

/** Where a relay stands that has its turn. */
interface Place {
  cursor: number;
  /** Offset at which the topic ends, once it was looked at. */
  end?: number;
  /** The page at the cursor, when it is being read already. */
  ahead?: Promise<readonly StoredEntry[]>;
}

/** Name of the cursor in the database. */
const RELAY = 'kafka';
const PAGE = 1_000;

/**
 * Publishes one log: reads from its cursor, publishes, and when all brokers have it moves the cursor, one page after
 * the other. Whoever is killed in between publishes it again: an entry can be on its topic twice, and none is skipped.
 */
export class LogRelay {
  private readonly closing = new AbortController();
  private readonly pause = new Pause();
  private readonly done: Promise<void>;
  /** Undefined before it was looked at, and whenever something went another way than it should. */
  private place: Place | undefined;
  private failures = 0;
  private behind = 0;

  constructor(
    private readonly ports: LogRelayPorts,
    private readonly log: { readonly origin: string; readonly topic: string },
  ) {
    this.done = this.run();
  }

  /** Entries of the log that are not published yet, at the last look. */
  get lag(): number {
    return this.behind;
  }

  wake(): void {
    this.pause.wake();
  }

  /** Resolves when the page in hand is published. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.done;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    const { lookMs, backoff } = this.ports;
    while (!signal.aborted) {
      try {
        const published = await this.publishPage();
        if (this.failures > 0) this.ports.onTrouble?.(this.log.origin, undefined);
        this.failures = 0;
        this.ports.onLook?.();
        if (!published) await this.pause.wait(lookMs, signal);
      } catch (error) {
        this.place = undefined;
        this.ports.onLook?.();
        if (this.failures === 0) this.ports.onTrouble?.(this.log.origin, error);
        await this.pause.wait(backoffMs(this.failures, backoff), signal);
        this.failures += 1;
      }
    }
  }

  /** False when there is nothing to publish, or another process does it. */
  private async publishPage(): Promise<boolean> {
    const { reader, keeping, turn } = this.ports;
    const { origin } = this.log;
    if (!(await turn.has(origin))) {
      this.place = undefined;
      this.behind = 0;
      return false;
    }
    const place = (this.place ??= { cursor: await keeping.relayCursor(origin, RELAY) });
    const page = await (place.ahead ?? reader.entries(origin, place.cursor, PAGE));
    delete place.ahead;
    const isFull = page.length === PAGE;
    this.behind = isFull ? (await reader.head(origin)).size - place.cursor : page.length;
    if (place.end === undefined || page.length === 0) {
      const from = await this.whereToGoOn(place);
      if (from !== place.cursor) {
        await this.move(place, from);
        return true;
      }
    }
    if (page.length === 0) return false;
    // The next page is read while this one is on its way.
    if (isFull) place.ahead = reader.entries(origin, place.cursor + page.length, PAGE);
    // What becomes of reading is seen when the page is wanted; nobody may want it any more.
    place.ahead?.catch(() => undefined);
    await this.publish(place, page);
    return true;
  }

  private async publish(place: Place, page: readonly StoredEntry[]): Promise<void> {
    const { origin, topic } = this.log;
    const entries = page.map(({ index, leaf, data }) => ({ origin, index, leafHash: leaf, bytes: data }));
    const end = await this.ports.writer.publish(topic, entries);
    if (place.end !== undefined && end - entries.length < place.end) {
      // The topic was emptied or made anew since the last look, so it begins in the middle of the log now.
      await this.move(place, 0);
      return;
    }
    place.end = end;
    await this.move(place, place.cursor + entries.length);
    this.behind = Math.max(0, this.behind - entries.length);
  }

  /** Moves the cursor; everything is looked at anew when it went back, or when another process has moved it. */
  private async move(place: Place, to: number): Promise<void> {
    const { cursor: from } = place;
    const moved = await this.ports.keeping.moveRelayCursor(this.log.origin, RELAY, { from, to });
    if (moved && to >= from) place.cursor = to;
    else this.place = undefined;
  }

  /** The cursor, or an earlier index when the topic ends before it or has fewer records than the log has entries. */
  private async whereToGoOn(place: Place): Promise<number> {
    const { topic } = this.log;
    const bounds = (await this.ports.topics.bounds(topic)) ?? (await this.makeTopic());
    if (bounds.high === place.end) return place.cursor;
    const end = bounds.high < place.cursor ? 0 : await this.endOf(bounds);
    place.end = bounds.high;
    return Math.min(place.cursor, end ?? place.cursor);
  }

  private endOf(bounds: TopicBounds): Promise<number | undefined> {
    const { kafka, groupPrefix, lookMs: patienceMs } = this.ports;
    const { signal } = this.closing;
    return endOfTopic(bounds, { ...this.log, kafka, groupPrefix, patienceMs, signal });
  }

  private async makeTopic(): Promise<TopicBounds> {
    try {
      await this.ports.topics.create(this.log.topic);
    } catch (error) {
      throw isForbidden(error) ? new TopicMissing(this.log.topic) : error;
    }
    return { low: 0, high: 0 };
  }
}
