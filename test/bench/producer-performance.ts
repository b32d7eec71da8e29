import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Plain JavaScript, without types. */
const JARS = new URL('../../tools/kafka/jars.js', import.meta.url).href;

export interface Produced {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly records: number;
  readonly bytes: number;
}

/** The peer of `relay`: how many records a second Kafka's own producer has acknowledged by all replicas in sync. */
export async function producerPerformance({ brokers, topic, records, bytes }: Produced): Promise<number> {
  const { classPath } = (await import(JARS)) as { classPath: () => string };
  const tool = ['-cp', classPath(), 'org.apache.kafka.tools.ProducerPerformance'];
  const record = ['--topic', topic, '--num-records', String(records), '--record-size', String(bytes)];
  const settings = [`bootstrap.servers=${brokers.join(',')}`, 'acks=all'];
  const child = spawn('java', [...tool, ...record, '--throughput', '-1', '--command-property', ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(child, 'close');
  // The last line is of the whole run.
  const rates = [...out.matchAll(/records sent, ([0-9.]+) records\/sec/g)];
  const rate = Number(rates.at(-1)?.[1]);
  if (Number.isNaN(rate)) throw new Error(`ProducerPerformance said: ${out}`);
  return rate;
}
