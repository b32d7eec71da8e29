// Goes through the scenarios for departures that tell something new, and writes them on the pages beside this file:
// `node --conditions=source --import=./test/support/typescript-loader.js libs/policy/test/departures/choose-departures.ts [FILE…]`
// What is on the pages stays. All scenario files take some ten minutes of processor time; a departure can as well be written
// down by hand, with UPDATE_DEPARTURES=1 to say what comes of it.
import { addToPages, GOLDEN, isChain, scenarioFiles } from './add-to-pages.js';
import { Exploration, type Tried } from './exploration.js';
import { toldScenario } from './told-scenarios.js';

/** What brings a finding or an outcome that no departure brought before, and what stands at a limit. */
function chosenFrom(tried: readonly Tried[]): readonly Tried[] {
  const known = new Set<string>();
  return tried.filter(({ news, atLimit }) => {
    const isNew = news.some((one) => !known.has(one));
    news.forEach((one) => known.add(one));
    return atLimit || isNew;
  });
}

const exploration = new Exploration();
const files = scenarioFiles();
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : new Set([GOLDEN, ...files.filter(isChain), ...files]))
  exploration.explore(name, await toldScenario(name));
await addToPages(chosenFrom(exploration.tried));
