// Kills, freezes and cuts everything of a whole network under load, and then looks whether it kept its promises.
// Run: npm run chaos -- [--kills N] [--minutes M] [--seed S]
import { readOptions, USAGE, type ChaosOptions } from './options.js';
import { runChaos } from './run-chaos.js';

// Services are forked from here, and must not inherit what lets this program run TypeScript.
process.execArgv = [];

let options: ChaosOptions;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exit(2);
}
process.exitCode = (await runChaos(options)) ? 0 : 1;
