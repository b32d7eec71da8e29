import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lotCreated, signEvent } from '../apps/custody/test/support/parties.js';
import { BuiltSite } from './support/built-site.js';
import { entriesHeld, rebuilt } from './support/followed-log.js';
import type { Installation } from './support/installation.js';
import { TestKafka, whereKafkaRuns } from './support/kafka.js';
import { until } from './support/until.js';

const EVENTS = 20;

whereKafkaRuns('a network whose entries travel over Kafka', () => {
  describe('a network whose entries travel over Kafka', () => {
    let kafka: TestKafka;
    let site: BuiltSite;
    let custody: Installation;
    let provenance: Installation;

    beforeAll(async () => {
      kafka = await TestKafka.start(`network-${process.pid}`);
      const environment = { KAFKA_BROKERS: kafka.brokers.join(',') };
      site = await BuiltSite.start({ label: 'kafka', environment });
      custody = await site.addCustody();
      await site.join('kokbulak', custody);
      await site.settled(custody);
      // Custody would not give provenance its entries over HTTP: what is held of them came over Kafka.
      const token = await site.identity.token('provenance', { role: 'administrator' });
      provenance = await site.addProvenance({
        PROVENANCE_SERVICE_TOKENS: JSON.stringify({ [new URL(site.registry.url).origin]: token }),
      });
      await provenance.serve();
    });

    afterAll(async () => {
      await site.remove();
      await kafka.remove();
    });

    async function post(facility: string): Promise<void> {
      const key = await site.eventKey(facility);
      await site.settled(custody);
      for (let event = 0; event < EVENTS; event += 1) {
        const headers = { 'content-type': 'application/jose' };
        const body = await signEvent(lotCreated(facility), key);
        const response = await fetch(`${custody.url}/v1/events`, { method: 'POST', headers, body });
        expect(response.status).toBe(201);
      }
    }

    const holds = (origin: string, size: number) =>
      until(async () => (await entriesHeld(provenance, origin)) >= size);
    const logOf = (facility: string) => `demo.lodemark.example/log/${facility}`;

    it('brings the events of a facility to provenance', async () => {
      await post('kokbulak');
      await holds(logOf('kokbulak'), EVENTS);
      await holds('demo.lodemark.example/root', await site.rootSize());
    });

    it('is joined by a facility while it runs', async () => {
      await site.join('newcomer', custody);
      await post('newcomer');
      await holds(logOf('newcomer'), EVENTS);
    });

    it('says how far its relays are behind', async () => {
      for (const { url } of [custody, site.registry]) {
        await until(async () => /^lodemark_relay_lag_entries\{[^}]*\} 0$/m.test(await metricsOf(url)));
      }
    });

    it('goes on recording while Kafka is away, and catches up when it is back', async () => {
      await kafka.stop();
      await post('kokbulak');
      await until(async () =>
        /^lodemark_relay_lag_entries\{[^}]*\} [1-9]/m.test(await metricsOf(custody.url)),
      );
      expect((await fetch(`${provenance.url}/health/ready`)).status).toBe(200);
      await kafka.startAgain();
      await holds(logOf('kokbulak'), 2 * EVENTS);
    });

    it('leaves a read model that a rebuild does not change', async () => {
      await provenance.stop();
      const token = await site.identity.token('provenance', { role: 'administrator' });
      const tokens = [custody, site.registry].map(({ url }) => [new URL(url).origin, token]);
      const reading = await site.addProvenance({
        PROVENANCE_SERVICE_TOKENS: JSON.stringify(Object.fromEntries(tokens)),
      });
      await reading.serve();
      await until(async () => (await entriesHeld(reading, logOf('newcomer'))) >= EVENTS);
      await until(async () => (await entriesHeld(reading, logOf('kokbulak'))) >= 2 * EVENTS);
      await until(
        async () => (await entriesHeld(reading, 'demo.lodemark.example/root')) >= (await site.rootSize()),
      );
      await reading.stop();
      const { before, after } = await rebuilt(reading);
      expect(after).toBe(before);
    });
  });
});

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}
