import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mined, transformed } from './support/events.js';
import { TestService } from './support/test-service.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(300_000);

const HOUR = 3_600_000;
const LOT = 'mine/2';
const READS = [
  `/v1/lots?number=2`,
  `/v1/lots/${LOT}`,
  `/v1/lots/${LOT}/lineage`,
  `/v1/lots/${LOT}/custody`,
  `/v1/lots/${LOT}/mass-balance`,
  `/v1/lots/${LOT}/cures?policy=WC-3`,
  '/v1/inbound?facility=mine',
  '/v1/facilities',
  '/v1/organizations/mine-co',
  '/v1/policies',
  '/v1/parked',
];

interface AtHorizon {
  readonly horizon: { readonly size: number; readonly at: string };
}

describe('as of a recorded time', () => {
  let world: World;
  let service: TestService;
  /** An hour after the lot's events were covered, and an hour before its correction was. */
  let before: string;
  let answersBefore: readonly unknown[];
  let verdictBefore: string;
  let sizeBefore: number;

  const ask = async (more: object = {}) =>
    (await service.post('/v1/verdicts', { lot: LOT, policy: 'WC-3', ...more })).body as { id: string };
  const answers = async (at: string) => {
    const found: unknown[] = [];
    for (const url of READS) {
      const { status, body } = await service.get(`${url}${url.includes('?') ? '&' : '?'}${at}`);
      expect(`${url} ${String(status)}`).toBe(`${url} 200`);
      found.push(body);
    }
    // How many entries are held here now is no statement about then.
    return JSON.parse(
      JSON.stringify(found, (name, value: unknown) => (name === 'held' ? undefined : value)),
    ) as unknown[];
  };
  const asOf = (instant: string) => `asOf=${encodeURIComponent(instant)}`;

  beforeAll(async () => {
    world = await openWorld();
    const { custody, registry, clock } = world;
    service = await TestService.start(world);
    const text = await readFile(new URL(`../../../policies/WC-3.json`, import.meta.url), 'utf8');
    await registry.publishPolicy('WC-3', JSON.parse(text) as object);
    await custody.join('mine');
    await custody.seeRoot('mine');
    const first = await custody.post('mine', mined('mine/1', '1000'));
    await custody.post(
      'mine',
      transformed('CRACK_LEACH', [{ lot: 'mine/1', kg: '1000' }], [{ lot: LOT, kg: '700' }]),
    );
    await custody.round('mine');
    await service.provenance.caughtUp();
    sizeBefore = ((await service.get('/v1/horizons/latest')).body as AtHorizon).horizon.size;
    clock.advance(HOUR);
    before = clock.now().toISOString();
    answersBefore = await answers(asOf(before));
    verdictBefore = (await ask({ asOf: before })).id;
    clock.advance(HOUR);
    const { v: _v, facility: _f, eventId, occurredAt: _o, ...body } = first.event;
    await custody.post('mine', {
      ...{ type: 'Corrected', target: { eventId, payload: first.digest }, reason: 'weighed again' },
      replacement: { ...body, mass: { net: { value: '900', unit: 'kg' } } },
    });
    await custody.post('mine', mined('mine/3', '5'));
    await custody.round('mine');
    await service.provenance.caughtUp();
    clock.advance(HOUR);
  });

  afterAll(async () => {
    await service.close();
    await closeWorld(world);
  });

  it('gives every read as it was then, whatever was recorded since', async () => {
    expect(await answers(asOf(before))).toEqual(answersBefore);
    for (const answer of answersBefore) expect((answer as AtHorizon).horizon.size).toBe(sizeBefore);
    expect(await answers(asOf(world.clock.now().toISOString()))).not.toEqual(answersBefore);
  });

  it('gives a verdict with the same bytes as then, and another one as of later', async () => {
    expect((await ask({ asOf: before })).id).toBe(verdictBefore);
    expect((await ask({ horizon: sizeBefore })).id).toBe(verdictBefore);
    expect((await ask({ asOf: world.clock.now().toISOString() })).id).not.toBe(verdictBefore);
  });

  it('answers at the last horizon whose root leaf was recorded by then, for every leaf and between them', async () => {
    const latest = ((await service.get('/v1/horizons/latest')).body as AtHorizon).horizon.size;
    const times: string[] = [];
    for (let size = 1; size <= latest; size += 1) {
      const { body } = await service.get(`/v1/policies?horizon=${String(size)}`);
      times.push((body as AtHorizon).horizon.at);
    }
    for (const at of new Set(times)) {
      for (const later of [0, 1]) {
        const instant = new Date(Date.parse(at) + later).toISOString();
        const { body } = await service.get(`/v1/policies?${asOf(instant)}`);
        const wanted = times.filter((time) => time <= instant).length;
        expect((body as AtHorizon).horizon).toMatchObject({ size: wanted, at: times[wanted - 1] });
      }
    }
  });

  it('takes an instant in any offset', async () => {
    const local = `${new Date(Date.parse(before) + 5 * HOUR).toISOString().slice(0, -1)}+05:00`;
    expect((await ask({ asOf: local })).id).toBe(verdictBefore);
  });

  it('answers no question about a time before the first entry or still to come', async () => {
    expect(await service.get(`/v1/lots?${asOf('2020-01-01T00:00:00Z')}`)).toMatchObject({
      ...{ status: 422, body: { type: expect.stringMatching(/as-of-before-genesis$/) } },
    });
    const ahead = new Date(world.clock.now().getTime() + 1).toISOString();
    expect(await service.get(`/v1/lots?${asOf(ahead)}`)).toMatchObject({
      ...{ status: 422, body: { type: expect.stringMatching(/as-of-in-future$/) } },
    });
  });

  it('does not guess while root entries that are announced have not arrived', async () => {
    await service.provenance.caughtUp();
    const now = world.clock.now().toISOString();
    const admin = await world.registry.reader.rootAt(world.registry.network.rootOrigin, 1);
    await service.tell(
      `INSERT INTO provenance.root_checkpoint (size, root, note) VALUES (100000, decode('${admin}', 'hex'), '')`,
    );
    expect(await service.get(`/v1/lots?${asOf(now)}`)).toMatchObject({ status: 409 });
    expect(await service.get(`/v1/lots?${asOf(before)}`)).toMatchObject({ status: 200 });
    await service.tell(`DELETE FROM provenance.root_checkpoint WHERE size = 100000`);
  });

  it('refuses what is no instant, and an instant beside a horizon', async () => {
    for (const wrong of ['yesterday', '2026-12-31', '2026-02-30T00:00:00Z', '2026-12-31T00:00:00']) {
      expect((await service.get(`/v1/lots?${asOf(wrong)}`)).status).toBe(400);
      expect((await service.post('/v1/verdicts', { lot: LOT, asOf: wrong })).status).toBe(400);
    }
    expect((await service.get(`/v1/lots?horizon=1&${asOf(before)}`)).status).toBe(400);
    expect((await service.post('/v1/verdicts', { lot: LOT, horizon: 1, asOf: before })).status).toBe(400);
  });
});
