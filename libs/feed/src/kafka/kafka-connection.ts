import type { ConnectionOptions } from 'node:tls';
import { Kafka, logLevel, type ISocketFactory, type KafkaConfig } from 'kafkajs';
import { letIdleQueuesSleep } from './idle-queues.js';
import { endFetchersOfStoppedRunners } from './stopped-runners.js';

/** Where a Kafka cluster is, and as whom one comes to it. */
export interface KafkaConnection {
  /** `host:port` of some of the brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** TLS; `true` trusts the authorities that Node trusts. */
  readonly ssl?: boolean | ConnectionOptions | undefined;
  readonly sasl?: KafkaCredentials | undefined;
  /** Stands in the brokers' logs and, without credentials, begins the names of consumer groups. */
  readonly clientId: string;
  /** Gets what kafkajs warns of. It repeats itself, and calls much an error that it then sorts out alone. */
  readonly onWarning?: ((message: string, details: object) => void) | undefined;
  /** Makes the connections to brokers; default kafkajs's own. */
  readonly socketFactory?: ISocketFactory | undefined;
}

export interface KafkaCredentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Milliseconds; within them a broker has answered or the request has failed. */
const CONNECTION_TIMEOUT = 3_000;
const REQUEST_TIMEOUT = 10_000;

/**
 * A client with a short breath: it tries again twice, for what heals in a moment (a leader that moved), and leaves
 * what takes longer to its callers, who wait between attempts and say what is wrong.
 */
export function kafkaClient(connection: KafkaConnection): Kafka {
  letIdleQueuesSleep();
  endFetchersOfStoppedRunners();
  const { brokers, clientId, ssl, sasl, socketFactory, onWarning } = connection;
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECTION_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ log: { message, ...details } }) =>
        onWarning?.(message, details),
    ...(ssl === undefined ? {} : { ssl }),
    // kafkajs's own type cannot tell that one of three mechanisms goes with these fields.
    ...(sasl === undefined ? {} : ({ sasl } as Pick<KafkaConfig, 'sasl'>)),
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
}

/** What the names of this client's consumer groups begin with; access rules go by it. */
export function groupPrefix({ sasl, clientId }: KafkaConnection): string {
  return groupPrefixOf(sasl?.username ?? clientId);
}

export function groupPrefixOf(user: string): string {
  return `lodemark.${user}.`;
}
