import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { EmbeddedPostgres } from './postgres/embedded-postgres.js';
import { runScenarioFile } from './scenario/run-file.js';
import type { ScenarioReport } from './scenario/run-scenario.js';

const USAGE =
  'usage: npm run scenarios -- PATH…   (files or folders of scenarios; without one: test/scenarios)';

/** Every scenario file that the paths name, folders searched, in the order of their names. */
async function scenarioFiles(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      if (!(await stat(path)).isDirectory()) return [path];
      const names = await readdir(path, { recursive: true });
      return names
        .filter((name) => /\.(ya?ml|json)$/.test(name))
        .sort()
        .map((name) => join(path, name));
    }),
  );
  return found.flat();
}

function print({ id, title, compared }: ScenarioReport, path: string): boolean {
  const agrees = compared.every((one) => one.agrees);
  process.stdout.write(`${agrees ? 'ok  ' : 'FAIL'} ${id}: ${title} (${relative(process.cwd(), path)})\n`);
  for (const { what, expected, got, agrees: same } of compared) {
    if (same && process.env['VERBOSE'] === undefined) continue;
    process.stdout.write(
      `     ${same ? '✓' : '✗'} ${what}: expected ${expected}${same ? '' : `, got ${got}`}\n`,
    );
  }
  return agrees;
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.some((arg) => arg.startsWith('-'))) throw new Error(USAGE);
  const files = await scenarioFiles(args.length > 0 ? args : ['test/scenarios']);
  if (files.length === 0) throw new Error(`no scenario file found. ${USAGE}`);
  const postgres = await EmbeddedPostgres.start({ fsync: false });
  let [passed, failed] = [0, 0];
  try {
    for (const path of files) {
      try {
        if (print(await runScenarioFile(path, { adminUrl: postgres.adminUrl }), path)) passed += 1;
        else failed += 1;
      } catch (error) {
        failed += 1;
        process.stdout.write(
          `FAIL ${relative(process.cwd(), path)}: ${error instanceof Error ? error.message : String(error)}\n`,
        );
      }
    }
  } finally {
    await postgres.stop();
  }
  process.stdout.write(`${String(passed)} scenarios as expected, ${String(failed)} not\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
