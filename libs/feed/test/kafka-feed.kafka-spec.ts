import { sharedKafka, whereKafkaRuns } from '../../../test/support/kafka.js';
import { feedContract } from './feed-contract.js';
import { KafkaHarness } from './kafka-harness.js';

whereKafkaRuns('the feed contract: Kafka', () => {
  feedContract('Kafka', async () => KafkaHarness.make(await sharedKafka()));
});
