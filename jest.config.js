const project = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/.lodemark/', '/dist/'],
};

export default {
  // A database server starts in a second, or in twenty on a machine with two busy cores. Jest reads this only here.
  testTimeout: 120_000,
  // Every file's modules stay in the worker that ran it: after a hundred files it does little but collect garbage.
  workerIdleMemoryLimit: '1GB',
  coverageProvider: 'v8',
  collectCoverageFrom: ['{apps,libs}/*/src/**/*.ts', '!**/*.spec.ts'],
  projects: [
    {
      ...project,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{apps,libs}/*/{src,test}/**/*.spec.ts',
        '<rootDir>/test/**/*.spec.ts',
        '<rootDir>/tools/**/*.spec.js',
      ],
    },
    {
      ...project,
      displayName: 'e2e',
      testMatch: ['<rootDir>/{apps,libs}/*/test/**/*.e2e-spec.ts', '<rootDir>/test/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/test/support/postgres.setup.ts',
      globalTeardown: '<rootDir>/test/support/postgres.teardown.ts',
    },
    {
      ...project,
      displayName: 'kafka',
      testMatch: ['<rootDir>/{apps,libs}/*/test/**/*.kafka-spec.ts', '<rootDir>/test/**/*.kafka-spec.ts'],
      globalSetup: '<rootDir>/test/support/kafka.setup.ts',
      globalTeardown: '<rootDir>/test/support/kafka.teardown.ts',
    },
  ],
};
