import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltSite } from '../../../test/support/built-site.js';
import type { Installation } from '../../../test/support/installation.js';
import { PersistentPoster, type Posting } from '../../../test/support/persistent-poster.js';
import { readLog } from '../../../test/support/recorded-log.js';
import { until } from '../../../test/support/until.js';
import { lotCreated, signEvent, type Party } from './support/parties.js';

const KILLS = 3;
const CONNECTIONS = 8;
const EVENTS_BETWEEN = 100;

describe('a custody process that is killed under load', () => {
  let site: BuiltSite;
  let custody: Installation;
  let key: Party;
  let poster: PersistentPoster;
  let auditor: string;

  beforeAll(async () => {
    site = await BuiltSite.start({ label: 'killed', databases: { durable: true } });
    custody = await site.addCustody();
    await site.join('kokbulak', custody);
    key = await site.eventKey('kokbulak');
    await site.settled(custody);
    auditor = await site.identity.token('administrator', { role: 'administrator' });
    poster = new PersistentPoster(custody.url, make);
  });

  afterAll(() => site.remove());

  async function make(): Promise<Posting> {
    const event = lotCreated('kokbulak');
    return { eventId: String(event['eventId']), jws: await signEvent(event, key) };
  }

  it('has every event that it acknowledged, once, where the receipt says, and no hole', async () => {
    poster.start(CONNECTIONS);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = poster.acknowledged.length;
      await until(() => poster.acknowledged.length >= before + EVENTS_BETWEEN);
      await custody.kill();
      await custody.serve();
    }
    const before = poster.acknowledged.length;
    await until(() => poster.acknowledged.length >= before + EVENTS_BETWEEN);
    await poster.stop();

    const log = await readLog(custody.url, 'kokbulak', auditor);
    expect(log.map(({ index }) => index)).toEqual(log.map((_, position) => position));
    const events = log.flatMap(({ eventId }) => eventId ?? []);
    expect(new Set(events).size).toBe(events.length);
    const { acknowledged, unanswered } = poster;
    for (const { index, leaf, eventId } of acknowledged) expect(log[index]).toEqual({ index, leaf, eventId });
    // What was recorded beyond that are events whose answer was lost on the way.
    const answered = new Set(acknowledged.map(({ eventId }) => eventId));
    const lost = new Set(unanswered.map(({ eventId }) => eventId));
    expect(events.filter((eventId) => !answered.has(eventId) && !lost.has(eventId))).toEqual([]);
  });

  it('gives one receipt for an event whose answer was lost, however often it is posted again', async () => {
    expect(poster.unanswered.length).toBeGreaterThan(0);
    const before = await readLog(custody.url, 'kokbulak', auditor);
    const recorded = new Map(
      before.flatMap((entry) => (entry.eventId === undefined ? [] : [[entry.eventId, entry]])),
    );
    for (const posting of poster.unanswered) {
      const receipt = await poster.post(posting);
      expect(await poster.post(posting)).toEqual(receipt);
      expect(receipt?.eventId).toBe(posting.eventId);
      const known = recorded.get(posting.eventId);
      if (known !== undefined) expect(receipt).toMatchObject(known);
    }
    const events = (await readLog(custody.url, 'kokbulak', auditor)).flatMap(({ eventId }) => eventId ?? []);
    expect(events).toHaveLength(poster.acknowledged.length + poster.unanswered.length);
    expect(new Set(events).size).toBe(events.length);
  });

  it('hands in checkpoints again, so that the registry covers what was recorded last', async () => {
    const last = (await readLog(custody.url, 'kokbulak', auditor)).at(-1);
    await site.covered(`kokbulak/${last?.index ?? 0}`);
  });
});
