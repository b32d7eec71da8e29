import { join } from 'node:path';
import { KAFKA_USERS, KafkaAdmissions } from './kafka-admissions.js';
import { LocalKafka, type LocalKafkaOptions } from './local-kafka.js';
import { OPERATORS, type Operator } from './options.js';
import type { Environment } from './supervised.js';

interface Services {
  readonly registry: { readonly url: string };
  readonly custody: ReadonlyMap<Operator, { readonly url: string }>;
}

/** A cluster's own Kafka and the job that lets its services in, each as a user of its own. */
export class ClusterKafka {
  private constructor(
    private readonly local: LocalKafka,
    private readonly admissions: KafkaAdmissions,
  ) {}

  /** @throws KafkaMissing */
  static async start(options: LocalKafkaOptions, folder: string): Promise<ClusterKafka> {
    const logs = join(folder, 'logs');
    const users = [...Object.values(KAFKA_USERS), ...OPERATORS];
    const local = await LocalKafka.start(options, { folder: join(folder, 'kafka'), logs, users });
    try {
      const logFile = join(logs, 'kafka-admissions.log');
      return new ClusterKafka(local, await KafkaAdmissions.open({ brokers: local.brokers, logFile }));
    } catch (error) {
      await local.stop();
      throw error;
    }
  }

  /** Without credentials, for whoever administers it. */
  get brokers(): readonly string[] {
    return this.local.brokers;
  }

  /** The variables of a service by its name, such as `custody-kokbulak`. */
  environmentOf(name: string): Environment {
    return this.local.environmentOf(name.replace(/^custody-/, ''));
  }

  /** Lets operators in as their facilities are registered. */
  follow({ registry, custody }: Services): void {
    const users = [...custody].map(([operator, { url }]) => [url, operator] as const);
    this.admissions.follow(registry.url, new Map(users));
  }

  async stop(): Promise<void> {
    await this.admissions.stop();
    await this.local.stop();
  }
}
