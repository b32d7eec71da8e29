// Verdicts on lots with few ancestors and very many, cold and warm, beside the recursive query that merely collects these;
// what becomes of the projection and of verdicts as the network grows; and how many verdicts on file one late correction at
// a mine makes necessary anew, and how long that takes.
// npm run bench -- certify [--ancestors 10,1000,100000] [--from 100000] [--to 1000000] [--on-file 200]
// `--to 0` leaves the growing out, `--ancestors ''` the lineages.
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
const ANCESTORS = values.ancestors.split(',').filter(Boolean).map(Number);
const [FROM, TO, ON_FILE] = [Number(values.from), Number(values.to), Number(values['on-file'])];

const FACILITIES = ['kokbulak', 'ulba', 'aktobe', 'semey'];
/** Each lot of the last layer of these descends from some thousand. */
const [WIDTH, LAYERS] = [25, 41];
const VERDICTS = 40;
/** Lots with more ancestors are asked about once or twice. */
const MANY = 10_000;

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

type Asked = ReturnType<typeof network.model.rejudging>;

async function answerIn({ judging }: Asked, lot: string): Promise<number> {
  const horizon = await judging.horizon({});
  return ms(() => judging.judgeUnder(horizon, { lot, document: network.document, question: {} }));
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

interface Lineage {
  /** Milliseconds, of a lot of the lineage that nobody asked about, where another one was asked about before. */
  readonly verdict: number;
  readonly closure: number;
}

/** The last lot, in a process that has read nothing; again by another question; then its neighbours. */
async function measureLineage(ancestors: number): Promise<Lineage> {
  const [woven] = await network.weave([clothOf(ancestors)]);
  if (woven === undefined) throw new Error('nothing was woven');
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
  const asked = network.model.rejudging();
  let cold = 0;
  const begun = process.cpuUsage();
  const blocked = await longestBlock(async () => {
    cold = await answerIn(asked, lot);
  });
  const { user, system } = process.cpuUsage(begun);
  const busy = (user + system) / 1_000;
  const neighbours: number[] = [];
  for (const other of lots.slice(1, ancestors > MANY ? 2 : 5)) neighbours.push(await answerIn(asked, other));
  const again = await answerIn(asked, lots[neighbours.length] ?? lot);
  const heap = Math.round(process.memoryUsage().rss / 2 ** 20);
  say(
    `${String(counted).padStart(7)} ancestors: closure ${closure.toFixed(1)} ms; verdict cold ${cold.toFixed(0)} ms ` +
      `(${(cold / closure).toFixed(0)} times; ${busy.toFixed(0)} ms of processor time), another lot of the same lineage ${median(neighbours).toFixed(0)} ms, ` +
      `the same again ${again.toFixed(1)} ms; event loop held ${blocked.toFixed(0)} ms at most, ${String(heap)} MiB`,
  );
  return { verdict: median(neighbours), closure };
}

interface Grown {
  readonly entriesPerSecond: number;
  readonly verdict: number;
  readonly closure: number;
  readonly cloths: readonly Woven[];
}

/** Fills the network up to so many lots, and asks about lots of its last cloths that nobody asked about. */
async function growTo(lots: number): Promise<Grown> {
  const woven: Woven[] = [];
  let [entries, took] = [0, 0];
  while (network.lots < lots) {
    const missing = Math.ceil((lots - network.lots) / (WIDTH * LAYERS));
    const cloths = Array.from({ length: Math.min(40, missing) }, () => cloth(WIDTH, LAYERS));
    woven.push(...(await network.weave(cloths)));
    took += await ms(async () => {
      entries += await network.project(...FACILITIES);
    });
  }
  await client.query('VACUUM ANALYZE');
  const asked = network.model.rejudging();
  const [verdicts, closures]: [number[], number[]] = [[], []];
  const unasked = woven.slice(-2).flatMap((one) => lastOf(one));
  for (let at = 0; at < VERDICTS; at += 1) {
    const lot = unasked[at % unasked.length] ?? '';
    closures.push(await ms(() => ancestorsOf(lot)));
    verdicts.push(await answerIn(asked, lot));
  }
  const grown = {
    entriesPerSecond: (1_000 * entries) / took,
    ...{ verdict: median(verdicts), closure: median(closures), cloths: woven },
  };
  say(
    `${String(network.lots)} lots, ${String(network.edges)} edges: projected ${grown.entriesPerSecond.toFixed(0)} entries/s; ` +
      `verdict p50 ${grown.verdict.toFixed(1)} ms, closure ${grown.closure.toFixed(1)} ms, ${String(WIDTH * (LAYERS - 1))} ancestors`,
  );
  return grown;
}

/** Verdicts on file on the last lots of many cloths, and then a correction of the first mined lot of one of them. */
async function rejudge(cloths: readonly Woven[]): Promise<void> {
  const { rejudging, rejudgements, judging, store } = network.model.rejudging();
  await rejudging.advance();
  const horizon = await judging.horizon({});
  const asked = cloths.slice(-Math.ceil(ON_FILE / WIDTH));
  const [corrected] = asked;
  if (corrected === undefined) throw new Error('nothing was added');
  const onFile = asked.flatMap((one) => lastOf(one));
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
  let touched = 0;
  const took = await ms(async () => {
    touched = (await rejudging.advance())?.touched ?? 0;
  });
  const since = await rejudgements.since(0);
  const [wanted, anew] = [lastOf(corrected), since.map(({ lot }) => lot)].map((lots) =>
    [...lots].sort().join(),
  );
  if (wanted !== anew) throw new Error(`given anew were ${String(anew)}, and not ${String(wanted)}`);
  say(
    `one late correction at a mine, of ${String(network.lots)} lots: it touches ${String(touched)}, ${String(since.length)} of ` +
      `${String(onFile.length)} verdicts on file are given anew and no other, in ${took.toFixed(0)} ms`,
  );
}

/** How verdicts and the projection change with the size of the network, and what one correction in it leads to. */
async function measureGrowth(): Promise<void> {
  const small = await growTo(FROM);
  const large = await growTo(TO);
  const slower = {
    projection: small.entriesPerSecond / large.entriesPerSecond,
    verdict: large.verdict / small.verdict,
  };
  say(
    `from ${String(FROM)} to ${String(TO)} lots: projection takes ${slower.projection.toFixed(2)} times as long, verdicts ${slower.verdict.toFixed(2)}`,
  );
  await rejudge(large.cloths);
  conclude({
    name: 'certify',
    ours: large.verdict,
    baseline: small.verdict,
    unit: 'ms',
    wanted: '< 1.25',
  });
}

try {
  let last: Lineage | undefined;
  for (const ancestors of ANCESTORS) last = await measureLineage(ancestors);
  if (TO > FROM) await measureGrowth();
  else if (last !== undefined)
    conclude({
      name: 'certify',
      ours: last.verdict,
      baseline: last.closure,
      unit: 'ms',
      wanted: '<= 10',
    });
} finally {
  await client.end();
  await network.close();
  await server.stop();
}
