import type { LedgerReader, LogKeeping } from '@lodemark/ledger';
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
  /** Where the topic ends as far as this relay knows; undefined before it has looked. */
  private end: number | undefined;
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
        this.end = undefined;
        this.ports.onLook?.();
        if (this.failures === 0) this.ports.onTrouble?.(this.log.origin, error);
        await this.pause.wait(backoffMs(this.failures, backoff), signal);
        this.failures += 1;
      }
    }
  }

  /** False when there is nothing to publish, or another process does it. */
  private async publishPage(): Promise<boolean> {
    const { reader, keeping, turn, writer } = this.ports;
    const { origin, topic } = this.log;
    if (!(await turn.has(origin))) {
      this.end = undefined;
      this.behind = 0;
      return false;
    }
    let cursor = await keeping.relayCursor(origin, RELAY);
    this.behind = (await reader.head(origin)).size - cursor;
    const page = await reader.entries(origin, cursor, PAGE);
    if (this.end === undefined || page.length === 0) {
      const from = await this.whereToGoOn(cursor);
      if (from !== cursor) {
        await this.move(cursor, from);
        return true;
      }
    }
    if (page.length === 0) return false;
    const entries = page.map(({ index, leaf, data }) => ({ origin, index, leafHash: leaf, bytes: data }));
    const end = await writer.publish(topic, entries);
    if (this.end !== undefined && end - entries.length < this.end) {
      // The topic was emptied or made anew since the last look, so it begins in the middle of the log now.
      await this.move(cursor, 0);
      return true;
    }
    this.end = end;
    cursor += entries.length;
    await this.move(cursor - entries.length, cursor);
    this.behind = Math.max(0, this.behind - entries.length);
    return true;
  }

  private async move(from: number, to: number): Promise<void> {
    const moved = await this.ports.keeping.moveRelayCursor(this.log.origin, RELAY, { from, to });
    // Going back, or when another process has moved it: what is on the topic has to be looked at again.
    if (!moved || to < from) this.end = undefined;
  }

  /** The cursor, or an earlier index when the topic ends before it or has fewer records than the log has entries. */
  private async whereToGoOn(cursor: number): Promise<number> {
    const { topic } = this.log;
    const bounds = (await this.ports.topics.bounds(topic)) ?? (await this.makeTopic());
    if (bounds.high === this.end) return cursor;
    const end = bounds.high < cursor ? 0 : await this.endOf(bounds);
    this.end = bounds.high;
    return Math.min(cursor, end ?? cursor);
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
