import { kafkaOf, Cluster, type ClusterOptions } from './cluster.js';
import { KafkaMissing, type LocalKafkaOptions } from './local-kafka.js';

export interface KafkaChoice {
  /** `KAFKA_BROKERS` names a Kafka to use; `LODEMARK_NO_KAFKA=1` wants none. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly local: LocalKafkaOptions;
  readonly say: (line: string) => void;
}

/**
 * Starts a cluster whose entries travel over the Kafka that the environment names, else over one of its own, or over
 * HTTP where neither can be had: that is said, because it is another network than the one that was asked for.
 */
export async function startOverKafka(
  options: ClusterOptions,
  { environment, local, say }: KafkaChoice,
): Promise<Cluster> {
  const kafka = kafkaOf(environment);
  if (kafka['KAFKA_BROKERS']) return Cluster.start({ ...options, kafka });
  const without = (why: string) => {
    say(`NO KAFKA: ${why}. Entries travel over HTTP. KAFKA_BROKERS names a Kafka that runs elsewhere.`);
    return Cluster.start(options);
  };
  if (environment['LODEMARK_NO_KAFKA'] === '1') return without('LODEMARK_NO_KAFKA is 1');
  try {
    return await Cluster.start({ ...options, localKafka: local });
  } catch (error) {
    if (error instanceof KafkaMissing) return without(error.message);
    throw error;
  }
}
