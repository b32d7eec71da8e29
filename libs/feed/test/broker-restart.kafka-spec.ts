import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KafkaFeed, type Feed, type LogConsumer, type Relays } from '@lodemark/feed';
import { ledgerPool } from '@lodemark/ledger';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { TestKafka, whereKafkaRuns } from '../../../test/support/kafka.js';
import { until } from '../../../test/support/until.js';
import { topicOf } from '../src/kafka/topic-names.js';
import { CountingConsumer, createConsumerTables, type ConsumerDatabase } from './counting-consumer.js';
import { RelayedLogs } from './relayed-logs.js';

const NOBODY = { fetch: () => Promise.resolve([]), checkpoint: () => Promise.resolve(undefined) };
const QUICK = { firstMs: 20, maxMs: 500 };

whereKafkaRuns('a broker that goes away', () => {
  jest.setTimeout(150_000);

  describe('a broker that goes away', () => {
    let kafka: TestKafka;
    let logs: RelayedLogs;
    let consumers: TestDatabase;
    let database: ConsumerDatabase;
    let relays: Relays;
    let feed: Feed;

    beforeAll(async () => {
      kafka = await TestKafka.start(`restart-${process.pid}`);
      logs = await RelayedLogs.open(kafka.brokers);
      consumers = await createDatabase('restart_consumers');
      const owner = new pg.Pool({ connectionString: consumers.ownerUrl, max: 1 });
      await createConsumerTables(owner, consumers.serviceRole);
      await owner.end();
      const pool = ledgerPool({ connectionString: consumers.serviceUrl, max: 4 });
      database = { pool, admin: pool };
    });

    afterAll(async () => {
      await logs.close();
      await database.pool.end();
      await consumers.drop();
      await kafka.remove();
    });

    afterEach(async () => {
      await feed.close();
      await logs.stop(relays);
    });

    it.each([
      ['is shut down', () => kafka.stop()],
      [
        'is killed',
        () => {
          kafka.killNode(1);
          return Promise.resolve();
        },
      ],
    ])('in the middle of a stream costs time alone when it %s and comes back', async (_, end) => {
      const origin = logs.newOrigin();
      const told: unknown[] = [];
      relays = logs.relay({ onTrouble: (_origin, error) => told.push(error) });
      const gone: unknown[] = [];
      feed = new KafkaFeed({
        connection: { brokers: kafka.brokers, clientId: 'restart' },
        ...{ backoff: QUICK, restarts: 3, onExhausted: (error: unknown) => gone.push(error) },
      });
      const consumer = await CountingConsumer.open(database, origin, NOBODY);
      const subscription = feed.follow(origin, { index: 0 }, consumer);
      const has = (count: number) => until(async () => (await consumer.leaves()).length === count);
      await logs.append(origin, 50);
      await has(50);

      await end();
      await logs.append(origin, 50);
      const isTold = () => subscription.state.kind === 'retrying' && relays.lag === 50 && told.length > 0;
      await until(() => Promise.resolve(isTold()));
      kafka = await kafka.startAgain();

      await logs.append(origin, 50);
      await has(150);
      expect(await consumer.leaves()).toEqual(await logs.leaves(origin));
      await until(() => Promise.resolve(relays.lag === 0 && told.at(-1) === undefined));
      expect(gone).toEqual([]);
    });
  });

  describe('one broker of three', () => {
    let kafka: TestKafka;
    let logs: RelayedLogs;

    beforeAll(async () => {
      kafka = await TestKafka.start(`three-${process.pid}`, { nodes: 3 });
      logs = await RelayedLogs.open(kafka.brokers);
    });

    afterAll(async () => {
      await logs.close();
      await kafka.remove();
    });

    it('is killed, the one that leads the topic, and the stream goes on without it', async () => {
      const origin = logs.newOrigin();
      const relays = logs.relay();
      const seen: string[] = [];
      const feed = new KafkaFeed({
        connection: { brokers: kafka.brokers, clientId: 'three' },
        backoff: QUICK,
      });
      await logs.append(origin, 50);
      feed.follow(origin, { index: 0 }, collecting(seen));
      await until(() => Promise.resolve(seen.length === 50));
      const { topics } = await logs.admin.fetchTopicMetadata({ topics: [topicOf(origin)!] });
      expect(topics[0]!.partitions[0]!.replicas).toHaveLength(3);
      kafka.killNode(topics[0]!.partitions[0]!.leader);
      await logs.append(origin, 50);
      await until(() => Promise.resolve(seen.length === 100));
      expect(seen).toEqual(await logs.leaves(origin));
      await feed.close();
      await logs.stop(relays);
    });
  });
});

function collecting(seen: string[]): LogConsumer {
  return {
    apply: (batch) => Promise.resolve(void seen.push(...batch.map(({ leafHash }) => leafHash))),
    heldLeaves: (from, to) => Promise.resolve(seen.slice(from, to)),
    settle: () => Promise.resolve({ kind: 'held-stands' }),
  };
}
