// Mutation testing of what decides verdicts: `npm run mutate [-- FILE…]`, by default everything of libs/policy and the
// balances of libs/domain. The scenarios and the unit tests of both are the tests. It works on a copy of the checkout, and
// prints the score. `MUTATION_SAMPLE=10` tries every tenth mutant alone.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sayScore } from './mutation-score.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const TOOLS = 'test/mutation';
const WORKSPACES = ['libs', 'apps'];
const FILES = ['libs/policy/src/**/*.ts', 'libs/domain/src/{mass,element,horwitz}*.ts'];
/** Texts for people, which decide nothing. */
const WORDS = ['libs/policy/src/{sentences,physics-sentences,render,cures}.ts'];
const REPORT = '.lodemark/mutation';
/** A line for each mutant that was tried; it stays when a run is ended early. */
const tried = join(root, REPORT, 'tried.jsonl');

const run = (command, args, cwd) =>
  spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, LODEMARK_MUTANTS_TRIED: tried } })
    .status ?? 1;

/** What Git would keep, and the packages: those from elsewhere are shared, our own are the copy's. */
function copyOfCheckout() {
  const copy = mkdtempSync(join(tmpdir(), 'lodemark-mutation-'));
  const listing = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', listing, { cwd: root }).toString().split('\0');
  for (const file of listed.filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  const own = join(copy, 'node_modules/@lodemark');
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')).filter((one) => one !== '@lodemark'))
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  for (const workspace of WORKSPACES.flatMap((of) =>
    readdirSync(join(copy, of)).map((one) => join(of, one)),
  )) {
    const { name } = JSON.parse(readFileSync(join(copy, workspace, 'package.json'), 'utf8'));
    symlinkSync(join(copy, workspace), join(own, basename(name)));
    const packages = join(root, workspace, 'node_modules');
    if (existsSync(packages)) symlinkSync(packages, join(copy, workspace, 'node_modules'));
  }
  symlinkSync(join(root, TOOLS, 'node_modules'), join(copy, TOOLS, 'node_modules'));
  return copy;
}

function options(named) {
  return {
    mutate: [...(named.length > 0 ? named : FILES), '!**/*.spec.ts', ...WORDS.map((file) => `!${file}`)],
    inPlace: true,
    plugins: [`./${TOOLS}/scenario-runner.js`],
    testRunner: 'scenarios',
    testRunnerNodeArgs: [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      `--import=./${TOOLS}/spec-loader.js`,
    ],
    coverageAnalysis: 'perTest',
    // What is worked out once while a file is loaded would need a process for each mutant.
    ignoreStatic: true,
    concurrency: Number(process.env.MUTATION_PROCESSES ?? availableParallelism()),
    timeoutMS: 60_000,
    // All tests, once: a busy machine takes its time over two thousand of them.
    dryRunTimeoutMinutes: 60,
    reporters: ['json', 'html', 'progress-append-only'],
    jsonReporter: { fileName: `${REPORT}/mutation.json` },
    htmlReporter: { fileName: `${REPORT}/mutation.html` },
  };
}

if (!existsSync(join(root, TOOLS, 'node_modules'))) {
  const install = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  if (run('npm', install, join(root, TOOLS)) !== 0) process.exit(1);
}
mkdirSync(dirname(tried), { recursive: true });
rmSync(tried, { force: true });
const copy = copyOfCheckout();
try {
  const config = join(copy, 'stryker.config.json');
  writeFileSync(config, JSON.stringify(options(process.argv.slice(2))));
  const stryker = join(TOOLS, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  process.exitCode = run(process.execPath, [stryker, 'run', basename(config)], copy);
  if (process.exitCode === 0) {
    cpSync(join(copy, REPORT), join(root, REPORT), { recursive: true });
    sayScore(join(root, REPORT));
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
