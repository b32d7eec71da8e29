import { open } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KafkaAdministration } from '@lodemark/feed';
import { BuiltSite } from './support/built-site.js';
import { TestKafka, whereKafkaRuns } from './support/kafka.js';
import { until } from './support/until.js';

/** Where in a batch of records its format's version stands: after base offset, length and leader epoch. */
const VERSION_AT = 16;

whereKafkaRuns('a provenance service that cannot read a topic', () => {
  // It tries eleven times, and waits up to fifteen seconds in between.
  jest.setTimeout(600_000);

  describe('a provenance service that cannot read a topic, though the brokers answer', () => {
    let kafka: TestKafka;
    let site: BuiltSite;

    beforeAll(async () => {
      kafka = await TestKafka.start(`damaged-${process.pid}`);
      site = await BuiltSite.start({
        label: 'damaged',
        environment: { KAFKA_BROKERS: kafka.brokers.join(',') },
      });
      const administration = new KafkaAdministration({ brokers: kafka.brokers, clientId: 'administrator' });
      await until(() => administration.isUsed());
      await administration.close();
      // No client understands what the broker sends from here on.
      const records = await open(kafka.recordsOf('lodemark.root'), 'r+');
      await records.write(Uint8Array.of(9), 0, 1, VERSION_AT);
      await records.close();
    });

    afterAll(async () => {
      await site.remove();
      await kafka.remove();
    });

    it('becomes unready and ends with 1, for its supervisor to start another', async () => {
      const port = await freePort();
      const provenance = await site.addProvenance({
        PROVENANCE_PORT: String(port),
        PROVENANCE_UNREADY: '3s',
      });
      const over = new AbortController();
      const ended = provenance.run('serve').finally(() => over.abort());
      const seen = new Set<number>();
      while (!over.signal.aborted) {
        const status = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
          (answer) => answer.status,
          () => undefined,
        );
        if (status !== undefined) seen.add(status);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const { code, out } = await ended;
      expect(code).toBe(1);
      expect(out).toContain('cannot be followed any more');
      expect([...seen].at(-1)).toBe(503);
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
