// NDJSON batches of 1,000 signed events over HTTP, against UNNEST inserts of the same bytes into a table with the same
// indexes on the same server.
import pg from 'pg';
import { conclude, inParallel, median, perSecond, say } from './figures.js';
import { Plant } from './plant.js';

const BATCH = 1_000;
const BATCHES = 8;
const ROUNDS = 3;
/** Batches under way at once: while one is read, another is written. */
const LANES = 2;

const plant = await Plant.start(LANES);
const plain = new pg.Client({ connectionString: plant.server.adminUrl });
await plain.connect();
// What of the ledger's tables a row of an event comes to.
await plain.query(`CREATE TABLE plain_entry (
  log_id integer NOT NULL, idx bigint NOT NULL, kind text NOT NULL, leaf_hash bytea NOT NULL, data bytea NOT NULL,
  event_id uuid NOT NULL, payload_digest bytea NOT NULL, recorded_at timestamptz NOT NULL, PRIMARY KEY (log_id, idx))`);
await plain.query('CREATE UNIQUE INDEX ON plain_entry (log_id, event_id)');

let written = 0;
async function insert(jws: readonly string[]): Promise<void> {
  const first = written;
  written += jws.length;
  await plain.query(
    `INSERT INTO plain_entry SELECT 1, $1::bigint + n, 'event', sha256(data), data, gen_random_uuid(), sha256(data), now()
     FROM unnest($2::bytea[]) WITH ORDINALITY AS row (data, n)`,
    [first, jws.map((one) => Buffer.from(one))],
  );
}

async function batches(): Promise<readonly (readonly string[])[]> {
  const made = [];
  for (let count = 0; count < BATCHES; count += 1) made.push(await plant.signedEvents(BATCH));
  return made;
}

const post = (jws: readonly string[]) => plant.post(jws.join('\n'), 'application/x-ndjson');

try {
  const warm = await batches();
  await inParallel(warm.slice(0, 2), LANES, post);
  for (const jws of warm.slice(0, 2)) await insert(jws);
  const time = plant.processorTime();
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const events = await batches();
    const count = BATCH * BATCHES;
    const baseline = await perSecond(count, async () => {
      for (const jws of events) await insert(jws);
    });
    time.begin();
    const posted = await perSecond(count, () => inParallel(events, LANES, post));
    const spent = time.end(count);
    say(`round ${round}: UNNEST ${baseline.toFixed(0)} rows/s, Lodemark ${posted.toFixed(0)} events/s`);
    say(`  processor time an event: ${spent.join(', ')}`);
    theirs.push(baseline);
    ours.push(posted);
  }
  conclude({
    name: 'bulk',
    ours: median(ours),
    baseline: median(theirs),
    unit: 'events/s',
    wanted: '>= 0.5',
  });
} finally {
  await plain.end();
  await plant.stop();
}
