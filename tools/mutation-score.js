import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInSample, sampleEvery } from './mutation-sample.js';

/** How a killed mutant was noticed, by how the message of the test runner begins. */
const NOTICED = {
  said: 'says otherwise',
  bytes: 'other bytes',
  broke: 'breaks off',
  unit: 'fails',
};
const COLUMNS = ['said', 'bytes', 'broke', 'unit', 'endless', 'survived', 'unreached', 'static'];

function kindOf({ status, statusReason = '' }) {
  switch (status) {
    case 'Killed':
      return Object.keys(NOTICED).find((kind) => statusReason.startsWith(NOTICED[kind])) ?? 'broke';
    case 'Timeout':
      return 'endless';
    case 'NoCoverage':
      return 'unreached';
    case 'Ignored':
      return 'static';
    case 'Survived':
      return 'survived';
    default:
      throw new Error(`a mutant came to ${status}: ${statusReason}`);
  }
}

/** Killed of those that were tried, as a share; what no scenario reaches counts as survived. */
function scoreOf(counts) {
  const killed = counts.said + counts.bytes + counts.broke + counts.unit + counts.endless;
  return killed / (killed + counts.survived + counts.unreached);
}

const row = (name, counts) =>
  `${name.padEnd(46)}${COLUMNS.map((kind) => String(counts[kind]).padStart(10)).join('')}${(100 * scoreOf(counts)).toFixed(1).padStart(8)} %`;

/** Half the width of the interval that holds the score of all mutants, in points, when these are a sample of them. */
function margin(counts) {
  const tried = Object.entries(counts).reduce(
    (sum, [kind, count]) => sum + (kind === 'static' ? 0 : count),
    0,
  );
  const score = scoreOf(counts);
  return (196 * Math.sqrt((score * (1 - score)) / tried)).toFixed(1);
}

/** Prints the score of each file and of all, and writes down beside the report where the survivors are. */
export function sayScore(folder) {
  const { files } = JSON.parse(readFileSync(join(folder, 'mutation.json'), 'utf8'));
  const none = () => Object.fromEntries(COLUMNS.map((kind) => [kind, 0]));
  const all = none();
  const survivors = [];
  const lines = [`${''.padEnd(46)}${COLUMNS.map((kind) => kind.padStart(10)).join('')}     score`];
  for (const [file, { mutants, source }] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const counts = none();
    const text = source.split('\n');
    for (const mutant of mutants.filter(({ id }) => isInSample(id))) {
      const kind = kindOf(mutant);
      counts[kind] += 1;
      all[kind] += 1;
      if (kind !== 'survived' && kind !== 'unreached') continue;
      const { line } = mutant.location.start;
      const becomes = (mutant.replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 80);
      survivors.push(
        `${file}:${line} ${kind}, ${mutant.mutatorName}: ${text[line - 1].trim().slice(0, 100)}  →  ${becomes}`,
      );
    }
    lines.push(row(file, counts));
  }
  lines.push(row('all', all));
  if (sampleEvery() > 1)
    lines.push(
      `one mutant of ${sampleEvery()} was tried; the score of all is within ${margin(all)} points of this (95 %)`,
    );
  writeFileSync(join(folder, 'survivors.txt'), `${survivors.join('\n')}\n`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
