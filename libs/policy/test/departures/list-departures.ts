// Judges every departure that is worth a try, and writes them all on a page like those beside this file, which tools/mutate.js
// can look through for one that notices a mutant: `node --conditions=source
// --import=./test/support/typescript-loader.js libs/policy/test/departures/list-departures.ts PAGE [FILE…]`
import { appendFileSync, writeFileSync } from 'node:fs';
import { GOLDEN, isChain, scenarioFiles } from './add-to-pages.js';
import { lineOf } from './departures-page.js';
import { Exploration } from './exploration.js';
import { toldScenario } from './told-scenarios.js';

const [page, ...asked] = process.argv.slice(2);
if (page === undefined) throw new Error('name the page');
writeFileSync(page, '');
const exploration = new Exploration();
const files = scenarioFiles();
for (const name of asked.length > 0 ? asked : new Set([GOLDEN, ...files.filter(isChain), ...files])) {
  const from = exploration.tried.length;
  exploration.explore(name, await toldScenario(name));
  const found = exploration.tried.slice(from);
  for (const question of new Set(found.map((one) => one.question))) {
    const paragraphs = found
      .filter((one) => one.question === question)
      .map(({ departure, answer }) => `${lineOf(departure, undefined)}\n${answer}`);
    appendFileSync(page, `## ${name}, question ${String(question)}: all\n\n${paragraphs.join('\n\n')}\n\n`);
  }
}
