// Verdicts on lots with a thousand ancestors, asked over HTTP, against the recursive query that merely collects these
// ancestors on the same Postgres. `npm run bench -- verdict [ANCESTORS]`
import { conclude, median, say } from './figures.js';
import { AncestorQuery, VerdictAsker, type Timed } from './verdict-asker.js';
import { VerdictNetwork } from './verdict-network.js';
import { saySpent, stagesOf } from './verdict-stages.js';

const ANCESTORS = Number(process.argv[2] ?? 1_000);
const DELIVERY = { deliveryDate: '2027-02-15', awardDate: '2026-11-02', clauseVersion: 'MAY 2024' };
const WARM_UP = 60;
const ROUNDS = 100;

function percentile(values: readonly number[], share: number): number {
  return (
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN
  );
}

function sayTimes(what: string, times: readonly number[]): void {
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  say(`${what.padEnd(58)} p50 ${p50.toFixed(1).padStart(7)} ms  p99 ${p99.toFixed(1).padStart(7)} ms`);
}

async function timed(count: number, ask: (round: number) => Promise<Timed>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const { ms, id, outcome, against } = await ask(round);
    if (outcome !== 'PASS') {
      throw new Error(
        `round ${round}: a verdict of this lineage is a PASS, not ${outcome}, as ${id}: ${against.join(' ')}`,
      );
    }
    times.push(ms);
  }
  return times;
}

const network = await VerdictNetwork.start();
const asker = await VerdictAsker.of(network);
const query = await AncestorQuery.on(network);
try {
  const { deliveries, ancestors, events } = await network.addLineage('A', ANCESTORS);
  await network.analyze();
  say(`${deliveries.length} lots with ${ancestors} ancestors each, of ${events.length} entries`);
  const lotAt = (index: number) => deliveries[index % deliveries.length] ?? '';
  const wc3 = (index: number) => asker.ask({ lot: lotAt(index), policy: 'WC-3' });
  say(`the first verdict that the process gives: ${(await wc3(0)).ms.toFixed(0)} ms`);
  await timed(WARM_UP, (round) => wc3(1 + round));

  const baseline: number[] = [];
  const first = WARM_UP + 1;
  const unasked = await timed(ROUNDS, async (round) => {
    const { ms, count } = await query.ancestorsOf(lotAt(first + round));
    if (count !== ancestors) throw new Error(`${count} ancestors were collected, not ${ancestors}`);
    baseline.push(ms);
    return wc3(first + round);
  });
  await timed(5, () => asker.ask({ lot: lotAt(1), policy: 'DFARS-7052-phase2', question: DELIVERY }));
  const questions = await timed(ROUNDS, (round) => {
    const deliveryDate = new Date(Date.UTC(2027, 1, 1 + round)).toISOString().slice(0, 10);
    const question = { ...DELIVERY, deliveryDate };
    return asker.ask({ lot: lotAt(first + ROUNDS - 1), policy: 'DFARS-7052-phase2', question });
  });
  const policies = await timed(ROUNDS, (round) =>
    asker.ask({ lot: lotAt(first + ROUNDS - 1 - (round >> 1)), policy: round % 2 === 0 ? 'WC-1' : 'WC-0' }),
  );
  const again = await timed(ROUNDS, () => wc3(first));
  say();
  sayTimes('baseline: the recursive query', baseline);
  sayTimes('a lot that nobody asked about before', unasked);
  sayTimes('the same lot, another question', questions);
  sayTimes('a lot under another policy than before', policies);
  sayTimes('the same question again', again);
  say();
  saySpent(await stagesOf(network, asker, deliveries.slice(0, WARM_UP)));
  conclude({
    name: 'verdict',
    ours: median(unasked),
    baseline: median(baseline),
    unit: 'ms',
    wanted: '<= 10, p99 < 50 ms',
  });
} finally {
  asker.close();
  await query.close();
  await network.stop();
}
