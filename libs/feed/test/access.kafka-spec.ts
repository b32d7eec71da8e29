import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KafkaAdministration, type KafkaConnection } from '@lodemark/feed';
import { sharedKafka, whereKafkaRuns, type TestKafka } from '../../../test/support/kafka.js';
import { until } from '../../../test/support/until.js';
import { isForbidden } from '../src/kafka/forbidden.js';
import { kafkaClient } from '../src/kafka/kafka-connection.js';
import { TopicReader } from '../src/kafka/topic-reader.js';
import { TopicWriter } from '../src/kafka/topic-writer.js';
import { RelayedLogs } from './relayed-logs.js';

const OWN = 'test.lodemark.example/log/access-own';
const FOREIGN = 'test.lodemark.example/log/access-foreign';

whereKafkaRuns('access rules on a shared cluster', () => {
  jest.setTimeout(90_000);

  describe('access rules on a shared cluster', () => {
    let kafka: TestKafka;
    let logs: RelayedLogs;
    let administration: KafkaAdministration;

    beforeAll(async () => {
      kafka = await sharedKafka();
      logs = await RelayedLogs.open(kafka.brokers);
      administration = new KafkaAdministration({ brokers: kafka.brokers, clientId: 'administrator' });
      await administration.openTopics(['access-own', 'access-foreign']);
      await administration.admitOperator('kokbulak', ['access-own']);
      await administration.admitProvenance('provenance');
    });

    afterAll(async () => {
      await administration.close();
      await logs.close();
    });

    function as(user: string): KafkaConnection {
      return { brokers: kafka.operatorBrokers, sasl: kafka.credentials(user), clientId: `${user}-service` };
    }

    it('let an operator publish its own log and look at its end', async () => {
      await logs.append(OWN, 5);
      const relays = logs.relay({ connection: as('kokbulak') });
      await until(async () => (await logs.cursor(OWN)) === 5);
      await logs.stop(relays);
      const second = logs.relay({ connection: as('kokbulak') });
      await logs.append(OWN, 1);
      await until(async () => (await logs.cursor(OWN)) === 6);
      await logs.stop(second);
      expect((await logs.onTopic(OWN)).map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('refuse what an operator writes to the log of another', async () => {
      const writer = new TopicWriter(kafkaClient(as('kokbulak')));
      const forged = (await logs.onTopic(OWN)).map((entry) => ({ ...entry, origin: FOREIGN }));
      const refusal: unknown = await writer
        .publish('lodemark.log.access-foreign', forged)
        .catch((e: unknown) => e);
      await writer.close();
      expect(isForbidden(refusal)).toBe(true);
      expect(await logs.onTopic(FOREIGN)).toEqual([]);
    });

    it('refuse that an operator reads the log of another, or makes topics', async () => {
      await expect(read('kokbulak', 'lodemark.log.access-foreign')).rejects.toThrow(/authoriz/i);
      const said = new Map<string, unknown>();
      const relays = logs.relay({
        connection: as('kokbulak'),
        onTrouble: (origin, error) => said.set(origin, error),
      });
      const unknown = logs.newOrigin();
      await logs.append(unknown, 1);
      await until(() => Promise.resolve(said.get(unknown) !== undefined));
      await logs.stop(relays);
      expect(String(said.get(unknown))).toMatch(/the cluster's administrator has to/);
    });

    it('let provenance read every log and write none', async () => {
      await read('provenance', 'lodemark.log.access-own');
      const writer = new TopicWriter(kafkaClient(as('provenance')));
      const refusal: unknown = await writer
        .publish('lodemark.log.access-own', await logs.onTopic(OWN))
        .catch((e: unknown) => e);
      await writer.close();
      expect(isForbidden(refusal)).toBe(true);
    });

    it('let nobody in with a wrong password', async () => {
      const sasl = { ...kafka.credentials('kokbulak'), password: 'guessed' };
      const writer = new TopicWriter(kafkaClient({ ...as('kokbulak'), sasl }));
      await expect(writer.publish('lodemark.log.access-own', [])).rejects.toThrow(/auth/i);
      await writer.close();
    });

    async function read(user: string, topic: string): Promise<void> {
      const reader = await TopicReader.open({
        kafka: kafkaClient(as(user)),
        ...{ topic, groupPrefix: `lodemark.${user}.`, position: 0 },
      });
      try {
        const { signal } = new AbortController();
        await until(async () => (await reader.next(5_000, signal)) !== undefined);
      } finally {
        await reader.close();
      }
    }
  });
});
