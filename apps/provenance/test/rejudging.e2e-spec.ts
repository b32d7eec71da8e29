import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Verdict } from '@lodemark/policy';
import pg from 'pg';
import { Rejudgements, type Rejudgement } from '../src/rejudging/rejudgements.js';
import { until } from '../../../test/support/until.js';
import { putOnFile, VerdictStore } from '../src/verdicts/verdict-store.js';
import { dispatched, mined, received, transformed } from './support/events.js';
import type { Recorded } from './support/test-custody.js';
import { TestService } from './support/test-service.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(300_000);

interface Given {
  readonly id: string;
  readonly horizon: { readonly size: number };
  readonly timesAsked: number;
  readonly givenAnew?: { readonly before: string; readonly origin: string; readonly index: number };
}

/** Two lines that have nothing in common: mine → plant, and quarry → works. */
describe('re-judging', () => {
  let world: World;
  let service: TestService;
  let pool: pg.Pool;
  let ore: Recorded;
  let last = 0;
  let firstHorizon: number;

  const ask = async (lot: string, more: object = {}) => {
    const { status, body } = await service.post('/v1/verdicts', { lot, policy: 'WC-3', ...more });
    expect(status).toBe(201);
    return body as { id: string; verdict: { horizon: { size: number } } };
  };
  const given = async (lot: string) =>
    ((await service.get(`/v1/lots/${lot}/verdicts`)).body as { verdicts: Given[] }).verdicts;
  const origin = (facility: string) => world.custody.originOf(facility);

  /** Covers what was recorded, goes on, and gives what that brought. */
  async function advance(...facilities: string[]): Promise<readonly Rejudgement[]> {
    await world.custody.round(...facilities);
    await service.provenance.caughtUp();
    await service.provenance.rejudge();
    const since = await new Rejudgements(pool).since(last);
    last = since.at(-1)?.id ?? last;
    return since;
  }
  const lotsOf = (rejudged: readonly Rejudgement[]) => rejudged.map(({ lot }) => lot).sort();

  async function line(from: string, to: string): Promise<Recorded> {
    const { custody } = world;
    const created = await custody.post(from, mined(`${from}/1`, '1000'));
    const sent = await custody.post(from, dispatched(to, [{ lot: `${from}/1`, kg: '1000' }]));
    await custody.post(to, received(sent.digest, [{ lot: `${from}/1`, kg: '1000' }]));
    await custody.post(
      to,
      transformed('CRACK_LEACH', [{ lot: `${from}/1`, kg: '1000' }], [{ lot: `${to}/C`, kg: '700' }]),
    );
    await custody.post(
      to,
      transformed(
        'CRACK_LEACH',
        [{ lot: `${to}/C`, kg: '700' }],
        [{ lot: `${to}/D`, kg: '500', form: 'OXIDE' }],
      ),
    );
    return created;
  }

  beforeAll(async () => {
    world = await openWorld();
    const { custody, registry } = world;
    service = await TestService.start(world);
    pool = new pg.Pool({ connectionString: service.database.adminUrl });
    const text = await readFile(new URL(`../../../policies/WC-3.json`, import.meta.url), 'utf8');
    await registry.publishPolicy('WC-3', JSON.parse(text) as object);
    const facilities = ['mine', 'plant', 'quarry', 'works'];
    for (const facility of facilities) await custody.join(facility);
    for (const facility of facilities) await custody.seeRoot(facility);
    ore = await line('mine', 'plant');
    await line('quarry', 'works');
    await custody.round(...facilities);
    await service.provenance.caughtUp();
    await service.provenance.rejudge();
    for (const lot of ['mine/1', 'plant/D', 'works/D', 'quarry/1']) await ask(lot);
    firstHorizon = (await ask('plant/D', { question: { deliveryDate: '2027-02-15' } })).verdict.horizon.size;
  });

  afterAll(async () => {
    await pool.end();
    await service.close();
    await closeWorld(world);
  });

  it('gives nothing anew while nothing is recorded, or only what no verdict rests on', async () => {
    expect(await advance()).toEqual([]);
    await world.custody.post('mine', mined('mine/77', '5'));
    expect(await advance('mine')).toEqual([]);
    await world.registry.registerOrganization('strangers');
    expect(await advance('plant')).toEqual([]);
  });

  it('gives anew what descends from a late correction, under each question, and nothing else', async () => {
    const { v: _v, facility: _f, eventId, occurredAt: _o, ...body } = ore.event;
    const { index } = await world.custody.post('mine', {
      ...{ type: 'Corrected', target: { eventId, payload: ore.digest }, reason: 'weighed again' },
      replacement: { ...body, mass: { net: { value: '900', unit: 'kg' } } },
    });
    const rejudged = await advance('mine');
    expect(lotsOf(rejudged)).toEqual(['mine/1', 'plant/D', 'plant/D']);
    for (const one of rejudged) {
      expect(one.cause).toEqual({ origin: origin('mine'), index });
      expect(one.after.id).not.toBe(one.before.id);
    }
    const [first, dated, again] = await given('plant/D');
    expect(first).toMatchObject({ timesAsked: 1, horizon: { size: firstHorizon } });
    expect(dated).toMatchObject({ timesAsked: 1 });
    expect(again).toMatchObject({ timesAsked: 0, givenAnew: { origin: origin('mine'), index } });
    expect([first!.id, dated!.id]).toContain(again!.givenAnew!.before);
    const fresh = await ask('plant/D');
    expect(rejudged.map(({ after }) => after.id)).toContain(fresh.id);
  });

  it('gives anew once, however often it is tried and wherever it was ended', async () => {
    await world.custody.postUnreadable('mine', 'mine/1');
    await world.custody.round('mine');
    await service.provenance.caughtUp();
    const { rows } = await pool.query<{ settled: string }>(`SELECT settled FROM asked.rejudging`);
    await Promise.all([service.provenance.rejudge(), service.provenance.rejudge()]);
    await service.provenance.rejudge();
    const since = await new Rejudgements(pool).since(last);
    expect(lotsOf(since)).toEqual(['mine/1', 'plant/D', 'plant/D']);
    // As if the process had ended before it could say that it is done.
    await pool.query(`UPDATE asked.rejudging SET settled = $1`, [rows[0]!.settled]);
    await service.provenance.rejudge();
    expect(await new Rejudgements(pool).since(last)).toEqual(since);
    last = since.at(-1)!.id;
  });

  it('looks at a verdict that was given at an earlier horizon, too, once', async () => {
    const early = await ask('plant/D', { horizon: firstHorizon, question: { deliveryDate: '2027-03-01' } });
    const [one, ...others] = await advance();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ lot: 'plant/D', before: { id: early.id } });
    expect(one!.cause.origin).toBe(origin('mine'));
    // Nothing that it rests on was recorded since this one.
    await ask('works/D', { horizon: firstHorizon, question: { deliveryDate: '2027-03-01' } });
    expect(await advance()).toEqual([]);
  });

  it('follows a statement about an organization to the lots that one of its facilities had', async () => {
    const index = await world.registry.state({
      type: 'OwnershipDeclared',
      organization: 'quarry-co',
      holders: [],
      from: '2026-01-01',
    });
    const rejudged = await advance('quarry');
    expect(lotsOf(rejudged)).toEqual(['quarry/1', 'works/D', 'works/D']);
    for (const { cause } of rejudged)
      expect(cause).toEqual({ origin: world.registry.network.rootOrigin, index });
  });

  it('follows a statement about a facility as a whole, its record, its key and its log', async () => {
    const { registry, custody } = world;
    const works = ['works/D', 'works/D'];
    await custody.post('works', {
      ...{ type: 'AgreementRecorded', agreement: 'A-1', kind: 'offtake', from: '2026-01-01' },
      parties: [{ organization: 'works-co', role: 'seller' }],
    });
    const facilityWide = lotsOf(await advance('works'));
    expect(facilityWide).toEqual(['quarry/1', ...works]);
    await registry.registerFacility('works', {
      ...{ type: 'FacilityAmended', country: 'US', reason: 'moved on paper' },
      effectiveFrom: world.clock.now().toISOString(),
    });
    expect(lotsOf(await advance('works'))).toEqual(['quarry/1', ...works]);
    await registry.state({
      ...{ type: 'KeyRevoked', kid: custody.signersOf('works').event.kid, reason: 'other' },
      suspectFrom: '2026-01-01T00:00:00Z',
    });
    expect(lotsOf(await advance('works'))).toEqual(['quarry/1', ...works]);
    await registry.append({
      ...{ kind: 'logFault', origin: origin('quarry'), fault: 'withheld', size: 1, evidence: ['invented'] },
    });
    expect(lotsOf(await advance('works'))).toEqual(['quarry/1', ...works]);
  });

  it('keeps what was given anew through a rebuild', async () => {
    const before = await given('plant/D');
    const { before: digest, after } = await service.provenance.rebuild('kept');
    expect(after).toBe(digest);
    expect(await given('plant/D')).toEqual(before);
    expect(await advance()).toEqual([]);
  });

  it('lets a verdict be asked for while the same one is given anew', async () => {
    const { verdict } = await ask('works/D', { question: { deliveryDate: '2027-04-01' } });
    const another = { ...verdict, question: { deliveryDate: '2027-05-01' } } as Verdict;
    const asked = { askedBy: 'somebody', askedAt: world.clock.now() };
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM asked.rejudging FOR UPDATE');
      const kept = new VerdictStore(pool).keep(another, asked);
      await until(async () => {
        const { rowCount } = await pool.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rowCount === 1;
      });
      const { id } = await putOnFile(client, another, asked);
      await client.query('COMMIT');
      await expect(kept).resolves.toBe(id);
    } finally {
      client.release(true);
    }
  });
});
