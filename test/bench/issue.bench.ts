// Certificates on lots with some thousand ancestors, issued over HTTP one after the other and handed to the registry, beside
// verdicts on the same lots, which is what judging alone costs.
// npm run bench -- issue [--width 25] [--layers 41]
import { parseArgs } from 'node:util';
import { CertifiedNetwork } from './certified-network.js';
import { conclude, median, say } from './figures.js';

const { values } = parseArgs({
  options: { width: { type: 'string', default: '25' }, layers: { type: 'string', default: '41' } },
});

const network = await CertifiedNetwork.start();
const lots = await network.weave(Number(values.width), Number(values.layers));
say(`${lots.length} lots, each of some ${Number(values.width) * (Number(values.layers) - 1)} ancestors`);

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

// The first of each reads what is kept afterwards.
const [first = '', ...others] = lots;
await network.judge(first);
await network.issue(first);
const judged: number[] = [];
const issued: number[] = [];
for (const [i, lot] of others.entries()) {
  // Every other lot is judged only: a verdict on file would be taken for the certificate's.
  if (i % 2 === 0) judged.push(await milliseconds(() => network.judge(lot)));
  else issued.push(await milliseconds(() => network.issue(lot)));
}
await network.stop();

const perSecond = (times: readonly number[]): number =>
  (1_000 * times.length) / times.reduce((sum, time) => sum + time, 0);
const slowest = [...issued].sort((a, b) => a - b).at(Math.ceil(0.99 * issued.length) - 1) ?? NaN;
say(`issuing: median ${median(issued).toFixed(0)} ms, p99 ${slowest.toFixed(0)} ms of ${issued.length}`);
say(`judging alone: median ${median(judged).toFixed(0)} ms`);
conclude({
  name: 'issue',
  ours: perSecond(issued),
  baseline: perSecond(judged),
  unit: 'certificates/s',
  wanted: 'nothing was said',
});
