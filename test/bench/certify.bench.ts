// Verdicts on lots with few ancestors and very many, cold and warm, beside the recursive query that merely collects these;
// what becomes of the projection and of verdicts as the network grows; and how many verdicts on file one late correction at
// a mine makes necessary anew, and how long that takes.
// npm run bench -- certify [--ancestors 10,1000,100000] [--from 100000] [--to 1000000] [--on-file 200]
// `--to 0` leaves the growing out, `--ancestors ''` the lineages.
import { parseArgs } from 'node:util';
import { EmbeddedPostgres } from '@lodemark/standalone';
import type pg from 'pg';
import { JUDGE_APART_FROM, JudgeApart } from '../../apps/provenance/src/verdicts/judge-apart.js';
import { conclude, median, say } from './figures.js';
import { Grown } from './grown-network.js';
import { ancestorsOf, answerIn, clientOf, clothOf, FACILITIES, ms, WIDTH } from './woven-asked.js';
import { lastOf, WovenNetwork } from './woven-network.js';

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

/** One cloth more for each network a round. */
const ROUNDS = 10;
/** Lots with more ancestors are asked about once or twice. */
const MANY = 10_000;

const server = await EmbeddedPostgres.start({ settings: { max_connections: '300' } });
process.env['TEST_POSTGRES_URL'] = server.adminUrl;
/** As it was built. */
const JUDGE_THREAD = new URL('../../apps/provenance/dist/verdicts/judge-thread.js', import.meta.url);
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
  const network = await WovenNetwork.open(FACILITIES);
  const client = await clientOf(network);
  const { database } = network.model;
  const judge = new JudgeApart(
    { databaseUrl: database.serviceUrl, network: network.world.registry.network.name },
    { script: JUDGE_THREAD },
  );
  try {
    return await measureIn(network, { ancestors, client, judge });
  } finally {
    await judge.close();
    await client.end();
    await network.close();
  }
}

async function measureIn(
  network: WovenNetwork,
  {
    ancestors,
    client,
    judge,
  }: { readonly ancestors: number; readonly client: pg.Client; readonly judge: JudgeApart },
): Promise<Lineage> {
  const [woven] = await network.weave([clothOf(ancestors)]);
  if (woven === undefined) throw new Error('nothing was woven');
  await network.project(...FACILITIES);
  await client.query('VACUUM ANALYZE');
  const lots = lastOf(woven);
  const [lot = ''] = lots;
  await ancestorsOf(client, lot);
  const counted = await ancestorsOf(client, lot);
  const closure = median([
    await ms(() => ancestorsOf(client, lot)),
    await ms(() => ancestorsOf(client, lot)),
    await ms(() => ancestorsOf(client, lot)),
  ]);
  const { document } = network;
  const asked = network.model.rejudging({ from: JUDGE_APART_FROM, judge });
  let cold = 0;
  const begun = process.cpuUsage();
  const blocked = await longestBlock(async () => {
    cold = await answerIn(asked, { lot, document });
  });
  const { user, system } = process.cpuUsage(begun);
  const busy = (user + system) / 1_000;
  const neighbours: number[] = [];
  for (const other of lots.slice(1, ancestors > MANY ? 2 : 5))
    neighbours.push(await answerIn(asked, { lot: other, document }));
  const again = await answerIn(asked, { lot: lots[neighbours.length] ?? lot, document });
  const heap = Math.round(process.memoryUsage().rss / 2 ** 20);
  say(
    `${String(counted).padStart(7)} ancestors: closure ${closure.toFixed(1)} ms; verdict cold ${cold.toFixed(0)} ms ` +
      `(${(cold / closure).toFixed(0)} times; ${busy.toFixed(0)} ms of processor time), another lot of the same lineage ${median(neighbours).toFixed(0)} ms, ` +
      `the same again ${again.toFixed(1)} ms; event loop held ${blocked.toFixed(0)} ms at most, ${String(heap)} MiB`,
  );
  return { verdict: median(neighbours), closure };
}

/** Verdicts on file on the last lots of many cloths, and then a correction of the first mined lot of one of them. */
async function rejudge({ network, cloths }: Grown): Promise<void> {
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

/**
 * How verdicts and the projection change with the size of the network, and what one correction in it leads to. Both sizes
 * are measured by turns: what else the machine does meanwhile slows the one as much as the other.
 */
async function measureGrowth(): Promise<void> {
  const small = await Grown.of(FROM);
  say(`a network of ${String(small.network.lots)} lots is filled`);
  const large = await Grown.of(TO);
  say(`a network of ${String(large.network.lots)} lots is filled`);
  try {
    for (let round = 0; round < ROUNDS; round += 1)
      for (const one of round % 2 === 0 ? [small, large] : [large, small]) await one.measure();
    say(String(small));
    say(String(large));
    const slower = {
      projection: median(small.rates) / median(large.rates),
      verdict: median(large.verdicts) / median(small.verdicts),
    };
    say(
      `at ten times the lots or so (${String(FROM)}, ${String(TO)}) projection takes ${slower.projection.toFixed(2)} times as long, verdicts ${slower.verdict.toFixed(2)}`,
    );
    await rejudge(large);
    conclude({
      ...{ name: 'certify', ours: median(large.verdicts), baseline: median(small.verdicts) },
      ...{ unit: 'ms', wanted: '< 1.25' },
    });
  } finally {
    await large.close();
    await small.close();
  }
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
  await server.stop();
}
