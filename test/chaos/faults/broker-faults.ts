import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import type { SeededChance } from '../seeded-chance.js';
import type { NetworkUnderTest } from '../network/network-under-test.js';
import { FaultNotHad, type Fault } from './fault.js';
import type { TestKafka } from '../../support/test-kafka.js';

const { Kafka, logLevel } = kafkajs;
const NODES = [1, 2, 3];

/** kill -9 of brokers, the leader of a topic first; they are started again after a while. */
export function killBrokers(
  network: NetworkUnderTest,
  { topic, count }: { readonly topic: string; readonly count: 1 | 2 },
  chance: SeededChance,
): Fault {
  const kind = count === 1 ? 'kill a broker' : 'kill two brokers';
  return {
    ...{ kind, target: `leader of ${topic}${count === 1 ? '' : ' and another'}`, facilities: [] },
    async run() {
      const kafka = kafkaOf(network);
      const leader = await leaderOf(kafka, topic);
      const others = chance.shuffled(NODES.filter((id) => id !== leader));
      for (const id of [leader, ...others].slice(0, count)) kafka.killNode(id);
      await pause(chance.between(1_000, 4_000));
      network.kafka = await kafka.startAgain();
    },
  };
}

/** A broker stands still: the others take it for dead, and it wakes as if nothing had been. */
export function freezeBroker(network: NetworkUnderTest, topic: string, chance: SeededChance): Fault {
  return {
    ...{ kind: 'freeze a broker', target: `leader of ${topic}`, facilities: [] },
    async run() {
      const kafka = kafkaOf(network);
      const leader = await leaderOf(kafka, topic);
      kafka.signalNode(leader, 'SIGSTOP');
      try {
        await pause(chance.between(2_000, 6_000));
      } finally {
        kafka.signalNode(leader, 'SIGCONT');
      }
      network.kafka = await kafka.startAgain();
    },
  };
}

function kafkaOf({ kafka }: NetworkUnderTest): TestKafka {
  if (kafka === undefined) throw new FaultNotHad('there is no Kafka');
  return kafka;
}

async function leaderOf({ brokers }: TestKafka, topic: string): Promise<number> {
  const client = new Kafka({ brokers: [...brokers], clientId: 'lodemark-chaos', logLevel: logLevel.NOTHING });
  const admin = client.admin();
  try {
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const leader = topics[0]?.partitions[0]?.leader;
    if (leader === undefined || !NODES.includes(leader)) throw new FaultNotHad(`${topic} has no leader`);
    return leader;
  } finally {
    await admin.disconnect();
  }
}
