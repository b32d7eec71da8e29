import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KafkaFeed, type Feed, type FeedAlarm } from '@lodemark/feed';
import { sharedKafka, whereKafkaRuns } from '../../../test/support/kafka.js';
import { until } from '../../../test/support/until.js';
import { CountingConsumer } from './counting-consumer.js';
import { KafkaHarness } from './kafka-harness.js';
import { RelayedLogs } from './relayed-logs.js';

whereKafkaRuns('the Kafka feed', () => {
  jest.setTimeout(90_000);

  describe('the Kafka feed', () => {
    let harness: KafkaHarness;
    let feed: Feed;
    const alarms: FeedAlarm[] = [];

    beforeAll(async () => {
      harness = await KafkaHarness.make(await sharedKafka());
    });

    afterAll(() => harness.close());

    beforeEach(() => {
      alarms.length = 0;
      feed = harness.openFeed((alarm) => alarms.push(alarm), { lookMs: 1_000 });
    });

    afterEach(() => feed.close());

    async function follow(origin: string, from = 0): Promise<CountingConsumer> {
      const consumer = await CountingConsumer.open(harness.database, origin, harness.backfill);
      feed.follow(origin, { index: from }, consumer);
      return consumer;
    }

    async function has(consumer: CountingConsumer, count: number): Promise<void> {
      await until(async () => (await consumer.leaves()).length === count);
    }

    it('brings everything over Kafka alone, also of a log whose topic is made while it runs', async () => {
      const origin = harness.newOrigin();
      harness.withhold(origin, true);
      const consumer = await follow(origin);
      const entries = await harness.append(origin, 40);
      await has(consumer, 40);
      await harness.append(origin, 3);
      await has(consumer, 43);
      expect((await consumer.leaves()).slice(0, 40)).toEqual(entries.map(({ leafHash }) => leafHash));
    });

    it('finds an index on a topic where entries were repeated and others are no entries', async () => {
      const origin = harness.newOrigin();
      harness.withhold(origin, true);
      await harness.append(origin, 5);
      for (const index of [0, 1, 2, 3, 4, 0, 1]) await harness.repeat(origin, index);
      await harness.send(origin, { value: 'nonsense' }, { value: 'more' });
      const entries = await harness.append(origin, 5);
      const consumer = await CountingConsumer.open(harness.database, origin, harness.backfill);
      await consumer.pretend(entries.slice(0, 7));
      feed.follow(origin, { index: 7 }, consumer);
      await has(consumer, 10);
      expect(alarms).toEqual([]);
    });

    it('raises an alarm for a record that is no entry, and goes on with that log and all others', async () => {
      const [one, other] = [harness.newOrigin(), harness.newOrigin()];
      await harness.append(one, 2);
      await harness.append(other, 2);
      const consumers = [await follow(one), await follow(other)] as const;
      await has(consumers[0], 2);
      await harness.send(one, { value: 'nonsense' }, { value: '{}', headers: { origin: other, index: '2' } });
      await harness.append(one, 1);
      await harness.append(other, 1);
      await has(consumers[0], 3);
      await has(consumers[1], 3);
      expect(alarms).toMatchObject([
        { origin: one, kind: 'foreign-record', index: 2 },
        { origin: one, kind: 'foreign-record', index: 2 },
      ]);
    });

    it('raises that alarm once, although it asks for the last record again and again', async () => {
      const origin = harness.newOrigin();
      await harness.append(origin, 2);
      const consumer = await follow(origin);
      await has(consumer, 2);
      await harness.send(origin, { value: 'nonsense' });
      await until(() => Promise.resolve(alarms.length > 0));
      // It is asked whenever the topic was silent, before the topic's last record is.
      const { asked } = harness;
      await until(() => Promise.resolve(harness.asked >= asked + 4));
      expect(alarms).toHaveLength(1);
      await harness.append(origin, 1);
      await has(consumer, 3);
    });

    it('keeps waiting with one log that claims an entry far ahead, and goes on with the others', async () => {
      const [one, other] = [harness.newOrigin(), harness.newOrigin()];
      await harness.append(one, 2);
      await harness.append(other, 2);
      const consumers = [await follow(one), await follow(other)] as const;
      await has(consumers[0], 2);
      const headers = { origin: one, index: '1000000', leaf: 'ab'.repeat(32) };
      await harness.send(one, { value: 'far ahead', headers });
      await harness.append(one, 1);
      await harness.append(other, 3);
      await has(consumers[1], 5);
      // The service that keeps the log has it: what follows is fetched from there.
      await has(consumers[0], 3);
      expect(alarms.map(({ kind }) => kind)).toContain('damaged-bytes');
    });

    it('asks the service that keeps the log while its topic is silent, because its relay may be away', async () => {
      const origin = harness.newOrigin();
      const consumer = await follow(origin);
      await harness.append(origin, 4);
      await has(consumer, 4);
      harness.appendUnpublished(origin, 2);
      await has(consumer, 6);
      expect(alarms).toEqual([]);
    });

    it('says when reading crashes again and again although brokers answer, and only once', async () => {
      const said: unknown[] = [];
      let connections = 0;
      const exhausted = new KafkaFeed({
        connection: {
          brokers: harness.kafka.brokers,
          clientId: 'crashing',
          // The first connection is that on which brokers are asked about topics.
          socketFactory: ({ host, port, onConnect }) => {
            connections += 1;
            const socket = connect({ host, port }, onConnect);
            return connections === 1 ? socket : socket.destroy(new Error('cut'));
          },
        },
        backoff: { firstMs: 5, maxMs: 10 },
        restarts: 2,
        onExhausted: (error) => said.push(error),
      });
      const origin = harness.newOrigin();
      await harness.append(origin, 1);
      const consumer = await CountingConsumer.open(harness.database, origin, harness.backfill);
      const subscription = exhausted.follow(origin, { index: 0 }, consumer);
      await until(() => Promise.resolve(said.length > 0));
      expect(subscription.state.kind).toBe('retrying');
      await until(() => Promise.resolve(connections > 20));
      expect(said.length).toBe(1);
      await exhausted.close();
    });

    it('loses nothing when the topics are deleted under it: the relays publish the logs again', async () => {
      const logs = await RelayedLogs.open(harness.kafka.brokers);
      const origin = logs.newOrigin();
      await logs.append(origin, 20);
      const relays = logs.relay();
      const consumer = await follow(origin);
      await has(consumer, 20);
      await logs.admin.deleteTopics({ topics: [`lodemark.log.${origin.split('/').at(-1)!}`] });
      await logs.append(origin, 20);
      await has(consumer, 40);
      await logs.append(origin, 1);
      await has(consumer, 41);
      expect(await consumer.leaves()).toEqual(await logs.leaves(origin));
      expect(await logs.firstTimes(origin)).toHaveLength(41);
      await logs.stop(relays);
      await logs.close();
    });
  });
});
