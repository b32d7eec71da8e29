// A test runner for Stryker: the scenario files are its tests, judged in its own process. A mutant is switched on without
// loading anything again, so that thousands of them can be tried. `npm run mutate` starts it.

/**
 * Of the scenarios that reach a mutant so many are tried: those that killed another mutant of the file lately, the
 * shortest, and the longest, which tell of whole campaigns. A mutant that survives these counts as survived.
 */
const TRIED = { killers: 12, shortest: 20, longest: 12 };

/** As Stryker numbers what came of a test. */
const [SUCCESS, FAILED] = [0, 1];

class ScenarioRunner {
  static inject = [];

  /** Here the instrumented code reads which mutant is on, and writes down which it came by. */
  context = (globalThis.__stryker__ ??= {});
  /** By the file of the mutant, the latest first. */
  killers = new Map();

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    const { ScenarioTests } = await import('./scenario-tests.ts');
    this.tests = await ScenarioTests.load();
  }

  dryRun() {
    const tests = this.tests.names.map((name) => {
      this.context.currentTestId = name;
      return this.run(name);
    });
    this.context.currentTestId = undefined;
    return Promise.resolve({ status: 'complete', tests, mutantCoverage: this.context.mutantCoverage });
  }

  mutantRun({ testFilter, activeMutant, hitLimit }) {
    Object.assign(this.context, { activeMutant: activeMutant.id, hitLimit, hitCount: 0 });
    try {
      return Promise.resolve(this.tried(testFilter ?? this.tests.names, activeMutant.fileName));
    } finally {
      Object.assign(this.context, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
    }
  }

  tried(reaching, file) {
    let nrOfTests = 0;
    for (const name of this.chosenFrom(reaching, file)) {
      const { status, failureMessage } = this.run(name);
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
    const byCost = [...reaching].sort((a, b) => this.tests.costOf(a) - this.tests.costOf(b));
    const killers = (this.killers.get(file) ?? []).filter((name) => reaches.has(name));
    return new Set([
      ...killers.slice(0, TRIED.killers),
      ...byCost.slice(0, TRIED.shortest),
      ...byCost.slice(-TRIED.longest),
    ]);
  }

  run(name) {
    const begun = Date.now();
    const failureMessage = this.tests.failureOf(name);
    const status = failureMessage === undefined ? SUCCESS : FAILED;
    return { id: name, name, timeSpentMs: Date.now() - begun, status, failureMessage };
  }
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'scenarios', injectableClass: ScenarioRunner }];
