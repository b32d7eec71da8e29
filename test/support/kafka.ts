import { describe, it } from '@jest/globals';
import { TestKafka } from './test-kafka.js';

export { TestKafka };

/** The cluster of this test run, which the setup of the Jest project has started. */
export function sharedKafka(): Promise<TestKafka> {
  const name = process.env['TEST_KAFKA'];
  if (name === undefined)
    throw new Error('No Kafka: run this suite in the kafka project of the Jest configuration');
  return TestKafka.start(name);
}

/** A suite that needs Kafka. Where there is none it is skipped; the setup of the project has said why. */
export function whereKafkaRuns(name: string, suite: () => void): void {
  if (process.env['TEST_KAFKA'] !== undefined) suite();
  else describe(name, () => it.skip('needs Kafka, which does not run here', () => undefined));
}
