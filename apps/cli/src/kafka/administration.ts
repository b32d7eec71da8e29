import type { KafkaAdministration } from '@lodemark/feed';
import {
  ConfigurationError,
  KAFKA_VARIABLES,
  kafkaSettings,
  readEnvironment,
} from '@lodemark/platform/light';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';

/**
 * A connection to the cluster that the environment names, as the user that it names. What it takes is loaded here, so
 * that no other command has to. @throws Failure
 */
export async function openAdministration(
  env: Readonly<Record<string, string | undefined>>,
): Promise<KafkaAdministration> {
  const settings = settingsOf(env);
  const { KafkaAdministration } = await import('@lodemark/feed');
  return new KafkaAdministration({ ...settings, clientId: 'lodemark-kafka-admit' });
}

function settingsOf(env: Readonly<Record<string, string | undefined>>) {
  try {
    const settings = kafkaSettings(readEnvironment(KAFKA_VARIABLES, env));
    if (settings !== undefined) return settings;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw unset(error.problems.map(({ name, detail }) => `${name} ${detail}`).join('; '));
  }
  throw unset('KAFKA_BROKERS is not set');
}

function unset(why: string): Failure {
  return new Failure({
    code: 'kafka-unset',
    exit: EXIT.usage,
    cause: `Where the Kafka cluster is, and as whom to administer it, is not said: ${why}.`,
    next: 'Set KAFKA_BROKERS and, if the cluster asks for them, KAFKA_SSL and KAFKA_SASL_… (docs/kafka.md).',
  });
}
