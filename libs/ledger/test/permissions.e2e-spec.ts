import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ledgerPool, runMigrations, verifyDurability, verifyRole } from '@lodemark/ledger';
import type { Pool } from 'pg';
import { createDatabase } from '../../../test/support/database.js';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility } from './signed-events.js';

let fixture: LedgerFixture;
let owner: Pool;
let admin: Pool;
const plant = new Facility('plant');

const CHANGES = [
  "UPDATE ledger.entry SET data = '\\x00'",
  'DELETE FROM ledger.entry',
  'TRUNCATE ledger.entry',
  "UPDATE ledger.entry_lot SET lot = 'other/1'",
  'DELETE FROM ledger.entry_lot',
  'TRUNCATE ledger.entry_lot',
  "UPDATE ledger.tile SET root = '\\x00'",
  'DELETE FROM ledger.tile',
  'TRUNCATE ledger.tile',
  "UPDATE ledger.checkpoint SET note = ''",
  'DELETE FROM ledger.checkpoint',
  'TRUNCATE ledger.checkpoint',
  'DELETE FROM ledger.log',
  'TRUNCATE ledger.log',
];

beforeAll(async () => {
  fixture = await LedgerFixture.open('permissions');
  owner = fixture.poolOf(fixture.database.ownerUrl);
  admin = fixture.poolOf(fixture.database.adminUrl);
  await fixture.ledger.open(plant.origin);
  await fixture.ledger.post(plant.origin, plant.created('1', '1000'));
});

afterAll(() => fixture.close());

describe('the service role', () => {
  it.each(CHANGES)('may not %s', async (statement) => {
    await expect(fixture.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    'ALTER TABLE ledger.entry DISABLE TRIGGER write_once',
    'DROP TABLE ledger.entry',
    'SET session_replication_role = replica',
    "UPDATE ledger.log SET origin = 'elsewhere'",
    'CREATE TABLE ledger.mine (a int)',
    'DELETE FROM ledger.lot_state',
  ])('may not %s', async (statement) => {
    await expect(fixture.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('may not move a head back, which its column rights alone would let it', async () => {
    for (const change of [
      'size = 0',
      "root = '\\x00'",
      'recorded_at = NULL',
      "recorded_at = '2000-01-01Z'",
    ]) {
      await expect(fixture.pool.query(`UPDATE ledger.log SET ${change}`)).rejects.toMatchObject({
        code: expect.stringMatching(/^23/),
      });
    }
    await fixture.expectClean(plant);
  });
});

describe('the owner', () => {
  it.each(CHANGES)('is refused by a trigger: %s', async (statement) => {
    await expect(owner.query(statement)).rejects.toThrow('a log is only ever appended to');
  });

  it('is refused even where it calls its session a replica', async () => {
    const client = await admin.connect();
    try {
      await client.query('SET session_replication_role = replica');
      await expect(client.query('DELETE FROM ledger.entry')).rejects.toThrow('only ever appended to');
    } finally {
      client.release(true);
    }
    await fixture.expectClean(plant);
  });
});

describe('verifying the role', () => {
  it('finds nothing wrong with a service role', async () => {
    expect(await verifyRole(fixture.pool)).toEqual([]);
  });

  it('says what an owner could do', async () => {
    const reasons = await verifyRole(owner);
    expect(reasons).toContainEqual(expect.stringMatching(/owns table ledger\.entry\b/));
    expect(reasons).toContainEqual(expect.stringMatching(/may TRUNCATE ledger\.entry\b/));
  });

  it('sees through membership in the owner’s role', async () => {
    const { ownerRole, serviceRole } = fixture.database;
    await admin.query(`GRANT "${ownerRole}" TO "${serviceRole}"`);
    try {
      expect(await verifyRole(fixture.pool)).toContainEqual(
        expect.stringContaining('owns table ledger.entry'),
      );
    } finally {
      await admin.query(`REVOKE "${ownerRole}" FROM "${serviceRole}"`);
    }
    expect(await verifyRole(fixture.pool)).toEqual([]);
  });

  it('sees a right too many, even to one column', async () => {
    const { serviceRole } = fixture.database;
    await owner.query(`GRANT UPDATE (data) ON ledger.entry TO "${serviceRole}"`);
    expect(await verifyRole(fixture.pool)).toEqual([`role ${serviceRole} may UPDATE ledger.entry`]);
    await owner.query(`REVOKE UPDATE (data) ON ledger.entry FROM "${serviceRole}"`);
  });

  it('sees a guard that somebody switched off', async () => {
    await owner.query('ALTER TABLE ledger.tile DISABLE TRIGGER write_once');
    expect(await verifyRole(fixture.pool)).toEqual([expect.stringContaining('ledger.tile')]);
    await owner.query('ALTER TABLE ledger.tile ENABLE ALWAYS TRIGGER write_once');
    expect(await verifyRole(fixture.pool)).toEqual([]);
  });

  it('sees tables that are not there', async () => {
    expect(await verifyRole(fixture.pool, 'elsewhere')).toHaveLength(4);
  });
});

describe('verifying durability', () => {
  it('names each setting that could lose an acknowledged event', async () => {
    // The server of the ordinary suites forces nothing to the disk.
    expect(await verifyDurability(fixture.pool)).toContainEqual(expect.stringContaining('fsync is off'));
  });

  it('looks at the sessions of the very pool', async () => {
    const database = await createDatabase('durability', { durable: true });
    const [careful, careless] = ['on', 'off'].map((setting) =>
      ledgerPool({
        connectionString: database.serviceUrl,
        max: 1,
        options: `-c synchronous_commit=${setting}`,
      }),
    );
    try {
      expect(await verifyDurability(careful!)).toEqual([]);
      expect(await verifyDurability(careless!)).toEqual([
        'synchronous_commit is off: an acknowledged event could be lost',
      ]);
    } finally {
      await Promise.all([careful!.end(), careless!.end()]);
      await database.drop();
    }
  }, 60_000);
});

describe('migrations', () => {
  it('can be run again, at once by several, into any schema', async () => {
    const { ownerUrl, serviceRole } = fixture.database;
    await runMigrations({ ownerUrl, serviceRole });
    const schema = 'second ledger';
    await Promise.all([1, 2, 3].map(() => runMigrations({ ownerUrl, serviceRole, schema })));
    expect(await verifyRole(fixture.pool, schema)).toEqual([]);
    const other = fixture.ledgerOn(fixture.pool, { schema });
    await other.open(plant.origin);
    expect(await other.post(plant.origin, plant.created('1', '7'))).toMatchObject({ receipt: { index: 0 } });
    await fixture.expectClean(plant);
  });
});
