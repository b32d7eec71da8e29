import { describe, expect, it } from '@jest/globals';
import { KafkaJSProtocolError, type Kafka } from 'kafkajs';
import { Topics } from './topics.js';

/** Brokers who say so often that they do not lead the topic: a real one does so for a moment that nobody can choose. */
function brokersWho(refusal: Error, times: number) {
  const seen = { asked: 0, connections: 0 };
  const fetchTopicOffsets = () => {
    seen.asked += 1;
    return seen.asked <= times ? Promise.reject(refusal) : Promise.resolve([{ low: '0', high: '7' }]);
  };
  const admin = () => {
    seen.connections += 1;
    const done = () => Promise.resolve();
    return { connect: done, disconnect: done, listTopics: () => Promise.resolve(['t']), fetchTopicOffsets };
  };
  return { seen, topics: new Topics({ admin } as unknown as Kafka) };
}

const refusal = (type: string, code: number) =>
  new KafkaJSProtocolError(Object.assign(new Error(type), { type, code, retriable: true }));

describe('bounds of a topic', () => {
  it('are asked for anew, over another connection, while the brokers do not know who leads it', async () => {
    const { topics, seen } = brokersWho(refusal('NOT_LEADER_FOR_PARTITION', 6), 2);
    expect(await topics.bounds('t')).toEqual({ low: 0, high: 7 });
    expect(seen).toEqual({ asked: 3, connections: 3 });
  });

  it('are not asked for again when the brokers refuse for another reason', async () => {
    const { topics, seen } = brokersWho(refusal('TOPIC_AUTHORIZATION_FAILED', 29), 1);
    await expect(topics.bounds('t')).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED');
    expect(seen.asked).toBe(1);
  });
});
