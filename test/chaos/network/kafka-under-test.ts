import { TestKafka } from '../../support/test-kafka.js';
import { say } from '../report/say.js';
import type { Undoing } from '../undoing.js';

/** Three real brokers. Where they cannot be had this says so in one line; in CI that is a failure. */
export async function startKafka(name: string, undoing: Undoing): Promise<TestKafka | undefined> {
  try {
    const kafka = await TestKafka.start(name, { nodes: 3 });
    undoing.add(() => kafka.remove());
    return kafka;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    if (process.env['CI'] === 'true')
      throw new Error(`Chaos without Kafka is no chaos: ${reason}`, { cause: error });
    say(`NOT HAD: Kafka and its faults: ${reason}`);
    return undefined;
  }
}
