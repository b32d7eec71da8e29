import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = ['domain', 'transparency', 'platform', 'policy', 'ledger', 'feed', 'certificate', 'epcis'];
const APPS = ['registry', 'custody', 'provenance', 'standalone', 'cli'];

/** A tree like ours in which every package only exports a constant: nothing to complain about. */
const CLEAN = {
  'tsconfig.test.json': '{ "compilerOptions": { "module": "nodenext" }, "include": ["**/*.ts"] }',
  'node_modules/pg/package.json': '{ "name": "pg", "main": "index.js" }',
  'node_modules/pg/index.js': 'module.exports = {};',
  'node_modules/zod/package.json': '{ "name": "zod", "main": "index.js" }',
  'node_modules/zod/index.js': 'module.exports = {};',
  'node_modules/@nestjs/common/package.json': '{ "name": "@nestjs/common", "main": "index.js" }',
  'node_modules/@nestjs/common/index.js': 'module.exports = {};',
  'test/support/clock.ts': 'export const clock = 1;',
};
for (const path of [...PACKAGES.map((lib) => `libs/${lib}`), ...APPS.map((app) => `apps/${app}`)]) {
  CLEAN[`${path}/package.json`] = JSON.stringify({
    name: `@lodemark/${path.split('/')[1]}`,
    type: 'module',
    exports: { '.': { source: './src/index.ts', default: './dist/index.js' } },
  });
  CLEAN[`${path}/src/index.ts`] = 'export const one = 1;\n';
  CLEAN[`${path}/src/inner.ts`] = 'export const inner = 1;\n';
  CLEAN[`${path}/dist/index.js`] = 'export const one = 1;\n';
}

/** What may be: it has to stay without complaint. */
const ALLOWED = {
  'libs/policy/src/a.ts': "import { one } from '@lodemark/domain';\nexport const two = one;",
  'libs/ledger/src/a.ts':
    "import pg from 'pg';\nimport { one } from '@lodemark/transparency';\nvoid [pg, one];",
  'apps/standalone/src/a.ts': "import { one } from '@lodemark/custody';\nvoid one;",
  'libs/domain/src/a.ts': "import { z } from 'zod';\nvoid z;",
  'libs/domain/src/a.spec.ts':
    "import 'node:fs';\nimport { clock } from '../../../test/support/clock.js';\nvoid clock;",
  'test/a.e2e-spec.ts': "import { one } from '@lodemark/provenance';\nvoid one;",
};

const imports = (specifier) => `import { one } from '${specifier}';\nvoid one;`;

/** Rule, the file that breaks it, and how. */
const PLANTED = [
  ['domain-imports-none-of-ours', 'libs/domain/src/b.ts', imports('@lodemark/transparency')],
  ['transparency-imports-none-of-ours', 'libs/transparency/src/b.ts', imports('@lodemark/domain')],
  ['platform-imports-none-of-ours', 'libs/platform/src/b.ts', imports('@lodemark/domain')],
  ['policy-imports-only-domain', 'libs/policy/src/b.ts', imports('@lodemark/transparency')],
  ['epcis-imports-only-domain', 'libs/epcis/src/b.ts', imports('@lodemark/policy')],
  [
    'certificate-imports-only-domain-policy-transparency',
    'libs/certificate/src/b.ts',
    imports('@lodemark/ledger'),
  ],
  ['platform-light-stays-light', 'libs/platform/src/light.ts', "import '@nestjs/common';"],
  ['cli-stays-light', 'apps/cli/src/b.ts', imports('@lodemark/platform')],
  ['ledger-imports-only-domain-transparency', 'libs/ledger/src/b.ts', imports('@lodemark/policy')],
  ['feed-imports-only-domain-transparency-ledger', 'libs/feed/src/b.ts', imports('@lodemark/platform')],
  ['feed-imports-only-domain-transparency-ledger', 'libs/feed/src/c.ts', imports('@lodemark/custody')],
  ['witness-imports-only-transparency', 'libs/witness/src/b.ts', imports('@lodemark/domain')],
  ['libs-are-listed', 'libs/extra/src/b.ts', imports('@lodemark/domain')],
  ['apps-never-import-apps', 'apps/provenance/src/b.ts', imports('@lodemark/custody')],
  ['standalone-composes-services', 'apps/standalone/src/b.ts', imports('@lodemark/cli')],
  [
    'no-deep-imports',
    'libs/policy/src/c.ts',
    "import { inner } from '../../domain/src/inner.js';\nvoid inner;",
  ],
  ['no-built-output', 'libs/ledger/src/c.ts', imports('../dist/index.js')],
  [
    'pure-no-node',
    'libs/transparency/src/c.ts',
    "import { createHash } from 'node:crypto';\nvoid createHash;",
  ],
  ['pure-few-packages', 'libs/domain/src/c.ts', "import pg from 'pg';\nvoid pg;"],
  ['pure-few-packages', 'libs/policy/src/d.ts', "import type { Pool } from 'pg';\nexport type P = Pool;"],
  ['no-tests-in-sources', 'libs/ledger/src/d.ts', "import '../../../test/support/clock.js';"],
  ['no-circular', 'libs/domain/src/d.ts', "import type { E } from './e.js';\nexport type D = E[];"],
  ['no-unresolvable', 'libs/ledger/src/e.ts', imports('./nowhere.js')],
];

/** A circle is reported at one of its files only. */
const OTHER_HALF = { 'libs/domain/src/e.ts': "import type { D } from './d.js';\nexport type E = D | 1;" };

let tree;

function write(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
}

/** What the rules say of the tree, each as [rule, file]. */
function violations() {
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(root, '.dependency-cruiser.cjs');
  const args = [depcruise, '{apps,libs}/*/{src,test}', 'test', '--config', config, '--output-type', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).summary.violations.map(({ rule, from }) => [rule.name, from]);
}

describe('the import rules', () => {
  let clean;
  let dirty;

  beforeAll(() => {
    tree = realpathSync(mkdtempSync(join(tmpdir(), 'lodemark-imports-')));
    write(CLEAN);
    mkdirSync(join(tree, 'node_modules/@lodemark'));
    for (const lib of PACKAGES)
      symlinkSync(join(tree, 'libs', lib), join(tree, 'node_modules/@lodemark', lib));
    for (const app of APPS) symlinkSync(join(tree, 'apps', app), join(tree, 'node_modules/@lodemark', app));
    write(ALLOWED);
    clean = violations();
    write(Object.fromEntries(PLANTED.map(([, path, code]) => [path, code])));
    write(OTHER_HALF);
    dirty = violations();
  });

  afterAll(() => rmSync(tree, { recursive: true }));

  it('find nothing in a clean tree', () => {
    expect(clean).toEqual([]);
  });

  it.each(PLANTED)('report %s in %s', (rule, path) => {
    expect(dirty).toContainEqual([rule, path]);
  });

  it('report nothing that was not planted', () => {
    const planted = new Set(PLANTED.map(([, path]) => path));
    expect(dirty.filter(([, path]) => !planted.has(path))).toEqual([]);
  });

  it('are each tried here', () => {
    const tried = new Set(PLANTED.map(([rule]) => rule));
    const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));
    expect(forbidden.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});
