// Writes on the pages beside this file the departures that noticed a mutant: `node --conditions=source
// --import=./test/support/typescript-loader.js libs/policy/test/departures/keep-departures.ts PAGE TRIED`, with the page of
// list-departures.ts and the lines that `MUTATION_CANDIDATES=PAGE npm run mutate` leaves in .lodemark/mutation/tried.jsonl.
import { readFileSync } from 'node:fs';
import { addToPages } from './add-to-pages.js';
import { lineOf, sectionsOf } from './departures-page.js';

const [page = '', tried = ''] = process.argv.slice(2);
const noticed = new Set(
  readFileSync(tried, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as { killedBy?: string[] }).killedBy ?? []),
);
await addToPages(
  sectionsOf(readFileSync(page, 'utf8')).flatMap(({ scenario, question, departures }) =>
    departures
      .filter(({ departure }) =>
        noticed.has(`${scenario} ${String(question)} ${lineOf(departure, undefined)}`),
      )
      .map(({ departure }) => ({ scenario, question, departure })),
  ),
);
