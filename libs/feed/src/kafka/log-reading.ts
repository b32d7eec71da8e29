import type { Kafka, KafkaMessage } from 'kafkajs';
import type { EntrySink, OpenSource } from '../entry-source.js';
import type { Backfill } from '../backfill.js';
import type { FeedAlarm, FeedEntry } from '../feed.js';
import { backoffMs, Pause, type Backoff } from '../pause.js';
import { entryOf } from './log-record.js';
import { isForbidden } from './forbidden.js';
import { ReadingStalled, seekIndex } from './topic-log.js';
import { TopicReader } from './topic-reader.js';
import type { Topics } from './topics.js';

export interface LogReadingPorts {
  readonly kafka: Kafka;
  readonly topics: Topics;
  readonly groupPrefix: string;
  /** Milliseconds of silence after which it is checked whether anything would come. */
  readonly lookMs: number;
  readonly backoff: Backoff;
  /** Asked for what is new while Kafka is silent: a topic can be away, or its relay. */
  readonly backfill?: Backfill | undefined;
  readonly onAlarm?: ((alarm: FeedAlarm) => void) | undefined;
  /** Times in a row that reading a log may crash or stall, while brokers answer, before `onExhausted` is told. */
  readonly restarts: number;
  readonly onExhausted: (error: unknown) => void;
}

export interface OpenedLog {
  readonly origin: string;
  readonly topic: string;
  readonly from: number;
  readonly sink: EntrySink;
}

/** Of one request to the service that keeps the log. */
const BACKFILL_LIMIT = 500;
/** Milliseconds between looks for a topic that is not there, at most. */
const ABSENT_MS = 2_000;

/** Reads one log's topic from an index on, for as long as it is open: searches, reads, notices silence, begins anew. */
export class LogReading implements OpenSource {
  private readonly closing = new AbortController();
  private readonly pause = new Pause();
  private readonly done: Promise<void>;
  private next: number;
  /** The record read last. */
  private last: string | undefined;
  private failures = 0;
  private crashes = 0;

  constructor(
    private readonly ports: LogReadingPorts,
    private readonly log: OpenedLog,
  ) {
    this.next = log.from;
    this.done = this.run();
  }

  wake(): void {
    this.pause.wake();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.done;
  }

  private get signal(): AbortSignal {
    return this.closing.signal;
  }

  private isClosed(): boolean {
    return this.signal.aborted;
  }

  private async run(): Promise<void> {
    const { lookMs, backoff } = this.ports;
    while (!this.isClosed()) {
      try {
        await this.readWhileItGoesWell();
        await this.askKeeper();
        await this.pause.wait(Math.min(lookMs, ABSENT_MS), this.signal);
      } catch (error) {
        if (this.isClosed()) return;
        this.log.sink.trouble(error);
        await this.askKeeper();
        await this.pause.wait(backoffMs(this.failures, backoff), this.signal);
        this.failures += 1;
      }
    }
  }

  /** Returns when there is no such topic (any more). @throws whatever goes wrong */
  private async readWhileItGoesWell(): Promise<void> {
    const { kafka, topics, groupPrefix, lookMs: patienceMs } = this.ports;
    const { topic, origin, sink } = this.log;
    // Brokers that are away are no fault of this process: what fails here is not counted as a crash.
    const bounds = await topics.bounds(topic);
    if (bounds === undefined) sink.trouble(undefined);
    if (bounds === undefined || this.signal.aborted) return;
    let reader: TopicReader | undefined;
    try {
      reader = await TopicReader.open({ kafka, topic, groupPrefix, position: bounds.low });
      await seekIndex(reader, this.next, { topic, origin, bounds, patienceMs, signal: this.signal });
      sink.trouble(undefined);
      await this.read(reader);
    } catch (error) {
      this.count(error);
      throw error;
    } finally {
      await reader?.close();
    }
  }

  private count(error: unknown): void {
    // Another process would not be let in either, and the logs that may be read must go on.
    if (this.signal.aborted || isForbidden(error)) return;
    this.crashes += 1;
    if (this.crashes === this.ports.restarts + 1) this.ports.onExhausted(error);
  }

  private async read(reader: TopicReader): Promise<void> {
    const { lookMs } = this.ports;
    let heardAt = Date.now();
    let asked = false;
    while (!this.signal.aborted) {
      const messages = await reader.next(Math.max(1, heardAt + lookMs - Date.now()), this.signal);
      if (messages !== undefined) {
        this.failures = 0;
        this.crashes = 0;
        // Nothing new came since: whoever has dealt with it once need not hear of it every time.
        if (!asked || messages.length > 1 || this.identityOf(messages[0]) !== this.last)
          await this.deliver(messages);
        asked = false;
        reader.done();
        heardAt = Date.now();
      } else if (Date.now() - heardAt >= lookMs) {
        if (asked) throw new ReadingStalled(this.log.topic, lookMs);
        const look = await this.lookAgain(reader);
        if (look === 'topic is gone') return;
        asked = look === 'asked';
        heardAt = Date.now();
      }
    }
  }

  /**
   * Asks for the last record once more. It has to come, which shows that reading works at all (kafkajs can stop without
   * a word: https://github.com/tulios/kafkajs/issues/659); and it shows whether the topic is still the one that was
   * read, because one that was emptied and filled again has other offsets.
   */
  private async lookAgain(reader: TopicReader): Promise<'asked' | 'topic is empty' | 'topic is gone'> {
    await this.askKeeper();
    const bounds = await this.ports.topics.bounds(this.log.topic);
    if (bounds === undefined) return 'topic is gone';
    if (bounds.low === bounds.high) return 'topic is empty';
    reader.seek(Math.max(bounds.low, Math.min(reader.position, bounds.high) - 1));
    return 'asked';
  }

  private async deliver(messages: readonly KafkaMessage[]): Promise<void> {
    const entries: FeedEntry[] = [];
    for (const message of messages) {
      const entry = entryOf(message, this.log.origin);
      if (entry === undefined) this.reportForeign(message);
      else entries.push(entry);
    }
    if (entries.length > 0) this.next = await this.log.sink.deliver(entries);
    this.last = this.identityOf(messages.at(-1));
  }

  private identityOf(message: KafkaMessage | undefined): string | undefined {
    if (message === undefined) return undefined;
    const entry = entryOf(message, this.log.origin);
    return `${message.offset} ${entry === undefined ? 'foreign' : `${entry.index} ${entry.leafHash}`}`;
  }

  /** It takes no entry's place: whether one is missing is seen by the entry that follows. */
  private reportForeign({ offset }: KafkaMessage): void {
    const { origin, topic } = this.log;
    const detail = `the record at offset ${offset} of ${topic} is no entry of this log`;
    this.ports.onAlarm?.({ origin, kind: 'foreign-record', index: this.next, detail });
  }

  /** Takes from the service that keeps the log what Kafka has not brought. */
  private async askKeeper(): Promise<void> {
    const { backfill } = this.ports;
    const { origin, sink } = this.log;
    if (backfill === undefined) return;
    for (let before = -1; before !== this.next && !this.signal.aborted;) {
      before = this.next;
      const found = await backfill.fetch(origin, this.next, BACKFILL_LIMIT).catch(() => []);
      if (found.length > 0) this.next = await sink.deliver(found);
    }
  }
}
