import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  audit,
  Ledger,
  ledgerPool,
  LedgerReader,
  runMigrations,
  verifyDurability,
  type PostOutcome,
} from '@lodemark/ledger';
import { EmbeddedPostgres, provisionDatabase } from '@lodemark/standalone';
import type { Pool } from 'pg';
import { Facility, signaturesOf } from './signed-events.js';

const CRASHES = 3;
const CLIENTS = 16;

let folder: string;
let server: EmbeddedPostgres;
let pool: Pool;
const plant = new Facility('plant');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-crash-'));
  server = await EmbeddedPostgres.start({ folder });
  const access = await provisionDatabase(server.adminUrl, {
    database: 'custody',
    ownerRole: 'custody_owner',
    serviceRole: 'custody_service',
    passwords: { owner: 'owner-password', service: 'service-password' },
  });
  await runMigrations({ ownerUrl: access.ownerUrl, serviceRole: 'custody_service' });
  pool = ledgerPool({ connectionString: access.serviceUrl, max: 8 });
}, 60_000);

afterAll(async () => {
  await pool.end();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** As a power cut would: nothing is written any more, nobody is told. */
async function crashAndRestart(): Promise<void> {
  const { port } = server;
  process.kill(server.pid, 'SIGKILL');
  await server.failed;
  server = await EmbeddedPostgres.start({ folder, port });
}

describe('a Postgres that is killed under load', () => {
  it('comes back with everything that was acknowledged, and posts go on by themselves', async () => {
    expect(await verifyDurability(pool)).toEqual([]);
    const ledger = new Ledger({ pool, clock: { now: () => new Date() }, retryFor: 60_000 });
    await ledger.open(plant.origin);
    const journal: PostOutcome[] = [];
    const running = { isOn: true };
    let made = 0;
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (running.isOn)
        journal.push(await ledger.post(plant.origin, plant.created(`${(made += 1)}`, '10')));
    });
    for (let crash = 0; crash < CRASHES; crash++) {
      const before = journal.length;
      while (journal.length < before + 200) await new Promise((go) => setTimeout(go, 10));
      await crashAndRestart();
    }
    const acknowledged = journal.length;
    while (journal.length < acknowledged + 50) await new Promise((go) => setTimeout(go, 10));
    running.isOn = false;
    await Promise.all(clients);
    await ledger.drain();

    const reader = new LedgerReader({ pool });
    expect(journal).toHaveLength(made);
    expect(journal.every(({ kind }) => kind === 'recorded')).toBe(true);
    expect(await reader.head(plant.origin)).toMatchObject({ size: made });
    for (const outcome of journal) {
      if (outcome.kind !== 'recorded') continue;
      const { index, leaf } = outcome.receipt;
      expect((await reader.entry(plant.origin, index))?.leaf).toBe(leaf);
    }
    expect(await audit(pool, plant.origin, { signatures: signaturesOf(plant) })).toEqual([]);
  }, 120_000);
});
