import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { signCheckpoint, toUtf8 } from '@lodemark/transparency';
import pg from 'pg';
import { until } from '../../../test/support/until.js';
import { dispatched, mined, received, transformed } from './support/events.js';
import { newSigner } from './support/keys.js';
import { TestProvenance } from './support/test-provenance.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

describe('ingest, when things go wrong', () => {
  let world: World;
  let opened: TestProvenance[];

  beforeEach(async () => {
    world = await openWorld();
    opened = [];
  });

  afterEach(async () => {
    for (const provenance of opened) await provenance.close();
    await closeWorld(world);
  });

  async function start(options: Parameters<typeof TestProvenance.open>[1] = {}): Promise<TestProvenance> {
    const provenance = await TestProvenance.open(world, options);
    opened.push(provenance);
    await provenance.ingest.start();
    return provenance;
  }

  async function write(facility: string, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await world.custody.post(facility, mined(`${facility}/${index}`, '10'));
    }
  }

  async function count(provenance: TestProvenance, table: string): Promise<number> {
    const { rows } = await provenance.pool.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    return Number(rows[0]!.count);
  }

  it('puts the right entries in the place of wrong ones that the signed checkpoint does not fit', async () => {
    const { custody, server } = world;
    await custody.join('mine');
    await write('mine', 5);
    const size = await custody.round('mine');
    await server.keepCopy(custody.originOf('mine'));
    const clean = await start();
    await clean.caughtUp(size);
    await custody.overwrite('mine', 2, toUtf8('{"v":9}'));
    const deceived = await start();
    await deceived.caughtUp(size);
    expect(deceived.alarms()).toEqual(expect.arrayContaining(['checkpoint-mismatch', 'replaced']));
    expect(await deceived.digest()).toBe(await clean.digest());
    expect(await count(deceived, 'discarded_entry')).toBeGreaterThan(0);
    await custody.post('mine', mined('mine/9', '10'));
    await clean.caughtUp(await custody.round('mine'));
    await deceived.caughtUp(await world.registry.publish());
    expect(await deceived.digest()).toBe(await clean.digest());
  });

  it('does not answer at a horizon whose entries are withheld, and does when the registrar has ended that log', async () => {
    const { custody, server, registry } = world;
    await custody.join('mine');
    await custody.join('plant');
    await write('mine', 2);
    await write('plant', 2);
    const before = await custody.round('mine', 'plant');
    const provenance = await start();
    await provenance.caughtUp(before);
    server.withheld.add(custody.originOf('mine'));
    const note = await provenance.ingest.followers.paused(async () => {
      await custody.post('mine', mined('mine/late', '10'));
      const signed = await custody.checkpoint('mine');
      await custody.cutOff('mine', 2);
      return signed;
    });
    await registry.append({ kind: 'checkpoints', checkpoints: [note] });
    const covered = await registry.publish();
    const { horizons } = provenance.ingest;
    await until(async () => (await horizons.published()) === covered);
    await expect(horizons.at(covered)).rejects.toMatchObject({
      name: 'HorizonNotFilled',
      missing: [{ origin: custody.originOf('mine'), covered: 3, held: 2, missing: 'entries' }],
    });
    expect((await horizons.latest()).size).toBe(before);
    await registry.append({
      kind: 'logFault',
      origin: custody.originOf('mine'),
      fault: 'withheld',
      size: 2,
      evidence: [note],
    });
    const ended = await registry.publish();
    await provenance.caughtUp(ended);
    const horizon = await horizons.latest();
    expect(horizon.counted.get(custody.originOf('mine'))).toBe(2);
    await expect(horizons.at(covered)).rejects.toMatchObject({ name: 'HorizonNotFilled' });
  });

  it('keeps what was signed under a key that the root log brings only later, and checks it then', async () => {
    const { custody, registry } = world;
    await custody.open('mine');
    await registry.registerOrganization('mine-co');
    await registry.registerFacility('mine');
    await write('mine', 3);
    const provenance = await start();
    await until(async () => (await count(provenance, 'signature')) === 3);
    const validity = async () => {
      const { rows } = await provenance.pool.query<{ valid: boolean | null }>('SELECT valid FROM signature');
      return rows.map(({ valid }) => valid);
    };
    expect(await validity()).toEqual([null, null, null]);
    await custody.registerKeys('mine');
    await provenance.caughtUp(await custody.round('mine'));
    expect(await validity()).toEqual([true, true, true]);
    const digest = await provenance.digest();
    const late = await start();
    await late.caughtUp(await registry.publish());
    expect(await late.digest()).toBe(digest);
  });

  it('follows no root log but the one that is pinned', async () => {
    const provenance = await start({ genesis: '0'.repeat(64) });
    await until(() => provenance.alarms().includes('wrong-genesis'));
    expect(await count(provenance, 'entry')).toBe(0);
  });

  it('covers nothing by checkpoints that no log key of the facility signed while it held', async () => {
    const { custody, registry } = world;
    await custody.join('mine');
    await custody.join('plant');
    await write('mine', 2);
    const origin = custody.originOf('mine');
    const { size, root } = await custody.reader.head(origin);
    const stranger = await signCheckpoint({ origin, size, root }, await newSigner());
    const otherLog = await signCheckpoint({ origin, size, root }, custody.signersOf('plant').log);
    const foreign = await signCheckpoint(
      { origin: 'elsewhere.example/log/mine', size, root },
      custody.signersOf('mine').log,
    );
    const good = await custody.checkpoint('mine');
    await registry.append({ kind: 'checkpoints', checkpoints: [stranger, otherLog, foreign] });
    await registry.state({
      type: 'KeyRevoked',
      kid: custody.signersOf('mine').log.kid,
      reason: 'compromised',
      suspectFrom: '2026-01-01T00:00:00Z',
    });
    await registry.append({ kind: 'checkpoints', checkpoints: [good] });
    const published = await registry.publish();
    const provenance = await start();
    await provenance.caughtUp(published);
    expect([...(await provenance.ingest.horizons.latest()).counted]).toEqual([]);
    const { rows } = await provenance.pool.query<{ fault: string }>(
      'SELECT fault FROM coverage ORDER BY root_index, position',
    );
    expect(rows.map(({ fault }) => fault)).toEqual([
      'signature-invalid',
      'signature-invalid',
      'foreign-origin',
      'no-log-key',
    ]);
  });

  it('reports two signed checkpoints that contradict each other, and answers at no horizon with both', async () => {
    const { custody, registry } = world;
    await custody.join('mine');
    await write('mine', 4);
    const origin = custody.originOf('mine');
    const forged = await signCheckpoint(
      { origin, size: 3, root: 'ab'.repeat(32) },
      custody.signersOf('mine').log,
    );
    const honest = await custody.checkpoint('mine');
    await registry.append({ kind: 'checkpoints', checkpoints: [honest] });
    const before = await registry.publish();
    await registry.append({ kind: 'checkpoints', checkpoints: [forged] });
    const published = await registry.publish();
    const provenance = await start();
    await until(() => provenance.faults.length > 0);
    expect(provenance.faults).toEqual([
      { facility: 'mine', kind: 'fork', fromIndex: 0, evidence: [honest, forged] },
    ]);
    expect(provenance.alarms()).toContain('fork');
    await until(async () => (await provenance.ingest.horizons.published()) === published);
    await expect(provenance.ingest.horizons.at(published)).rejects.toMatchObject({
      missing: [{ origin, missing: 'fit' }],
    });
    expect((await provenance.ingest.horizons.at(before)).size).toBe(before);
  });

  it('parks what this version cannot read, and nothing else, and goes on', async () => {
    const { custody, registry } = world;
    await custody.join('mine');
    await write('mine', 1);
    await custody.postUnreadable('mine', 'mine/0');
    await custody.post('mine', mined('mine/after', '10'));
    await registry.state({ type: 'SomethingOfTheFuture' });
    const published = await custody.round('mine');
    const provenance = await start();
    await provenance.caughtUp(published);
    const { rows } = await provenance.pool.query<{ origin: string; idx: string; reason: string }>(
      'SELECT origin, idx, reason FROM parked ORDER BY origin',
    );
    expect(rows).toMatchObject([
      { origin: custody.originOf('mine'), idx: '1', reason: 'event-unsupported' },
      { origin: registry.network.rootOrigin, reason: 'statement-unsupported' },
    ]);
    expect((await provenance.ingest.horizons.latest()).counted.get(custody.originOf('mine'))).toBe(3);
  });

  it('counts for nothing what nobody with authority signed in the root log', async () => {
    const { registry, custody } = world;
    await custody.join('mine');
    const { event } = custody.signersOf('mine');
    const stranger = await newSigner();
    await registry.state(
      {
        type: 'OrganizationRegistered',
        organization: 'fake',
        legalName: 'F',
        kind: 'owner',
        incorporatedIn: 'CA',
      },
      stranger,
    );
    // A facility's key may stand by its own entries, and may not register anybody.
    await registry.state(
      {
        type: 'OrganizationRegistered',
        organization: 'fake2',
        legalName: 'F',
        kind: 'owner',
        incorporatedIn: 'CA',
      },
      event,
    );
    await registry.state(
      { type: 'EntriesReattested', facility: 'mine', fromIndex: 0, size: 1, rootHash: '0'.repeat(64) },
      event,
    );
    await registry.state(
      { type: 'EntriesReattested', facility: 'other', fromIndex: 0, size: 1, rootHash: '0'.repeat(64) },
      event,
    );
    const provenance = await start();
    await provenance.caughtUp(await registry.publish());
    const { rows } = await provenance.pool.query<{ fault: string | null }>(
      'SELECT fault FROM root_statement ORDER BY idx DESC LIMIT 4',
    );
    expect(rows.map(({ fault }) => fault)).toEqual([
      'not-authorized',
      null,
      'not-authorized',
      'not-authorized',
    ]);
  });

  it('applies every entry once when two processes follow the same logs into one database', async () => {
    const { custody } = world;
    for (const facility of ['mine', 'plant']) await custody.join(facility);
    const first = await start();
    const second = await TestProvenance.open(world, { on: first.database });
    try {
      await second.ingest.start();
      await write('mine', 25);
      await write('plant', 25);
      const published = await custody.round('mine', 'plant');
      await Promise.all([first.caughtUp(published), second.caughtUp(published)]);
      expect(await count(first, 'event')).toBe(50);
      const alone = await start();
      await alone.caughtUp(published);
      expect(await first.digest()).toBe(await alone.digest());
    } finally {
      await second.stop();
    }
  });

  it('stops a log at trouble with the database and goes on after it, and parks nothing', async () => {
    const { custody } = world;
    await custody.join('mine');
    const provenance = await start();
    const admin = new pg.Client({ connectionString: provenance.database.adminUrl });
    await admin.connect();
    let cuts = 0;
    const cut = new AbortController();
    const cutting = (async () => {
      for (; !cut.signal.aborted; cuts += 1) {
        await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1`, [
          provenance.database.serviceRole,
        ]);
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    })();
    try {
      await write('mine', 40);
      await until(() => cuts > 40);
    } finally {
      cut.abort();
      await cutting;
      await admin.end();
    }
    await provenance.caughtUp(await custody.round('mine'));
    expect(await count(provenance, 'parked')).toBe(0);
    const undisturbed = await start();
    await undisturbed.caughtUp(await world.registry.publish());
    expect(await provenance.digest()).toBe(await undisturbed.digest());
  });

  it('makes the same read model anew, with corrections, hand-overs and all', async () => {
    const { custody } = world;
    for (const facility of ['mine', 'plant']) await custody.join(facility);
    await custody.post('mine', mined('mine/1', '1000'));
    const shipment = await custody.post('mine', dispatched('plant', [{ lot: 'mine/1', kg: '1000' }]));
    await custody.post('plant', received(shipment.digest, [{ lot: 'mine/1', kg: '999' }]));
    await custody.post(
      'plant',
      transformed('CRACK_LEACH', [{ lot: 'mine/1', kg: '999' }], [{ lot: 'plant/1', kg: '700' }]),
    );
    const provenance = await start();
    await provenance.caughtUp(await custody.round('mine', 'plant'));
    const digest = await provenance.digest();
    // Whatever somebody did to the tables is gone after a rebuild from the logs.
    await provenance.pool.query(`DELETE FROM edge`);
    await provenance.pool.query(`UPDATE entry SET bytes = '\\x7b7d' WHERE idx = 0`);
    expect(await provenance.digest()).not.toBe(digest);
    expect(await provenance.rebuild('logs')).toMatchObject({ after: digest });
    expect(await provenance.rebuild('kept')).toMatchObject({ before: digest, after: digest });
    await provenance.caughtUp(await world.registry.publish());
  });
});
