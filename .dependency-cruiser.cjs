// Who may import whom. The table is the one in docs/architecture.md; each rule says what it protects.

/** What each library may import of ours; `certificate` and `epcis` are planned and already bound. */
const MAY_IMPORT = {
  domain: [],
  transparency: [],
  platform: [],
  policy: ['domain'],
  epcis: ['domain'],
  certificate: ['domain', 'policy', 'transparency'],
  ledger: ['domain', 'transparency'],
  witness: ['transparency'],
  feed: ['domain', 'transparency', 'ledger'],
};

const PURE = '^libs/(domain|policy|transparency|certificate|epcis)/src/';
const TEST = '\\.(spec|e2e-spec)\\.ts$|(^|/)test/';

const direction = Object.entries(MAY_IMPORT).map(([lib, allowed]) => ({
  name: `${lib}-imports-${allowed.length === 0 ? 'none-of-ours' : `only-${allowed.join('-')}`}`,
  comment: `libs/${lib} may import ${allowed.join(', ') || 'nothing of ours'}.`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: TEST },
  to: { path: `^(libs|apps)/(?!(${[lib, ...allowed].join('|')})/)` },
}));

module.exports = {
  forbidden: [
    ...direction,
    {
      name: 'libs-are-listed',
      comment: 'A new library says in MAY_IMPORT what it may import before it imports anything of ours.',
      severity: 'error',
      from: { path: `^libs/(?!(${Object.keys(MAY_IMPORT).join('|')})/)([^/]+)/`, pathNot: TEST },
      to: { path: '^(libs|apps)/', pathNot: '^libs/$2/' },
    },
    {
      name: 'apps-never-import-apps',
      comment: 'Services meet over HTTP and the feed. Only apps/standalone composes them in one process.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: `^apps/standalone/|${TEST}` },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'standalone-composes-services',
      comment: 'What standalone may compose: the three services.',
      severity: 'error',
      from: { path: '^apps/standalone/', pathNot: TEST },
      to: { path: '^apps/(?!(standalone|registry|custody|provenance)/)' },
    },
    {
      name: 'no-deep-imports',
      comment:
        'From outside, a package is what its src/index.ts says, and libs/platform also its src/light.ts.',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/', pathNot: '^(libs|apps)/[^/]+/test/' },
      to: {
        path: '^(libs|apps)/[^/]+/(?!src/index\\.ts$)',
        pathNot: ['^$1/$2/', '^libs/platform/src/light\\.ts$'],
      },
    },
    {
      name: 'platform-light-stays-light',
      comment:
        'The command line starts in a sixth of a second because what it takes of platform needs no framework.',
      severity: 'error',
      from: { path: '^libs/platform/src/light\\.ts$' },
      to: { path: 'node_modules/(@nestjs|fastify|pino|rxjs|reflect-metadata)/', reachable: true },
    },
    {
      name: 'cli-stays-light',
      comment: 'Of platform the command line takes its src/light.ts alone.',
      severity: 'error',
      from: { path: '^apps/cli/src/' },
      to: { path: '^libs/platform/src/index\\.ts$' },
    },
    {
      name: 'no-built-output',
      comment: 'Sources import sources; dist is for Node alone.',
      severity: 'error',
      from: {},
      to: { path: '^(libs|apps)/[^/]+/dist/' },
    },
    {
      name: 'pure-no-node',
      comment: 'Pure libraries run in a browser and have no clock, files or network.',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-few-packages',
      comment:
        'Pure libraries stand on arithmetic, hashing, signatures and parsing alone: no framework, no database driver.',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: {
        path: 'node_modules/',
        pathNot: 'node_modules/(zod|@noble/(hashes|post-quantum)|fastest-levenshtein)/',
      },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'What runs never imports what tests it.',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'no-circular',
      comment: 'A circle has no beginning to read from.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere fails at the worst moment.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.test.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '/dist/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
    },
  },
};
