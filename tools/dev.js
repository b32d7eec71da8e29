// Watch mode: compiles on every change and restarts the whole network (`npm start`) when what it runs has changed.
import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const run = (...args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });

// What is compiled here lacks the services' schemas: the next `npm run build` must begin from nothing.
rmSync(`${root}node_modules/.lodemark-build`, { force: true });

const first = spawnSync(process.execPath, [tsc, '--build', 'apps/standalone', 'apps/cli'], {
  cwd: root,
  stdio: 'inherit',
});
if (first.status !== 0) process.exit(first.status ?? 1);

const children = [
  run(tsc, '--build', '--watch', '--preserveWatchOutput', 'apps/standalone', 'apps/cli'),
  run('--watch', '--watch-preserve-output', 'apps/standalone/dist/main.js'),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
for (const child of children) {
  child.on('exit', (code) => {
    for (const other of children) other.kill();
    process.exitCode ??= code ?? 0;
  });
}
