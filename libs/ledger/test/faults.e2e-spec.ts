import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  LedgerBusy,
  ledgerPool,
  LedgerReader,
  LedgerUnavailable,
  RootLog,
  type EventPost,
  type Ledger,
} from '@lodemark/ledger';
import type { Pool } from 'pg';
import { CuttingProxy, type Cut } from './cutting-proxy.js';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility, NETWORK } from './signed-events.js';

let fixture: LedgerFixture;
let plant: Facility;
let count = 0;

beforeAll(async () => {
  fixture = await LedgerFixture.open('faults');
});

beforeEach(async () => {
  plant = new Facility(`plant-${(count += 1)}`);
  await fixture.ledger.open(plant.origin);
});

afterAll(() => fixture.close());

function someLots(many: number): EventPost[] {
  return Array.from({ length: many }, (_, i) => plant.created(String(i), '10'));
}

async function size(origin = plant.origin): Promise<number> {
  return (await fixture.reader.head(origin)).size;
}

describe('a connection that breaks while committing', () => {
  let proxy: CuttingProxy;
  let pool: Pool;
  let ledger: Ledger;

  beforeEach(async () => {
    const cutting = await CuttingProxy.before(fixture.database.serviceUrl);
    proxy = cutting.proxy;
    pool = ledgerPool({ connectionString: cutting.url, max: 4 });
    ledger = fixture.ledgerOn(pool);
  });

  afterEach(async () => {
    await pool.end();
    await proxy.close();
  });

  it.each<Cut[][]>([
    [['after-commit']],
    [['before-commit']],
    [['after-commit', 'after-commit']],
    [['before-commit', 'after-commit', 'before-commit']],
  ])('leaves every post recorded once: %j', async (cuts) => {
    proxy.plan(...cuts);
    const posts = [...someLots(20), plant.consumed('3', '10', 'x'), plant.consumed('3', '10', 'y')];
    const outcomes = await ledger.postAll(plant.origin, posts);
    expect(proxy.cuts).toBe(cuts.length);
    expect(outcomes.slice(0, 21).every(({ kind }) => kind === 'recorded')).toBe(true);
    expect(outcomes[21]).toMatchObject({ kind: 'refused', refusal: { code: 'lot-not-held' } });
    expect(await size()).toBe(21);
    for (const outcome of outcomes.slice(0, 21)) {
      if (outcome.kind !== 'recorded') continue;
      expect((await fixture.reader.entry(plant.origin, outcome.receipt.index))?.leaf).toBe(
        outcome.receipt.leaf,
      );
    }
    await fixture.expectClean(plant);
  });

  it('does not make a conflict be recorded twice', async () => {
    const original = plant.created('1', '10');
    await ledger.post(plant.origin, original);
    proxy.plan('after-commit');
    const contradiction = plant.created('1', '11', { eventId: original.event.eventId });
    expect(await ledger.post(plant.origin, contradiction)).toMatchObject({
      kind: 'conflict',
      conflict: { index: 1 },
    });
    expect(await size()).toBe(2);
    await fixture.expectClean(plant);
  });

  it('keeps an atomic group whole', async () => {
    proxy.plan('after-commit');
    const group = [plant.created('1', '10'), plant.consumed('1', '10', '2')];
    const outcomes = await ledger.postAll(plant.origin, group, { atomic: true });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'recorded']);
    expect(await size()).toBe(2);
    await fixture.expectClean(plant);
  });

  it('is told as unknown when the database stays away, and the same post settles it', async () => {
    const impatient = fixture.ledgerOn(pool, { retryFor: 300 });
    const event = plant.created('1', '10');
    proxy.plan('after-commit');
    const posted = impatient.post(plant.origin, event);
    const down = setInterval(() => (proxy.isDown ||= proxy.cuts > 0), 1);
    const error: unknown = await posted.catch((thrown: unknown) => thrown);
    clearInterval(down);
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'unknown' });
    proxy.isDown = false;
    expect(await impatient.post(plant.origin, event)).toMatchObject({ receipt: { index: 0 } });
    expect(await size()).toBe(1);
    await fixture.expectClean(plant);
  });

  it('is told as not recorded when nothing can have been committed', async () => {
    const impatient = fixture.ledgerOn(pool, { retryFor: 100 });
    proxy.isDown = true;
    await expect(impatient.post(plant.origin, plant.created('1', '10'))).rejects.toMatchObject({
      code: 'unavailable',
      outcome: 'not-recorded',
    });
    expect(await size()).toBe(0);
  });

  it('is told to readers as an outage, not as an answer', async () => {
    const reader = new LedgerReader({ pool });
    expect(await reader.head(plant.origin)).toMatchObject({ size: 0 });
    proxy.isDown = true;
    await expect(reader.entries(plant.origin, 0, 1)).resolves.toEqual([]);
    await pool.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
    await expect(reader.entries(plant.origin, 0, 1)).rejects.toBeInstanceOf(LedgerUnavailable);
    await expect(reader.head('unknown/log')).rejects.toMatchObject({ code: 'unavailable' });
    proxy.isDown = false;
    await expect(reader.head('unknown/log')).rejects.toMatchObject({ code: 'log-unknown' });
  });

  it('leaves a root log append done once', async () => {
    const origin = `${NETWORK}/root-${count}`;
    const log = new RootLog({ pool, clock: fixture.clock, origin });
    await log.open();
    let built = 0;
    proxy.plan('after-commit');
    const [genesis] = await log.append(({ recordedAt }) => {
      built += 1;
      const registrarKeys = [plant.publicKey];
      return Promise.resolve([
        { entry: { v: 1, kind: 'genesis', network: NETWORK, registrarKeys, recordedAt } },
      ]);
    });
    expect([genesis?.index, built, await size(origin)]).toEqual([0, 1, 1]);
    proxy.plan('before-commit');
    const digest = 'a'.repeat(64);
    const [certificate] = await log.append(({ recordedAt }) => {
      built += 1;
      return Promise.resolve([{ entry: { v: 1, kind: 'certificate', digest, recordedAt } }]);
    });
    expect([certificate?.index, built, await size(origin)]).toEqual([1, 3, 2]);
  });
});

describe('an error of the database on one post', () => {
  it('fails that post alone', async () => {
    const owner = fixture.poolOf(fixture.database.ownerUrl);
    const posts = someLots(50);
    const [culprit, second] = [posts[17]!, posts[44]!];
    await owner.query(`
      CREATE FUNCTION ledger.reject() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'not this one' USING ERRCODE = 'data_exception'; END $$;
      CREATE TRIGGER reject BEFORE INSERT ON ledger.entry FOR EACH ROW
        WHEN (NEW.event_id IN ('${culprit.event.eventId}', '${second.event.eventId}'))
        EXECUTE FUNCTION ledger.reject()`);
    const outcomes = await fixture.ledger.postAll(plant.origin, posts);
    await owner.query('DROP TRIGGER reject ON ledger.entry');
    expect(outcomes.flatMap(({ kind }, i) => (kind === 'recorded' ? [] : [i]))).toEqual([17, 44]);
    expect(outcomes[17]).toMatchObject({ kind: 'failed', error: { code: 'rejected-by-database' } });
    expect(await size()).toBe(48);
    expect(await fixture.ledger.post(plant.origin, culprit)).toMatchObject({ kind: 'recorded' });
    await fixture.expectClean(plant);
  });
});

describe('transient errors', () => {
  it('are tried again: a backend that an administrator ends, again and again', async () => {
    const admin = fixture.poolOf(fixture.database.adminUrl);
    const settled = { all: false };
    const posting = Promise.all(someLots(300).map((one) => fixture.ledger.post(plant.origin, one)));
    void posting.finally(() => (settled.all = true));
    let ended = 0;
    while (!settled.all && ended < 10) {
      const { rowCount } = await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE usename = $1 AND datname = current_database()`,
        [fixture.database.serviceRole],
      );
      ended += rowCount ?? 0;
    }
    const outcomes = await posting;
    expect(ended).toBeGreaterThan(0);
    expect(outcomes.every(({ kind }) => kind === 'recorded')).toBe(true);
    // A backend that was ended while it was idle is in the pool until its farewell has been read.
    const alive = async () => {
      const { rows } = await admin.query<{ alive: number }>(
        `SELECT count(*)::int AS alive FROM pg_stat_activity
         WHERE usename = $1 AND datname = current_database()`,
        [fixture.database.serviceRole],
      );
      return rows[0]?.alive ?? 0;
    };
    while ((await alive()) < fixture.pool.totalCount) await new Promise((go) => setTimeout(go, 10));
    expect(await size()).toBe(300);
    await fixture.expectClean(plant);
  }, 30_000);

  it('are tried again: a head that somebody holds longer than the lock may be waited for', async () => {
    const pool = ledgerPool({ connectionString: fixture.database.serviceUrl, max: 2, lock_timeout: 50 });
    const holder = await fixture.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM ledger.log WHERE origin = $1 FOR UPDATE', [plant.origin]);
    const posted = fixture.ledgerOn(pool).post(plant.origin, plant.created('1', '10'));
    await new Promise((go) => setTimeout(go, 300));
    await holder.query('ROLLBACK');
    holder.release();
    expect(await posted).toMatchObject({ kind: 'recorded' });
    await pool.end();
    await fixture.expectClean(plant);
  });

  it('cannot hold a log for ever: a process that stops in its transaction is cut off', async () => {
    const { serviceUrl } = fixture.database;
    const pool = ledgerPool({
      connectionString: serviceUrl,
      max: 1,
      idle_in_transaction_session_timeout: 100,
    });
    const holder = await pool.connect();
    holder.on('error', () => undefined);
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM ledger.log WHERE origin = $1 FOR UPDATE', [plant.origin]);
    expect(await fixture.ledger.post(plant.origin, plant.created('1', '10'))).toMatchObject({
      kind: 'recorded',
    });
    holder.release(true);
    await pool.end();
    await fixture.expectClean(plant);
  });
});

describe('a full queue', () => {
  it('turns posts away at once, says when to come again, and keeps those it took', async () => {
    const ledger = fixture.ledgerOn(fixture.pool, { queueLimit: 10, batchSize: 4 });
    const holder = await fixture.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM ledger.log WHERE origin = $1 FOR UPDATE', [plant.origin]);
    const posts = someLots(13);
    const taken = posts.slice(0, 10).map((one) => ledger.post(plant.origin, one));
    const error: unknown = await ledger.post(plant.origin, posts[10]!).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LedgerBusy);
    expect((error as LedgerBusy).retryAfter).toBeGreaterThanOrEqual(100);
    await expect(ledger.postAll(plant.origin, posts.slice(10))).rejects.toMatchObject({ code: 'busy' });
    await holder.query('ROLLBACK');
    holder.release();
    expect((await Promise.all(taken)).every(({ kind }) => kind === 'recorded')).toBe(true);
    expect(await ledger.post(plant.origin, posts[10]!)).toMatchObject({ receipt: { index: 10 } });
    await fixture.expectClean(plant);
  });

  it('takes a call larger than itself when nothing else waits', async () => {
    const ledger = fixture.ledgerOn(fixture.pool, { queueLimit: 10 });
    const outcomes = await ledger.postAll(plant.origin, someLots(40), { atomic: true });
    expect(outcomes.every(({ kind }) => kind === 'recorded')).toBe(true);
    await fixture.expectClean(plant);
  });
});

describe('draining', () => {
  it('finishes what was taken and takes nothing more', async () => {
    const ledger = fixture.ledgerOn(fixture.pool, { batchSize: 8 });
    const taken = someLots(40).map((one) => ledger.post(plant.origin, one));
    const drained = ledger.drain();
    await expect(ledger.post(plant.origin, plant.created('late', '1'))).rejects.toMatchObject({
      code: 'draining',
    });
    await drained;
    expect(await size()).toBe(40);
    expect((await Promise.all(taken)).every(({ kind }) => kind === 'recorded')).toBe(true);
    await fixture.expectClean(plant);
  });
});
