import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KafkaAdministration } from '@lodemark/feed';
import { kafkaSettings, KAFKA_VARIABLES, readEnvironment } from '@lodemark/platform';
import { kafkaClient } from '../libs/feed/src/kafka/kafka-connection.js';
import { Topics } from '../libs/feed/src/kafka/topics.js';
import type { Environment } from './support/built-service.js';
import { BuiltSite } from './support/built-site.js';
import { entriesHeld } from './support/followed-log.js';
import { TestKafka, whereKafkaRuns } from './support/kafka.js';
import { until } from './support/until.js';

whereKafkaRuns('a Kafka that is reached over TLS', () => {
  jest.setTimeout(600_000);

  describe('a Kafka that is reached over TLS', () => {
    let kafka: TestKafka;
    let site: BuiltSite;

    beforeAll(async () => {
      kafka = await TestKafka.start(`tls-${process.pid}`, { tls: true });
      const administration = new KafkaAdministration({ brokers: kafka.brokers, clientId: 'administrator' });
      await administration.openTopics([]);
      await administration.admitRegistry('registry');
      await administration.admitProvenance('provenance');
      await administration.close();
      site = await BuiltSite.start({ label: 'tls', environment: variables('registry') });
    });

    afterAll(async () => {
      await site.remove();
      await kafka.remove();
    });

    /** As a service is configured that comes as this user. */
    function variables(user: string): Environment {
      const { mechanism, username, password } = kafka.credentials(user);
      return {
        KAFKA_BROKERS: kafka.tlsBrokers.join(','),
        KAFKA_SSL: 'true',
        KAFKA_SSL_CA: kafka.certificate,
        KAFKA_SASL_MECHANISM: mechanism,
        KAFKA_SASL_USERNAME: username,
        KAFKA_SASL_PASSWORD: password,
      };
    }

    it('gets the root log from the registry and gives it to provenance', async () => {
      // The registry would not give it over HTTP: what is held came over Kafka.
      const provenance = await site.addProvenance({
        ...variables('provenance'),
        PROVENANCE_SERVICE_TOKENS: '',
      });
      await provenance.serve();
      const size = await site.rootSize();
      await until(async () => (await topicEnd(variables('provenance'))) >= size);
      await until(async () => (await entriesHeld(provenance, 'demo.lodemark.example/root')) >= size);
    });

    it.each([
      ['knows nobody who certifies the brokers', { KAFKA_SSL_CA: '' }, /self-signed|certificate/i],
      ['speaks without TLS', { KAFKA_SSL_CA: '', KAFKA_SSL: 'false' }, /connection|disconnect|timeout/i],
      ['has a wrong password', { KAFKA_SASL_PASSWORD: 'guessed' }, /auth/i],
    ])('lets nobody in who %s', async (_who, changed, said) => {
      await expect(topicEnd({ ...variables('registry'), ...changed })).rejects.toThrow(said);
    });
  });
});

/** Offset at which the root log's topic ends, as whoever has these settings sees it. */
async function topicEnd(environment: Environment): Promise<number> {
  const settings = kafkaSettings(readEnvironment(KAFKA_VARIABLES, environment));
  const topics = new Topics(kafkaClient({ ...settings!, clientId: 'test' }));
  try {
    return (await topics.bounds('lodemark.root'))?.high ?? 0;
  } finally {
    await topics.close();
  }
}
