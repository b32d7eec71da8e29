import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mined } from './support/events.js';
import { policyOf } from './support/policies.js';
import { TestService } from './support/test-service.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

interface Run {
  readonly id: string;
  readonly state: string;
  readonly endedAt?: string;
  readonly verdicts: { readonly done: number; readonly total: number };
  readonly outcomes: readonly { readonly from: string; readonly to: string; readonly count: number }[];
  readonly changed: readonly { readonly id: string; readonly lot: string; readonly policy: string }[];
}

const OFFICE = [{ role: 'administrator' }] as const;
const LOTS = Array.from({ length: 30 }, (_, i) => `mine/${String(i + 1)}`);

describe('what a policy document would change', () => {
  let world: World;
  let service: TestService;
  let lenient: string;
  const given: string[] = [];

  async function ended(id: string): Promise<Run> {
    for (;;) {
      const { status, body } = await service.get(`/v1/simulations/${id}`, OFFICE);
      expect(status).toBe(200);
      const run = body as Run;
      if (run.state !== 'running') return run;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function begun(document: string, body: object = {}): Promise<string> {
    const answer = await service.post(`/v1/policies/${document}/simulate`, body, OFFICE);
    expect(answer.status).toBe(202);
    return (answer.body as Run).id;
  }

  beforeAll(async () => {
    world = await openWorld();
    const { custody, registry } = world;
    service = await TestService.start(world);
    const [wc0, wc3] = [(await policyOf('WC-0')).document, (await policyOf('WC-3')).document];
    await registry.publishPolicy('WC-0', wc0);
    await registry.publishPolicy('WC-3', wc3);
    // Keys, contradictions, the reasons given: what holds of any lot.
    lenient = registry.keepPolicy({ ...wc3, title: 'a draft', rules: ['C01@1', 'C02@1', 'C51@1'] });
    await custody.join('mine');
    await custody.seeRoot('mine');
    for (const lot of LOTS) await custody.post('mine', mined(lot));
    await custody.round('mine');
    await service.provenance.caughtUp();
    for (const lot of LOTS) {
      const { body } = await service.post('/v1/verdicts', { lot, policy: 'WC-3' });
      given.push((body as { id: string }).id);
    }
    await service.post('/v1/verdicts', { lot: 'mine/1', policy: 'WC-0' });
  });

  afterAll(async () => {
    await service.close();
    await closeWorld(world);
  });

  it('judges every verdict on file under a draft that nobody published', async () => {
    const run = await ended(await begun(lenient, { under: 'WC-3' }));
    expect(run).toMatchObject({ state: 'done', verdicts: { done: LOTS.length, total: LOTS.length } });
    expect(run.outcomes).toEqual([{ from: 'INSUFFICIENT', to: 'PASS', count: LOTS.length }]);
    expect(run.changed.map(({ id }) => id)).toEqual(given);
    expect(run.endedAt).toBeDefined();
  });

  it('judges those under other policies, too, unless it is told not to', async () => {
    const run = await ended(await begun(lenient));
    expect(run.verdicts).toEqual({ done: LOTS.length + 1, total: LOTS.length + 1 });
    expect(new Set(run.changed.map(({ policy }) => policy))).toContain('WC-3');
  });

  it('finds nothing changed under the document that the verdicts were given under', async () => {
    const { body } = await service.get('/v1/policies');
    const { policies } = body as { policies: { policy: string; document: string }[] };
    const { document } = policies.find(({ policy }) => policy === 'WC-3')!;
    const run = await ended(await begun(document, { under: 'WC-3' }));
    expect(run.changed).toEqual([]);
    expect(run.outcomes.every(({ from, to }) => from === to)).toBe(true);
  });

  it('gives no verdict by it', async () => {
    const before = await service.get('/v1/lots/mine/1/verdicts');
    await ended(await begun(lenient));
    expect((await service.get('/v1/lots/mine/1/verdicts')).body).toEqual(before.body);
    expect((await service.post('/v1/verdicts', { lot: 'mine/1', policy: lenient })).status).toBe(422);
  });

  it('ends when it is told to, and keeps what it found so far', async () => {
    const id = await begun(lenient);
    expect((await service.delete(`/v1/simulations/${id}`, OFFICE)).status).toBe(202);
    const run = await ended(id);
    expect(run.state).toBe('cancelled');
    expect(run.verdicts.done).toBeLessThan(run.verdicts.total);
    expect((await service.delete(`/v1/simulations/${id}`, OFFICE)).body).toEqual(run);
  });

  it.each([
    {
      what: 'a document that nobody has',
      digest: '0'.repeat(64),
      status: 404,
      type: 'policy-document-unknown',
    },
    { what: 'what is no digest', digest: 'WC-3', status: 400, type: 'invalid-request' },
  ])('refuses $what', async ({ digest, status, type }) => {
    const answer = await service.post(`/v1/policies/${digest}/simulate`, {}, OFFICE);
    expect(answer).toMatchObject({ status, body: { type: expect.stringMatching(`/${type}$`) } });
  });

  it('refuses a name that no policy has, under which nothing would change', async () => {
    const answer = await service.post(`/v1/policies/${lenient}/simulate`, { under: 'WC-03' }, OFFICE);
    expect(answer).toMatchObject({
      status: 422,
      body: { type: expect.stringMatching('/policy-unknown$'), published: ['WC-0', 'WC-3'] },
    });
  });

  it('begins no more than it can show, and forgets none that runs', async () => {
    const begin = () => service.post(`/v1/policies/${lenient}/simulate`, {}, OFFICE);
    const answers = await Promise.all(Array.from({ length: 30 }, begin));
    const running = answers.filter(({ status }) => status === 202).map(({ body }) => (body as Run).id);
    expect(answers.filter(({ status }) => status !== 202).length).toBeGreaterThan(0);
    for (const { status, body } of answers.filter((one) => one.status !== 202)) {
      expect({ status, body }).toMatchObject({
        status: 409,
        body: { type: expect.stringMatching('/too-many-simulations$') },
      });
    }
    for (const id of running) {
      expect((await service.delete(`/v1/simulations/${id}`, OFFICE)).status).toBe(202);
      expect((await ended(id)).state).toMatch(/^(cancelled|done)$/);
    }
    expect((await begin()).status).toBe(202);
  });

  it('refuses a document that is no policy, before it begins', async () => {
    const digest = world.registry.keepPolicy({ v: 1, id: 'nonsense' });
    const answer = await service.post(`/v1/policies/${digest}/simulate`, {}, OFFICE);
    expect(answer).toMatchObject({
      status: 422,
      body: { type: expect.stringMatching('/policy-unreadable$') },
    });
  });

  it('knows no simulation that nobody began, and shows none to auditors', async () => {
    const id = '0190d6c4-5b1e-7c3a-9d2f-3a1b5c7d9e10';
    expect((await service.get(`/v1/simulations/${id}`, OFFICE)).status).toBe(404);
    expect((await service.post(`/v1/policies/${lenient}/simulate`, {})).status).toBe(403);
  });
});
