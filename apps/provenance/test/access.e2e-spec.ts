import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { CallerRole } from '@lodemark/platform';
import pg from 'pg';
import { dispatched, mined, received, transformed } from './support/events.js';
import { EVERYTHING, TestService } from './support/test-service.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

const operator = (...facilities: string[]): CallerRole => ({ role: 'facility-operator', facilities });
const auditor = (
  engagement: Partial<Extract<CallerRole, { role: 'auditor' }>['engagement']>,
): CallerRole => ({
  role: 'auditor',
  engagement: {
    lots: [],
    facilities: [],
    from: '2026-01-01T00:00:00Z',
    to: '2027-01-01T00:00:00Z',
    ...engagement,
  },
});

/** mine → plant → smelter; another mine has nothing to do with them. */
const CALLERS = {
  'the mine': operator('mine'),
  'the plant': operator('plant'),
  'the smelter': operator('smelter'),
  'a stranger': operator('elsewhere'),
  'an auditor of the mine': auditor({ facilities: ['mine'] }),
  'an auditor of the carbonate': auditor({ lots: ['plant/C-1'] }),
  'an auditor of everything': EVERYTHING,
  'an auditor whose time has passed': auditor({ lots: '*', facilities: '*', to: '2026-06-01T00:00:00Z' }),
  'an auditor whose time is to come': auditor({ lots: '*', facilities: '*', from: '2026-12-01T00:00:00Z' }),
  'the registrar': { role: 'registrar' },
  'an administrator': { role: 'administrator' },
} as const satisfies Record<string, CallerRole>;
type CallerName = keyof typeof CALLERS;

/** Lots that each may find: its own, those on their way to it, those engaged for, all. */
const LOTS: Record<CallerName, string[]> = {
  'the mine': ['mine/1', 'mine/2'],
  'the plant': ['mine/1', 'mine/2', 'plant/C-1'],
  'the smelter': ['plant/C-1', 'smelter/A-1'],
  'a stranger': ['elsewhere/1'],
  'an auditor of the mine': ['mine/1', 'mine/2'],
  'an auditor of the carbonate': ['plant/C-1'],
  'an auditor of everything': ['elsewhere/1', 'mine/1', 'mine/2', 'plant/C-1', 'smelter/A-1'],
  'an auditor whose time has passed': [],
  'an auditor whose time is to come': [],
  'the registrar': ['elsewhere/1', 'mine/1', 'mine/2', 'plant/C-1', 'smelter/A-1'],
  'an administrator': ['elsewhere/1', 'mine/1', 'mine/2', 'plant/C-1', 'smelter/A-1'],
};
const EVERY_LOT = LOTS['an administrator'];

/** Entries about mine/1 that each is shown, as `facility type`. */
const ENTRIES_OF_MINE_1: Partial<Record<CallerName, string[]>> = {
  'the mine': ['mine LotCreated', 'mine Dispatched', 'plant Received'],
  'the plant': ['mine Dispatched', 'plant Received', 'plant Transformed'],
  'an auditor of the mine': ['mine LotCreated', 'mine Dispatched', 'plant Received', 'plant Transformed'],
  'the registrar': ['mine LotCreated', 'mine Dispatched', 'plant Received', 'plant Transformed'],
};

const INBOUND_OF_PLANT: Record<CallerName, number> = {
  'the mine': 403,
  'the plant': 200,
  'the smelter': 403,
  'a stranger': 403,
  'an auditor of the mine': 403,
  'an auditor of the carbonate': 403,
  'an auditor of everything': 200,
  'an auditor whose time has passed': 403,
  'an auditor whose time is to come': 403,
  'the registrar': 200,
  'an administrator': 200,
};

describe('who sees what', () => {
  let world: World;
  let service: TestService;
  let verdict: string;

  beforeAll(async () => {
    world = await openWorld();
    const { custody, registry } = world;
    service = await TestService.start(world);
    const text = await readFile(new URL('../../../policies/WC-3.json', import.meta.url), 'utf8');
    await registry.publishPolicy('WC-3', JSON.parse(text) as object);
    const facilities = ['elsewhere', 'mine', 'plant', 'smelter'];
    for (const facility of facilities) await custody.join(facility);
    for (const facility of facilities) await custody.seeRoot(facility);
    await custody.post('elsewhere', mined('elsewhere/1'));
    await custody.post('mine', mined('mine/1'));
    await custody.post('mine', mined('mine/2'));
    const first = await custody.post('mine', dispatched('plant', [{ lot: 'mine/1', kg: '1000' }]));
    await custody.post('mine', dispatched('plant', [{ lot: 'mine/2', kg: '1000' }]));
    await custody.post('plant', received(first.digest, [{ lot: 'mine/1', kg: '1000' }]));
    await custody.post(
      'plant',
      transformed('CRACK_LEACH', [{ lot: 'mine/1', kg: '1000' }], [{ lot: 'plant/C-1', kg: '700' }]),
    );
    const second = await custody.post(
      'plant',
      dispatched('smelter', [{ lot: 'plant/C-1', kg: '700', form: 'MIXED_CARBONATE' }]),
    );
    await custody.post(
      'smelter',
      received(second.digest, [{ lot: 'plant/C-1', kg: '700', form: 'MIXED_CARBONATE' }]),
    );
    await custody.post(
      'smelter',
      transformed(
        'SEPARATE',
        [{ lot: 'plant/C-1', kg: '700' }],
        [{ lot: 'smelter/A-1', kg: '300', form: 'OXIDE' }],
      ),
    );
    await custody.postUnreadable('plant', 'plant/C-1');
    await custody.round(...facilities);
    await service.provenance.caughtUp();
    const given = await service.post('/v1/verdicts', { lot: 'smelter/A-1' });
    verdict = (given.body as { id: string }).id;
  });

  afterAll(async () => {
    await service.close();
    await closeWorld(world);
  });

  const names = Object.keys(CALLERS) as CallerName[];

  it.each(names)('lets %s find what is theirs and nothing else', async (name) => {
    const { status, body } = await service.get('/v1/lots', [CALLERS[name]]);
    expect(status).toBe(200);
    expect((body as { lots: { lot: string }[] }).lots.map(({ lot }) => lot)).toEqual(LOTS[name]);
  });

  it.each(names)('answers %s about each lot as the search does', async (name) => {
    for (const lot of EVERY_LOT) {
      const expected = LOTS[name].includes(lot) ? 200 : 404;
      for (const view of ['', '/lineage', '/custody', '/mass-balance', '/shares']) {
        const { status } = await service.get(`/v1/lots/${lot}${view}`, [CALLERS[name]]);
        expect(`${lot}${view} ${status}`).toBe(`${lot}${view} ${expected}`);
      }
      const asked = await service.post('/v1/verdicts', { lot }, [CALLERS[name]]);
      expect(`verdict ${lot} ${asked.status}`).toBe(`verdict ${lot} ${expected === 200 ? 201 : 404}`);
    }
  });

  it.each(Object.entries(ENTRIES_OF_MINE_1))(
    'shows %s the entries of a lot that concern them',
    async (name, entries) => {
      const { body } = await service.get('/v1/lots/mine/1', [CALLERS[name as CallerName]]);
      const shown = body as { entries: { type: string; entry: { facility: string } }[]; withheld: number };
      expect(shown.entries.map(({ type, entry }) => `${entry.facility} ${type}`)).toEqual(entries);
      expect(shown.withheld).toBe(4 - entries.length);
    },
  );

  it('counts what it does not show in a lineage', async () => {
    const { body } = await service.get('/v1/lots/smelter/A-1/lineage', [CALLERS['the smelter']]);
    const lineage = body as { nodes: { lot: string }[]; withheld: number };
    expect(lineage.nodes.map(({ lot }) => lot)).toEqual(['smelter/A-1', 'plant/C-1']);
    expect(lineage.withheld).toBe(1);
    expect(JSON.stringify(body)).not.toContain('mine/1');
  });

  it.each(names)('tells %s what is inbound for the plant only if it is theirs to know', async (name) => {
    const { status } = await service.get('/v1/inbound?facility=plant', [CALLERS[name]]);
    expect(status).toBe(INBOUND_OF_PLANT[name]);
  });

  it.each(names)('shows %s the log of a facility as what is on its way there', async (name) => {
    const { status, body } = await service.get('/v1/logs/plant/entries', [CALLERS[name]]);
    expect(status).toBe(INBOUND_OF_PLANT[name]);
    const shown = (body as { entries?: { index: number }[] }).entries?.map(({ index }) => index);
    if (status === 200) expect(shown?.slice(0, 2)).toEqual([0, 1]);
    else expect(shown).toBeUndefined();
  });

  it.each(names)('shows %s a given verdict as it shows the lot', async (name) => {
    const expected = LOTS[name].includes('smelter/A-1') ? 200 : 404;
    expect((await service.get(`/v1/verdicts/${verdict}`, [CALLERS[name]])).status).toBe(expected);
    expect((await service.get(`/v1/verdicts/${verdict}.bytes`, [CALLERS[name]])).status).toBe(expected);
  });

  it.each(names)('shows %s the parked entries that concern them', async (name) => {
    const { status, body } = await service.get('/v1/parked', [CALLERS[name]]);
    expect(status).toBe(200);
    const sees = [
      'the plant',
      'an auditor of the carbonate',
      'an auditor of everything',
      'the registrar',
      'an administrator',
    ];
    expect((body as { entries: unknown[] }).entries.length).toBe(sees.includes(name) ? 1 : 0);
  });

  it('leaves in doubt every lot that descends from a parked entry’s, and says so', async () => {
    const { body } = await service.get('/v1/lots/smelter/A-1');
    expect(body).toMatchObject({ inDoubt: [{ entry: { facility: 'plant' }, lots: ['plant/C-1'] }] });
    const upstream = await service.get('/v1/lots/mine/1');
    expect(upstream.body).toMatchObject({ inDoubt: [] });
    const given = await service.post('/v1/verdicts', { lot: 'smelter/A-1' });
    const { findings, outcome } = (
      given.body as { verdict: { outcome: string; findings: { code: string }[] } }
    ).verdict;
    expect(outcome).not.toBe('PASS');
    expect(findings.map(({ code }) => code)).toContain('entry-parked');
  });

  const READS = [
    '/v1/lots',
    '/v1/lots/mine/1',
    '/v1/lots/mine/1/lineage',
    '/v1/lots/mine/1/custody',
    '/v1/lots/mine/1/mass-balance',
    '/v1/lots/mine/1/shares',
    '/v1/inbound?facility=plant',
    '/v1/facilities',
    '/v1/organizations/mine-co',
    '/v1/policies',
    '/v1/horizons/latest',
    '/v1/parked',
    `/v1/verdicts/${'0'.repeat(64)}`,
  ];

  it.each(READS)('shows nobody %s without a token', async (url) => {
    expect(await service.get(url, [])).toMatchObject({ status: 401 });
  });

  const administrator = [CALLERS['an administrator']];

  interface Run {
    state: string;
    entries: { done: number; total: number };
    rebuilt: { entries: number };
  }

  async function ended(id: string): Promise<Run> {
    for (;;) {
      const run = (await service.get(`/v1/rebuilds/${id}`, administrator)).body as Run;
      if (run.state !== 'running') return run;
      await sleep(20);
    }
  }

  it('takes questions and rebuilds from nobody without a token or the role', async () => {
    expect((await service.post('/v1/verdicts', { lot: 'mine/1' }, [])).status).toBe(401);
    expect((await service.post('/v1/rebuilds', {}, [])).status).toBe(401);
    for (const name of names) {
      if (name === 'an administrator') continue;
      expect((await service.post('/v1/rebuilds', { source: 'kept' }, [CALLERS[name]])).status).toBe(403);
      expect((await service.get(`/v1/rebuilds/${randomUUID()}`, [CALLERS[name]])).status).toBe(403);
    }
  });

  it('knows no rebuild that nobody began, as after a restart', async () => {
    const unknown = await service.get(`/v1/rebuilds/${randomUUID()}`, administrator);
    expect(unknown).toMatchObject({
      status: 404,
      body: { type: expect.stringContaining('rebuild-unknown') },
    });
    expect((await service.get('/v1/rebuilds/latest', administrator)).status).toBe(400);
  });

  it('rebuilds for an administrator without touching what was asked', async () => {
    for (const source of ['kept', 'logs']) {
      const begun = await service.post('/v1/rebuilds', { source }, administrator);
      expect(begun).toMatchObject({ status: 202, body: { source, state: 'running' } });
      const { id } = begun.body as { id: string };
      const { rebuilt, entries, state } = await ended(id);
      expect({ state, rebuilt }).toMatchObject({ state: 'done', rebuilt: { same: true } });
      expect(entries).toEqual({ done: rebuilt.entries, total: rebuilt.entries });
    }
    expect((await service.get(`/v1/verdicts/${verdict}`)).status).toBe(200);
  });

  it('gives the rebuild that runs to whoever asks again, and says of one that broke off what kept it', async () => {
    const before = await service.provenance.digest();
    const other = new pg.Client({ connectionString: service.database.adminUrl });
    await other.connect();
    try {
      await other.query('BEGIN');
      // Keeps a rebuild waiting, and nobody who applies entries.
      await other.query('LOCK TABLE provenance.log IN SHARE UPDATE EXCLUSIVE MODE');
      const begun = await service.post('/v1/rebuilds', { source: 'kept' }, administrator);
      const again = await service.post('/v1/rebuilds', { source: 'logs' }, administrator);
      expect(again.body).toEqual(begun.body);
      await breakOffWaiting(other);
      const run = await ended((begun.body as { id: string }).id);
      expect(run).toMatchObject({ state: 'failed', failure: expect.stringContaining('terminat') });
    } finally {
      await other.query('ROLLBACK');
      await other.end();
    }
    expect(await service.provenance.digest()).toBe(before);
  });
});

/** Ends the connection that waits for a lock on the logs. */
async function breakOffWaiting(admin: pg.Client): Promise<void> {
  for (;;) {
    // Within a transaction the first look at the sessions is otherwise the last.
    await admin.query('SELECT pg_stat_clear_snapshot()');
    const { rowCount } = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE log%'`,
    );
    if (rowCount === 1) return;
    await sleep(20);
  }
}
