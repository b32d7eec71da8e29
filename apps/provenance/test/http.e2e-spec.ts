import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseEvent } from '@lodemark/domain';
import { sha256Hex } from '@lodemark/transparency';
import { dispatched, mined, received, transformed } from './support/events.js';
import type { Recorded } from './support/test-custody.js';
import { TestService } from './support/test-service.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(60_000);

async function policyDocument(name: string): Promise<object> {
  const text = await readFile(new URL(`../../../policies/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as object;
}

describe('the HTTP API', () => {
  let world: World;
  let service: TestService;
  let dispatch: Recorded;
  let openDispatch: Recorded;

  beforeAll(async () => {
    world = await openWorld();
    const { custody, registry } = world;
    service = await TestService.start(world);
    await registry.publishPolicy('WC-3', await policyDocument('WC-3'));
    for (const facility of ['mine', 'plant']) await custody.join(facility);
    for (const facility of ['mine', 'plant']) await custody.seeRoot(facility);
    await custody.post('mine', mined('mine/2026-1', '1000', { heat: 'H-77', grade: 'A' }));
    await custody.post('mine', mined('mine/2026-2', '500'));
    dispatch = await custody.post(
      'mine',
      dispatched('plant', [{ lot: 'mine/2026-1', kg: '1000' }], {
        containers: ['CSQU3054383'],
        contract: 'Offtake-1',
      }),
    );
    openDispatch = await custody.post(
      'mine',
      dispatched('plant', [{ lot: 'mine/2026-2', kg: '500' }], {
        seals: [{ number: 'KZ-1' }],
        waybill: 'BL-2',
      }),
    );
    await custody.post('plant', received(dispatch.digest, [{ lot: 'mine/2026-1', kg: '998' }]));
    await custody.post(
      'plant',
      transformed('CRACK_LEACH', [{ lot: 'mine/2026-1', kg: '998' }], [{ lot: 'plant/C-1', kg: '700' }]),
    );
    await custody.round('mine', 'plant');
    await service.provenance.caughtUp();
  });

  afterAll(async () => {
    await service.close();
    await closeWorld(world);
  });

  it.each([
    ['number=2026', ['mine/2026-1', 'mine/2026-2']],
    ['number=c-', ['plant/C-1']],
    ['heat=h-77', ['mine/2026-1']],
    ['container=CSQU3054383', ['mine/2026-1']],
    ['seal=KZ-1', ['mine/2026-2']],
    ['contract=OFFTAKE-1', ['mine/2026-1']],
    ['waybill=BL-2', ['mine/2026-2']],
    ['facility=plant', ['mine/2026-1', 'plant/C-1']],
    ['form=MIXED_CARBONATE', ['plant/C-1']],
    ['form=CONCENTRATE&facility=plant', ['mine/2026-1']],
    ['heat=nothing', []],
  ])('finds lots by %s', async (query, lots) => {
    const { status, body } = await service.get(`/v1/lots?${query}`);
    expect(status).toBe(200);
    expect((body as { lots: { lot: string }[] }).lots.map(({ lot }) => lot)).toEqual(lots);
  });

  it('pages through lots', async () => {
    const first = await service.get('/v1/lots?limit=2');
    expect(first.body).toMatchObject({ next: 'mine/2026-2' });
    const second = await service.get('/v1/lots?limit=2&after=mine/2026-2');
    expect(second.body).toMatchObject({ lots: [{ lot: 'plant/C-1' }] });
    expect(second.body).not.toHaveProperty('next');
  });

  it('shows a lot with its standings and every entry about it', async () => {
    const { body } = await service.get('/v1/lots/mine/2026-1');
    expect(body).toMatchObject({
      lot: 'mine/2026-1',
      form: 'CONCENTRATE',
      madeKg: '1000.000000',
      heat: 'H-77',
      origin: { kind: 'created', origin: 'mined' },
      standings: [
        { facility: 'mine', standing: 'in-transit' },
        { facility: 'plant', standing: 'released' },
      ],
      inDoubt: [],
      withheld: 0,
    });
    const { entries } = body as { entries: { type: string; status: string }[] };
    expect(entries.map(({ type, status }) => [type, status])).toEqual([
      ['LotCreated', 'counted'],
      ['Dispatched', 'counted'],
      ['Received', 'counted'],
      ['Transformed', 'counted'],
    ]);
  });

  it('follows lineage up and down', async () => {
    const up = await service.get('/v1/lots/plant/C-1/lineage');
    expect(up.body).toMatchObject({
      nodes: [
        { lot: 'plant/C-1', steps: 0, origin: 'process', country: 'CA' },
        { lot: 'mine/2026-1', steps: 1, origin: 'created' },
      ],
      edges: [{ input: 'mine/2026-1', output: 'plant/C-1', step: 'CRACK_LEACH', inputKg: '998.000000' }],
      handOvers: [{ dispatch: dispatch.digest, from: 'mine', to: 'plant' }],
    });
    const down = await service.get('/v1/lots/mine/2026-1/lineage?direction=down');
    expect(down.body).toMatchObject({ nodes: [{ lot: 'mine/2026-1' }, { lot: 'plant/C-1' }] });
  });

  it('tells who had the lot when, and who should have reported', async () => {
    const { body } = await service.get('/v1/lots/mine/2026-2/custody');
    expect(body).toMatchObject({
      custody: [{ facility: 'mine', to: expect.any(String) }],
      transit: [
        {
          dispatch: openDispatch.digest,
          from: 'mine',
          to: 'plant',
          arrivedAt: null,
          packages: { '-': 'open' },
        },
      ],
      gaps: [{ kind: 'not-answered', shouldReport: 'plant' }],
      overlaps: [],
    });
  });

  it('balances every step behind a lot', async () => {
    const { body } = await service.get('/v1/lots/plant/C-1/mass-balance');
    expect(body).toMatchObject({
      steps: [
        {
          step: 'CRACK_LEACH',
          rows: [
            {
              element: 'gross',
              inKg: '998.000000',
              productKg: '700.000000',
              unexplainedKg: '298.000000',
              status: 'open',
            },
          ],
        },
      ],
    });
  });

  it('tells a facility what is on its way, with a receipt that only lacks id and time', async () => {
    const { body } = await service.get('/v1/inbound?facility=plant', [
      { role: 'facility-operator', facilities: ['plant'] },
    ]);
    const { dispatches } = body as { dispatches: { dispatch: string; receipt: Record<string, unknown> }[] };
    expect(dispatches.map((one) => one.dispatch)).toEqual([openDispatch.digest]);
    const parsed = parseEvent({
      ...dispatches[0]!.receipt,
      eventId: '00000000-0000-4000-8000-000000000001',
      occurredAt: '2026-11-24T10:00:00Z',
    });
    expect(parsed).toMatchObject({ ok: true });
  });

  it('answers a question with a verdict that keeps its bytes', async () => {
    const asked = { lot: 'plant/C-1', question: { deliveryDate: '2027-02-15' } };
    const first = await service.post('/v1/verdicts', asked);
    expect(first.status).toBe(201);
    const { id, verdict } = first.body as { id: string; verdict: { outcome: string } };
    expect(verdict.outcome).not.toBe('PASS');
    const again = await service.post('/v1/verdicts', asked);
    expect(again.body).toEqual(first.body);
    const bytes = await service.get(`/v1/verdicts/${id}.bytes`);
    expect(sha256Hex(Buffer.from(bytes.text))).toBe(id);
    const prose = await service.get(`/v1/verdicts/${id}`, undefined, 'text/plain');
    expect(prose.headers['content-type']).toMatch(/^text\/plain/);
    expect(prose.text).toContain('plant/C-1');
    expect((await service.get(`/v1/verdicts/${id}`)).body).toEqual(first.body);
  });

  it('refuses questions that it cannot answer, with the reason', async () => {
    expect(await service.post('/v1/verdicts', { lot: 'plant/C-1', policy: 'WC-9' })).toMatchObject({
      status: 422,
      body: { type: expect.stringContaining('policy-unknown') },
    });
    expect(await service.post('/v1/verdicts', { lot: 'plant/none' })).toMatchObject({ status: 404 });
    expect(
      await service.post('/v1/verdicts', {
        lot: 'plant/C-1',
        question: { deliveryDate: '2027-02-15T00:00:00Z' },
      }),
    ).toMatchObject({ status: 400, body: { errors: [{ pointer: '/question/deliveryDate' }] } });
    expect(await service.get('/v1/lots/plant/C-1?horizon=999')).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('horizon-not-filled'), horizon: 999 },
    });
    expect(await service.get('/v1/lots/plant/C-1?horizon=0')).toMatchObject({ status: 400 });
  });

  it.each<[string, object, string]>([
    ['null for the contract', { question: null }, '/question'],
    ['a list for the contract', { question: [{ deliveryDate: '2027-02-15' }] }, '/question'],
    ['null for the end item', { question: { endItem: null } }, '/question/endItem'],
    ['a list for the end item', { question: { endItem: [] } }, '/question/endItem'],
    ['null for a date', { question: { deliveryDate: null } }, '/question/deliveryDate'],
    ['null for a policy', { policy: null }, '/policy'],
    ['a field that every object has', { question: { toString: 1 } }, '/question/toString'],
    ['a field that no object may have', { question: { constructor: 1 } }, '/question/constructor'],
    [
      'a control character in a name',
      { question: { endItem: { name: 'a\u0000' } } },
      '/question/endItem/name',
    ],
  ])('points to %s in a question, and does not answer it', async (_, more, pointer) => {
    const { status, body } = await service.post('/v1/verdicts', { lot: 'plant/C-1', ...more });
    expect([status, (body as { errors: { pointer: string }[] }).errors[0]?.pointer]).toEqual([400, pointer]);
  });

  it.each(['number', 'heat', 'container', 'seal', 'contract', 'shipment', 'waybill'])(
    'refuses to look for a NUL in %s, which no database could compare',
    async (term) => {
      expect(await service.get(`/v1/lots?${term}=a%00b`)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: `/${term}`, in: 'query' }] },
      });
    },
  );

  it('shows what the root log says of parties and policies', async () => {
    expect((await service.get('/v1/facilities')).body).toMatchObject({
      facilities: [
        { facility: 'mine', log: { counted: 4, held: 4, endedAt: null } },
        { facility: 'plant', log: { counted: 2, held: 2 } },
      ],
    });
    expect((await service.get('/v1/organizations/mine-co')).body).toMatchObject({ facilities: ['mine'] });
    expect((await service.get('/v1/organizations/nobody')).status).toBe(404);
    expect((await service.get('/v1/policies')).body).toMatchObject({
      defaultPolicy: 'WC-3',
      policies: [{ policy: 'WC-3', current: true }],
    });
  });

  it('says at which horizon it answers, and answers at an earlier one as it was then', async () => {
    const latest = await service.get('/v1/horizons/latest');
    const { horizon } = latest.body as { horizon: { size: number } };
    expect(latest.body).toMatchObject({ published: horizon.size, missing: [] });
    const before = await service.get(`/v1/lots?horizon=${horizon.size - 1}`);
    expect(before.body).toMatchObject({ horizon: { size: horizon.size - 1 }, lots: [] });
  });

  it('is ready while it follows the logs, and shows what it does', async () => {
    expect(await service.get('/health/ready', [])).toMatchObject({ status: 200 });
    expect((await service.get('/metrics', [])).text).toContain('lodemark_verdicts_total{');
  });
});
