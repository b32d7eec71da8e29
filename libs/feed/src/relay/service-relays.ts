import type { KafkaConnection } from '../kafka/kafka-connection.js';
import { Relays } from './relays.js';

/** What a service that keeps logs gives its relays. */
export interface ServiceRelaysOptions {
  readonly kafka: Omit<KafkaConnection, 'clientId' | 'onWarning'>;
  /** Its name, for the brokers' logs. */
  readonly service: string;
  readonly databaseUrl: string;
  readonly logger: RelayLogger;
  /** Gets how many entries of the log that is furthest behind are not published. */
  readonly lag: { set(entries: number): void };
}

/** As much of a service's logger as relays need. */
export interface RelayLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/**
 * The relays of a service, as it logs and measures. They never make it unready: it goes on recording without Kafka, and
 * publishes later.
 */
export function startRelays(options: ServiceRelaysOptions): Relays {
  const { kafka, service, databaseUrl, logger, lag } = options;
  const onWarning = (message: string, details: object) => logger.debug({ kafka: details }, message);
  return new Relays({
    connection: { ...kafka, clientId: `lodemark-${service}`, onWarning },
    databaseUrl,
    onLag: (entries) => lag.set(entries),
    onTrouble: (origin, error) => {
      if (error === undefined) logger.info({ origin }, 'the log is relayed again');
      else logger.warn({ origin, err: error }, 'relaying the log fails; it is tried again');
    },
  });
}
