import { ledgerPool, LedgerReader, LogKeeping } from '@lodemark/ledger';
import type { Pool } from 'pg';
import { AppendListener } from '../append-listener.js';
import { groupPrefix, kafkaClient, type KafkaConnection } from '../kafka/kafka-connection.js';
import { topicOf } from '../kafka/topic-names.js';
import { TopicWriter } from '../kafka/topic-writer.js';
import { Topics } from '../kafka/topics.js';
import { Pause, type Backoff } from '../pause.js';
import { LogRelay, type LogRelayPorts } from './log-relay.js';
import { RelayTurn } from './relay-turn.js';

export interface RelaysOptions {
  readonly connection: KafkaConnection;
  /** The database with the logs, as the service's own role. */
  readonly databaseUrl: string;
  /** Told when relaying a log begins to fail, and with undefined when it works again. */
  readonly onTrouble?: ((origin: string, error: unknown) => void) | undefined;
  /** Told at every look how many entries of the log that is furthest behind are not published. */
  readonly onLag?: ((entries: number) => void) | undefined;
  /** Milliseconds between looks at logs and topics when nothing wakes the relays, at most 30,000; default 10,000. */
  readonly lookMs?: number | undefined;
  readonly backoff?: Backoff | undefined;
}

const DEFAULT_LOOK_MS = 10_000;
const DEFAULT_BACKOFF: Backoff = { firstMs: 200, maxMs: 15_000 };
/** The service's own pool is not used: what waits for Kafka must not keep posts waiting. */
const CONNECTIONS = 2;

/** Publishes every log of a database, one relay for each, those that come to be while it runs included. */
export class Relays {
  private readonly relays = new Map<string, LogRelay>();
  private readonly closing = new AbortController();
  private readonly pause = new Pause();
  private readonly pool: Pool;
  private readonly ports: LogRelayPorts;
  private readonly listener: AppendListener;
  private readonly done: Promise<void>;

  constructor(options: RelaysOptions) {
    const { connection, databaseUrl: connectionString, onTrouble, onLag } = options;
    const { lookMs = DEFAULT_LOOK_MS, backoff = DEFAULT_BACKOFF } = options;
    this.pool = ledgerPool({ connectionString, max: CONNECTIONS });
    const kafka = kafkaClient(connection);
    const { pool } = this;
    this.ports = {
      reader: new LedgerReader({ pool }),
      keeping: new LogKeeping({ pool }),
      turn: new RelayTurn({ connectionString }),
      ...{ kafka, topics: new Topics(kafka), writer: new TopicWriter(kafka) },
      groupPrefix: groupPrefix(connection),
      ...{ lookMs, backoff, onTrouble },
      onLook: () => onLag?.(this.lag),
    };
    this.listener = new AppendListener({
      connection: { connectionString },
      onAppend: (origin) => this.wake(origin),
    });
    this.done = this.run();
  }

  /** Entries that are not published yet, of the log that is furthest behind, at the last look. */
  get lag(): number {
    return Math.max(0, ...[...this.relays.values()].map(({ lag }) => lag));
  }

  /** Ends after the pages in hand. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.listener.close();
    await this.done;
    await Promise.all([...this.relays.values()].map((relay) => relay.close()));
    const { turn, writer, topics } = this.ports;
    await Promise.all([turn.close(), writer.close(), topics.close(), this.pool.end()]);
  }

  private wake(origin: string | undefined): void {
    const relay = origin === undefined ? undefined : this.relays.get(origin);
    for (const one of relay === undefined ? this.relays.values() : [relay]) one.wake();
    // A log that nobody knew before, or a reconnection that may have missed one.
    if (relay === undefined) this.pause.wake();
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      // A database that is away is said by the relays; those of logs nobody knew before wait for the next look.
      const origins = await this.ports.reader.origins().catch(() => []);
      for (const origin of origins) this.relay(origin);
      await this.pause.wait(this.ports.lookMs, signal);
    }
  }

  private relay(origin: string): void {
    const topic = topicOf(origin);
    if (topic === undefined || this.relays.has(origin) || this.closing.signal.aborted) return;
    this.relays.set(origin, new LogRelay(this.ports, { origin, topic }));
  }
}
