// Breaks a whole network under load and checks what is left: `npm run chaos -- [--kills N] [--minutes M] [--seed S]`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const { status } = spawnSync(
  process.execPath,
  [
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    `--import=${new URL('../test/support/typescript-loader.js', import.meta.url).href}`,
    fileURLToPath(new URL('../test/chaos/chaos.ts', import.meta.url)),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
