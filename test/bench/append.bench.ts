// How many events a second one process records on a durable Postgres, against a plain UNNEST insert of rows of the
// same size. Run: npm run bench -- append
import { Ledger, ledgerPool, runMigrations } from '@lodemark/ledger';
import { EmbeddedPostgres, provisionDatabase } from '@lodemark/standalone';
import { inParallel, perSecond } from './figures.js';
import { Facility } from '../../libs/ledger/test/signed-events.js';

const EVENTS = 20_000;
const BATCH = 1_000;
const CLIENTS = 64;

const server = await EmbeddedPostgres.start();
const access = await provisionDatabase(server.adminUrl, {
  database: 'bench',
  ownerRole: 'bench_owner',
  serviceRole: 'bench_service',
  passwords: { owner: 'owner-password', service: 'service-password' },
});
await runMigrations({ ownerUrl: access.ownerUrl, serviceRole: 'bench_service' });
const pool = ledgerPool({ connectionString: access.serviceUrl, max: 8 });
const owner = ledgerPool({ connectionString: access.ownerUrl, max: 1 });

function eventsOf(plant: Facility) {
  return Array.from({ length: EVENTS }, (_, i) => plant.created(String(i), '10'));
}

async function measured(what: string, work: () => Promise<unknown>): Promise<number> {
  const rate = await perSecond(EVENTS, work);
  process.stdout.write(`${what.padEnd(44)} ${rate.toFixed(0).padStart(8)} events/s\n`);
  return rate;
}

const ledger = new Ledger({ pool, clock: { now: () => new Date() } });
const plants = ['bulk', 'single'].map((id) => new Facility(id));
const [bulk, single] = plants.map(eventsOf);
for (const { origin } of plants) await ledger.open(origin);

await owner.query('CREATE TABLE plain (idx bigint PRIMARY KEY, hash bytea NOT NULL, data bytea NOT NULL)');
const baseline = await measured(`plain UNNEST insert, ${BATCH} rows each`, async () => {
  for (let at = 0; at < EVENTS; at += BATCH) {
    const rows = (bulk ?? []).slice(at, at + BATCH);
    await owner.query('INSERT INTO plain SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])', [
      rows.map((_, i) => at + i),
      rows.map(({ payloadDigest }) => Buffer.from(payloadDigest, 'hex')),
      rows.map(({ jws }) => Buffer.from(jws)),
    ]);
  }
});
const batched = await measured(`postAll, ${BATCH} posts each, one after the other`, async () => {
  for (let at = 0; at < EVENTS; at += BATCH) {
    await ledger.postAll(plants[0]?.origin ?? '', (bulk ?? []).slice(at, at + BATCH));
  }
});
const posted = await measured(`post, ${CLIENTS} clients`, async () => {
  await inParallel(single ?? [], CLIENTS, (one) => ledger.post(plants[1]?.origin ?? '', one));
});
process.stdout.write(
  `ratios to the plain insert: ${(batched / baseline).toFixed(2)}, ${(posted / baseline).toFixed(2)}\n`,
);

await Promise.all([pool.end(), owner.end()]);
await server.stop();
