import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lotCreated, signEvent, type Party } from '../apps/custody/test/support/parties.js';
import { BuiltSite } from './support/built-site.js';
import { entriesHeld, rebuilt } from './support/followed-log.js';
import type { Installation } from './support/installation.js';
import { PersistentPoster } from './support/persistent-poster.js';
import { readLog } from './support/recorded-log.js';
import { RestartablePostgres } from './support/restartable-postgres.js';
import { until } from './support/until.js';

const RESTARTS = 2;
const EVENTS_BETWEEN = 50;
const ORIGIN = 'demo.lodemark.example/log/kokbulak';

describe('custody and provenance whose Postgres is restarted under them', () => {
  let postgres: RestartablePostgres;
  let site: BuiltSite;
  let custody: Installation;
  let provenance: Installation;
  let key: Party;

  beforeAll(async () => {
    postgres = await RestartablePostgres.start();
    site = await BuiltSite.start({ label: 'restart', databases: { on: postgres } });
    custody = await site.addCustody();
    await site.join('kokbulak', custody);
    key = await site.eventKey('kokbulak');
    await site.settled(custody);
    provenance = await site.addProvenance();
    await provenance.serve();
  });

  afterAll(async () => {
    await site.remove();
    await postgres.remove();
  });

  const make = async () => {
    const event = lotCreated('kokbulak');
    return { eventId: String(event['eventId']), jws: await signEvent(event, key) };
  };
  const isReady = async (service: Installation) => (await fetch(`${service.url}/health/ready`)).ok;

  it('are unready meanwhile, go on by themselves, and have lost nothing', async () => {
    const poster = new PersistentPoster(custody.url, make);
    poster.start(4);
    for (let restart = 0; restart < RESTARTS; restart++) {
      const before = poster.acknowledged.length;
      await until(() => poster.acknowledged.length >= before + EVENTS_BETWEEN);
      await postgres.stop();
      for (const service of [custody, provenance]) await until(async () => !(await isReady(service)));
      await postgres.startAgain();
      for (const service of [custody, provenance]) await until(() => isReady(service));
    }
    const before = poster.acknowledged.length;
    await until(() => poster.acknowledged.length >= before + EVENTS_BETWEEN);
    await poster.stop();
    for (const posting of poster.unanswered) {
      const receipt = await poster.post(posting);
      if (receipt !== undefined) poster.acknowledged.push(receipt);
    }

    const auditor = await site.identity.token('administrator', { role: 'administrator' });
    const log = await readLog(custody.url, 'kokbulak', auditor);
    for (const { index, leaf, eventId } of poster.acknowledged)
      expect(log[index]).toEqual({ index, leaf, eventId });
    const events = log.filter(({ eventId }) => eventId !== undefined);
    expect(events).toHaveLength(poster.acknowledged.length);
    await site.covered(`kokbulak/${log.length - 1}`);
    await until(async () => (await entriesHeld(provenance, ORIGIN)) >= log.length);
  });

  it('leave a read model that a rebuild from the logs does not change', async () => {
    const rootSize = await site.rootSize();
    await until(async () => (await entriesHeld(provenance, 'demo.lodemark.example/root')) === rootSize);
    await provenance.stop();
    const { before, after } = await rebuilt(provenance);
    expect(after).toBe(before);
  });
});
