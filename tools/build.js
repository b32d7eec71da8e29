// Builds everything in dependency order, from nothing, unless the sources are those of the last build (`--force` builds
// all the same). The services are built by the Nest CLI, because only it runs the OpenAPI plug-in that turns request
// classes into schemas; libraries and the CLI by `tsc --build`, the verifier's page by tools/build-verifier.js.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (path) => `${root}node_modules/${path}`;
const GROUPS = ['libs', 'apps'];
const STAMP = bin('.lodemark-build');
const LOCK = bin('.lodemark-build.lock');

const packages = GROUPS.flatMap((group) =>
  readdirSync(`${root}${group}`).map((name) => `${root}${group}/${name}`),
);

/** Changes with any file that a build reads. */
function sources() {
  const files = [
    ...packages.flatMap((folder) => [
      `${folder}/package.json`,
      `${folder}/tsconfig.json`,
      ...below(`${folder}/src`),
    ]),
    ...['nest-cli.json', 'package-lock.json', 'tools/build.js', 'tools/build-verifier.js'].map(
      (name) => root + name,
    ),
    ...readdirSync(root).flatMap((name) => (name.startsWith('tsconfig') ? [root + name] : [])),
  ].filter((file) => existsSync(file));
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function below(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => `${folder}/${name}`)
    .filter((path) => statSync(path).isFile());
}

function isBuilt(digest) {
  const isThere = packages.every((folder) => existsSync(`${folder}/dist`));
  return isThere && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest;
}

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** One build at a time in one folder: a second one would take away what the first has just written. */
function lock() {
  for (;;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(`${LOCK}/pid`, String(process.pid));
      process.on('exit', () => rmSync(LOCK, { recursive: true, force: true }));
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!holderLives()) rmSync(LOCK, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
}

function holderLives() {
  try {
    process.kill(Number(readFileSync(`${LOCK}/pid`, 'utf8')), 0);
    return true;
  } catch (error) {
    // Between the folder and its file there is a moment; whoever made it is given the time.
    return error.code === 'EPERM' || Date.now() - statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs < 5_000;
  }
}

function build() {
  // What `tsc --build` has left in a service (`npm run dev` does) counts as up to date for the Nest CLI, which would
  // leave it without schemas; and the output of a source that is gone could still be imported.
  rmSync(STAMP, { force: true });
  for (const folder of packages) rmSync(`${folder}/dist`, { recursive: true, force: true });
  const tsc = bin('typescript/bin/tsc');
  const nest = bin('@nestjs/cli/bin/nest.js');
  run(tsc, ['--build', 'libs/certificate', 'libs/feed', 'libs/policy', 'libs/platform', 'libs/witness']);
  for (const service of ['registry', 'custody', 'provenance', 'standalone']) run(nest, ['build', service]);
  run(tsc, ['--build', 'apps/cli', 'apps/verifier']);
  run(`${root}tools/build-verifier.js`, []);
}

lock();
const digest = sources();
if (process.argv.includes('--force') || !isBuilt(digest)) {
  build();
  writeFileSync(STAMP, digest);
}
