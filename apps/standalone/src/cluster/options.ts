import type { LocalKafkaOptions } from './local-kafka.js';
import type { Environment } from './supervised.js';

/** Whose custody services a cluster has: one for each operator, the same program with settings of its own. */
export const OPERATORS = ['kokbulak', 'src', 'euclid', 'magnet-plant'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface ClusterOptions {
  /** Holds databases, keys and logs. */
  readonly folder: string;
  /** Part of every log's name. */
  readonly name: string;
  /** The server to use, instead of one of its own. */
  readonly adminUrl?: string;
  /** Prefix of database and role names. */
  readonly prefix?: string;
  /** Ports by service name; the system chooses those that are left out. */
  readonly ports?: Readonly<Record<string, number>>;
  /** The services run on a clock that `setClock` drives and that begins here; else on the system's. */
  readonly clockFrom?: Date;
  /** Time between rounds. */
  readonly round?: string;
  /** Where Kafka is, and as whom they come to it: the `KAFKA_…` variables of all services. Without brokers, HTTP. */
  readonly kafka?: Environment;
  /** A Kafka of the cluster's own instead, to which each service comes as a user of its own. */
  readonly localKafka?: LocalKafkaOptions;
}

/** The `KAFKA_…` variables of an environment. */
export function kafkaOf(environment: Readonly<Record<string, string | undefined>>): Environment {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith('KAFKA_') && value !== undefined ? [[name, value]] : [],
    ),
  );
}
