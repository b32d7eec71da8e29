// Verdicts on lots with few ancestors and very many, cold and warm, beside the recursive query that merely collects these;
// what becomes of the projection and of verdicts as the network grows; and how many verdicts on file one late correction at
// a mine makes necessary anew, and how long that takes.
// npm run bench -- certify [--ancestors 10,1000,100000] [--from 100000] [--to 1000000] [--on-file 200]
import { parseArgs } from 'node:util';
import { EmbeddedPostgres } from '@lodemark/standalone';
import pg from 'pg';
import { conclude, median, say } from './figures.js';
import { lastOf, STRANDS, WovenNetwork, type Cloth, type Woven } from './woven-network.js';

const { values } = parseArgs({
  options: {
    ancestors: { type: 'string', default: '10,1000,100000' },
    from: { type: 'string', default: '100000' },
    to: { type: 'string', default: '1000000' },
    'on-file': { type: 'string', default: '200' },
  },
});
const ANCESTORS = values.ancestors.split(',').map(Number);
const [FROM, TO, ON_FILE] = [Number(values.from), Number(values.to), Number(values['on-file'])];

const FACILITIES = ['kokbulak', 'ulba', 'aktobe', 'semey'];
/** Each lot of the last layer of these descends from some thousand. */
const [WIDTH, LAYERS] = [25, 41];
const VERDICTS = 40;

const server = await EmbeddedPostgres.start({ settings: { max_connections: '300' } });
process.env['TEST_POSTGRES_URL'] = server.adminUrl;
const network = await WovenNetwork.open(FACILITIES);
const client = new pg.Client({ connectionString: network.model.database.adminUrl });
await client.connect();
let serial = 0;

function cloth(width: number, layers: number): Cloth {
  serial += 1;
  const facility = FACILITIES[serial % FACILITIES.length] ?? '';
  return { facility, name: `C${String(serial)}`, width, layers };
}

/** So wide that some forty layers hold the ancestors. */
function clothOf(ancestors: number): Cloth {
  const width = STRANDS * Math.max(1, Math.round(ancestors / (LAYERS - 1) / STRANDS));
  return cloth(width, 1 + Math.max(2, Math.ceil(ancestors / width)));
}

async function ms(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function ancestorsOf(lot: string): Promise<number> {
  const { rows } = await client.query({
    name: 'ancestors',
    text: `WITH RECURSIVE ancestors (lot) AS (
       SELECT input_lot FROM provenance.edge WHERE output_lot = $1
       UNION SELECT e.input_lot FROM ancestors a JOIN provenance.edge e ON e.output_lot = a.lot
     ) SELECT lot FROM ancestors`,
    values: [lot],
  });
  return rows.length;
}

async function answerIn(process: ReturnType<typeof network.model.rejudging>, lot: string): Promise<number> {
  const horizon = await process.judging.horizon({});
  return ms(() => process.judging.judgeUnder(horizon, { lot, document: network.document, question: {} }));
}

/** The longest time for which nothing else got its turn. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await work();
  clearInterval(timer);
  return Math.max(longest, performance.now() - last);
}

/** The last lot, in a process that has read nothing; again by another question; then its neighbours. */
async function measureLineage(ancestors: number): Promise<void> {
  const [woven] = await network.weave([clothOf(ancestors)]);
  if (woven === undefined) return;
  await network.project(...FACILITIES);
  await client.query('VACUUM ANALYZE');
  const lots = lastOf(woven);
  const [lot = ''] = lots;
  await ancestorsOf(lot);
  const counted = await ancestorsOf(lot);
  const closure = median([
    await ms(() => ancestorsOf(lot)),
    await ms(() => ancestorsOf(lot)),
    await ms(() => ancestorsOf(lot)),
  ]);
  const process = network.model.rejudging();
  let cold = 0;
  const blocked = await longestBlock(async () => {
    cold = await answerIn(process, lot);
  });
  const neighbours: number[] = [];
  for (const other of lots.slice(1, 5)) neighbours.push(await answerIn(process, other));
  const again = await answerIn(process, lots[4] ?? lot);
  const heap = Math.round(globalThis.process.memoryUsage().rss / 2 ** 20);
  say(
    `${String(counted).padStart(7)} ancestors: closure ${closure.toFixed(1)} ms; verdict cold ${cold.toFixed(0)} ms ` +
      `(${(cold / closure).toFixed(0)} times), another lot of the same lineage ${median(neighbours).toFixed(0)} ms, ` +
      `the same again ${again.toFixed(1)} ms; event loop held ${blocked.toFixed(0)} ms at most, ${String(heap)} MiB`,
  );
}

interface Grown {
  readonly entriesPerSecond: number;
  readonly verdict: number;
  readonly closure: number;
  readonly last: Woven;
}

/** Fills the network up to so many lots, and asks about lots of its last cloths that nobody asked about. */
async function growTo(lots: number): Promise<Grown> {
  const last: Woven[] = [];
  let [entries, took] = [0, 0];
  while (network.lots < lots) {
    const missing = Math.ceil((lots - network.lots) / (WIDTH * LAYERS));
    const cloths = Array.from({ length: Math.min(40, missing) }, () => cloth(WIDTH, LAYERS));
    last.push(...(await network.weave(cloths)));
    took += await ms(async () => {
      entries += await network.project(...FACILITIES);
    });
  }
  await client.query('VACUUM ANALYZE');
  const process = network.model.rejudging();
  const [verdicts, closures]: [number[], number[]] = [[], []];
  const asked = last.slice(-2).flatMap((one) => lastOf(one));
  for (let at = 0; at < VERDICTS; at += 1) {
    const lot = asked[at % asked.length] ?? '';
    closures.push(await ms(() => ancestorsOf(lot)));
    verdicts.push(await answerIn(process, lot));
  }
  const end = last.at(-1);
  if (end === undefined) throw new Error('nothing was added');
  const grown = {
    entriesPerSecond: (1_000 * entries) / took,
    ...{ verdict: median(verdicts), closure: median(closures), last: end },
  };
  say(
    `${String(network.lots)} lots, ${String(network.edges)} edges: projected ${grown.entriesPerSecond.toFixed(0)} entries/s; ` +
      `verdict p50 ${grown.verdict.toFixed(1)} ms, closure ${grown.closure.toFixed(1)} ms, ${String(WIDTH * (LAYERS - 1))} ancestors`,
  );
  return grown;
}

/** Verdicts on file on the last lots of many cloths, and then a correction of the first mined lot of one of them. */
async function rejudge(corrected: Woven): Promise<{ readonly rejudged: number; readonly ms: number }> {
  const { rejudging, rejudgements, judging, store } = network.model.rejudging();
  const horizon = await judging.horizon({});
  await rejudging.advance();
  const others = Array.from({ length: Math.ceil(ON_FILE / WIDTH) }, (_, at) => ({
    ...corrected,
    name: `C${String(serial - 1 - at)}`,
  }));
  const wanted = lastOf(corrected);
  const onFile = [
    ...wanted,
    ...others.flatMap((one) =>
      lastOf({ ...one, facility: FACILITIES[Number(one.name.slice(1)) % FACILITIES.length] ?? '' }),
    ),
  ];
  for (const lot of onFile) {
    const verdict = await judging.judgeUnder(horizon, { lot, document: network.document, question: {} });
    await store.keep(verdict, { askedBy: 'bench', askedAt: new Date() });
  }
  const { event, digest } = corrected.first;
  const { v: _v, facility, eventId, occurredAt: _o, ...body } = event;
  await network.world.custody.post(facility, {
    ...{ type: 'Corrected', target: { eventId, payload: digest }, reason: 'weighed again' },
    replacement: { ...body, mass: { net: { value: '99', unit: 'kg' } } },
  });
  await network.project(facility);
  const took = await ms(() => rejudging.advance());
  const since = await rejudgements.since(0);
  const lots = since.map(({ lot }) => lot).sort();
  if (JSON.stringify(lots) !== JSON.stringify([...wanted].sort()))
    throw new Error(
      `${String(wanted.length)} verdicts rest on the corrected lot, ${String(lots.length)} were given anew`,
    );
  say(
    `one late correction at a mine of ${String(network.lots)} lots: ${String(since.length)} of ${String(onFile.length)} ` +
      `verdicts on file given anew, no other, in ${took.toFixed(0)} ms`,
  );
  return { rejudged: since.length, ms: took };
}

try {
  for (const ancestors of ANCESTORS) await measureLineage(ancestors);
  const small = await growTo(FROM);
  const large = await growTo(TO);
  const slower = large.verdict / small.verdict;
  say(
    `from ${String(FROM)} to ${String(TO)} lots: projection ${(small.entriesPerSecond / large.entriesPerSecond).toFixed(2)} times as long, ` +
      `verdicts ${slower.toFixed(2)} times`,
  );
  await rejudge(large.last);
  conclude({
    name: 'certify',
    ours: large.verdict,
    baseline: small.verdict,
    unit: 'ms',
    wanted: '< 1.25',
  });
} finally {
  await client.end();
  await network.close();
  await server.stop();
}
