// Runs one benchmark: `npm run bench -- NAME`. Each prints our figure, a baseline of the same run, the ratio and where
// the time goes; its last line is one JSON object. What is compared with is installed beside the benchmarks.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}test/bench/`;
const names = readdirSync(folder).flatMap((file) => /^(.+)\.bench\.ts$/.exec(file)?.[1] ?? []);

function run(command, args, cwd = root) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const [name, ...rest] = process.argv.slice(2);
if (!names.includes(name)) {
  process.stderr.write(`which benchmark? npm run bench -- ${names.join('|')}\n`);
  process.exit(2);
}
if (!existsSync(`${folder}peers/node_modules`))
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], `${folder}peers`);
run(process.execPath, [
  '--conditions=source',
  '--disable-warning=ExperimentalWarning',
  `--import=${new URL('../test/support/typescript-loader.js', import.meta.url).href}`,
  `${folder}${name}.bench.ts`,
  ...rest,
]);
