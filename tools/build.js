// Builds everything in dependency order, from nothing. The services are built by the Nest CLI, because only it runs
// the OpenAPI plug-in that turns request classes into schemas; libraries and the CLI by `tsc --build`.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// What `tsc --build` has left in a service (`npm run dev` does) counts as up to date for the Nest CLI, which would
// leave it without schemas; and the output of a source that is gone could still be imported.
for (const group of ['libs', 'apps']) {
  for (const name of readdirSync(`${root}${group}`))
    rmSync(`${root}${group}/${name}/dist`, { recursive: true, force: true });
}

const tsc = bin('typescript/bin/tsc');
const nest = bin('@nestjs/cli/bin/nest.js');
run(tsc, ['--build', 'libs/feed', 'libs/policy', 'libs/platform']);
for (const service of ['registry', 'custody', 'provenance', 'standalone']) run(nest, ['build', service]);
run(tsc, ['--build', 'apps/cli']);
