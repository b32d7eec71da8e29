// A test runner for Stryker: the scenario files are its tests, judged in its own process, and the unit tests of the rules
// and the domain. A mutant is switched on without loading anything again, so that thousands of them can be tried.
// `npm run mutate` starts it.

/**
 * Of the tests that reach a mutant so many are tried: those that killed another mutant of the file lately, the shortest,
 * and the longest, which tell of whole campaigns. A mutant that survives these counts as survived.
 */
const TRIED = { killers: 12, shortest: 40, longest: 12 };
/** Milliseconds: what takes longer is tried only when it is among the shortest. */
const TOO_LONG = 1_500;

/** As Stryker numbers what came of a test. */
const [SUCCESS, FAILED] = [0, 1];

class ScenarioRunner {
  static inject = [];

  /** Here the instrumented code reads which mutant is on, and writes down which it came by. */
  context = (globalThis.__stryker__ ??= {});
  tests = new Map();
  /** By the name of the test, in milliseconds, as far as it was run here. */
  costs = new Map();
  /** By the file of the mutant, the latest first. */
  killers = new Map();

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    const { ScenarioTests } = await import('./scenario-tests.ts');
    const { SpecTests } = await import('./spec-tests.js');
    for (const tests of [await ScenarioTests.load(), await SpecTests.load()])
      for (const name of tests.names) this.tests.set(name, tests);
  }

  async dryRun() {
    const results = [];
    for (const name of this.tests.keys()) {
      this.context.currentTestId = name;
      results.push(await this.run(name));
    }
    this.context.currentTestId = undefined;
    return { status: 'complete', tests: results, mutantCoverage: this.context.mutantCoverage };
  }

  async mutantRun({ testFilter, activeMutant, hitLimit }) {
    Object.assign(this.context, { activeMutant: activeMutant.id, hitLimit, hitCount: 0 });
    try {
      return await this.tried(testFilter ?? [...this.tests.keys()], activeMutant.fileName);
    } finally {
      Object.assign(this.context, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
    }
  }

  async tried(reaching, file) {
    let nrOfTests = 0;
    for (const name of this.chosenFrom(reaching, file)) {
      const { status, failureMessage } = await this.run(name);
      nrOfTests += 1;
      const { hitCount, hitLimit } = this.context;
      if (hitCount > hitLimit) return { status: 'timeout', reason: `came by ${String(hitCount)} times` };
      if (status === FAILED) {
        const others = (this.killers.get(file) ?? []).filter((one) => one !== name);
        this.killers.set(file, [name, ...others]);
        return { status: 'killed', killedBy: [name], failureMessage, nrOfTests };
      }
    }
    return { status: 'survived', nrOfTests };
  }

  chosenFrom(reaching, file) {
    const reaches = new Set(reaching);
    const byCost = [...reaching].sort((a, b) => this.costOf(a) - this.costOf(b));
    const killers = (this.killers.get(file) ?? []).filter((name) => reaches.has(name));
    return new Set([
      ...killers.slice(0, TRIED.killers),
      ...byCost.slice(0, TRIED.shortest),
      ...byCost.filter((name) => this.costOf(name) < TOO_LONG).slice(-TRIED.longest),
    ]);
  }

  costOf(name) {
    return this.costs.get(name) ?? this.tests.get(name).costOf(name);
  }

  async run(name) {
    const begun = Date.now();
    const failureMessage = await this.tests.get(name).failureOf(name);
    const timeSpentMs = Date.now() - begun;
    if (failureMessage === undefined) this.costs.set(name, timeSpentMs);
    const status = failureMessage === undefined ? SUCCESS : FAILED;
    return { id: name, name, timeSpentMs, status, failureMessage };
  }
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'scenarios', injectableClass: ScenarioRunner }];
