// Root checkpoints that two witnesses have cosigned, published one after the other with one new entry each, beside the bare
// recording of such entries: what witnessing, publishing and taking in a checkpoint costs.
// npm run bench -- log [--checkpoints 100]
import { parseArgs } from 'node:util';
import { CertifiedNetwork } from './certified-network.js';
import { conclude, median, say } from './figures.js';

const { values } = parseArgs({ options: { checkpoints: { type: 'string', default: '100' } } });
const count = Number(values.checkpoints);

const network = await CertifiedNetwork.start();
const recorded: number[] = [];
const published: number[] = [];
for (let done = 0; done < count; done += 1) {
  const begun = performance.now();
  await network.say();
  const said = performance.now();
  const size = await network.network.settle();
  recorded.push(said - begun);
  published.push(performance.now() - said);
  if (done === count - 1)
    say(
      `${count} checkpoints, the last of size ${size}, each cosigned by two witnesses that wrote it to disk`,
    );
}
await network.stop();

const perSecond = (times: readonly number[]): number =>
  (1_000 * times.length) / times.reduce((sum, time) => sum + time, 0);
say(
  `a checkpoint: median ${median(published).toFixed(1)} ms; an entry before it: ${median(recorded).toFixed(1)} ms`,
);
conclude({
  name: 'log',
  ours: perSecond(published),
  baseline: perSecond(recorded),
  unit: 'a second',
  wanted: 'nothing was said',
});
