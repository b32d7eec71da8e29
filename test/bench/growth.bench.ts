// How much slower recording and judging become as history grows: the rate of single posts, and verdicts on lots of the
// same lineage, at two sizes of the logs. `npm run bench -- growth [--from 100000] [--to 1000000]`
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Connections } from './connections.js';
import { conclude, inParallel, median, perSecond, say } from './figures.js';
import { VerdictAsker } from './verdict-asker.js';
import { VerdictNetwork } from './verdict-network.js';
import { WITHOUT_LIMITS } from './without-limits.js';

const { values } = parseArgs({
  options: { from: { type: 'string', default: '100000' }, to: { type: 'string', default: '1000000' } },
});
const [FROM, TO] = [Number(values.from), Number(values.to)];

const CONNECTIONS = 64;
const POSTS = 4_000;
const ROUNDS = 3;
const ANCESTORS = 100;
const VERDICTS = 60;
const WARM_UP = 40;
const BATCH = 1_000;
const LANES = 2;

interface Measured {
  readonly entries: number;
  /** Events a second. */
  readonly rate: number;
  /** Milliseconds, median. */
  readonly verdict: number;
}

const network = await VerdictNetwork.start(WITHOUT_LIMITS);
const asker = await VerdictAsker.of(network);
const connections = await Connections.open(network.custody.url, CONNECTIONS);
let recorded = 0;

async function fillTo(size: number): Promise<void> {
  const lane = async () => {
    while (recorded < size) {
      const count = Math.min(BATCH, size - recorded);
      recorded += count;
      await connections.post((await network.otherLots(count)).join('\n'), 'application/x-ndjson');
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  while ((await network.applied()) < recorded) await pause(200);
  await network.covered();
  await network.analyze();
}

/** At the size that the logs have now, on a lineage of its own: no verdict on it was ever given. */
async function measure(serial: string): Promise<Measured> {
  const lineage = await network.addLineage(serial, ANCESTORS);
  recorded += lineage.events.length;
  const entries = recorded;
  const lots = lineage.deliveries;
  const times: number[] = [];
  for (let at = 0; at < WARM_UP + VERDICTS; at += 1) {
    const { ms } = await asker.ask({ lot: lots[at] ?? '', policy: 'WC-3' });
    if (at >= WARM_UP) times.push(ms);
  }
  const rates: number[] = [];
  const time = network.processorTime();
  time.begin();
  for (let round = 0; round < ROUNDS; round += 1) {
    const events = await network.otherLots(POSTS);
    recorded += POSTS;
    const post = (jws: string) => connections.post(jws, 'application/jose');
    rates.push(await perSecond(POSTS, () => inParallel(events, CONNECTIONS, post)));
  }
  say(`  processor time an event: ${time.end(ROUNDS * POSTS).join(', ')}`);
  const found = { entries, rate: median(rates), verdict: median(times) };
  say(
    `${String(entries)} entries: ${found.rate.toFixed(0)} events/s recorded, a verdict in ${found.verdict.toFixed(1)} ms (p50)`,
  );
  return found;
}

try {
  // Once before anything is measured, so that neither size has the cold process.
  await measure('W');
  await fillTo(FROM);
  const before = await measure('A');
  await fillTo(TO);
  const after = await measure('B');
  const slower = {
    recording: before.rate / after.rate,
    judging: after.verdict / before.verdict,
  };
  say(
    `from ${String(before.entries)} to ${String(after.entries)} entries: recording takes ${slower.recording.toFixed(2)} times as long, judging ${slower.judging.toFixed(2)}`,
  );
  conclude({
    name: 'growth',
    ours: Math.max(slower.recording, slower.judging),
    baseline: 1,
    unit: 'times as long',
    wanted: '< 1.25',
  });
} finally {
  connections.close();
  asker.close();
  await network.stop();
}
