// A test runner for Stryker: the scenario files are its tests, judged in its own process, and the unit tests of the rules
// and the domain. A mutant is switched on without loading anything again, so that thousands of them can be tried.
// `npm run mutate` starts it.

import { appendFileSync } from 'node:fs';
import { isInSample, NOT_IN_SAMPLE } from '../../tools/mutation-sample.js';
import { Candidates } from './candidates.js';
import { checksOf, Killers, shuffled } from './choice.js';

/**
 * Of the tests that reach a mutant so many are tried: those that killed another mutant of the file lately, those about
 * the checks of the file, the shortest, and the longest, which tell of whole campaigns; then any, other ones for each
 * mutant. A mutant that survives these counts as survived.
 */
const TRIED = { killers: 32, about: 32, shortest: 24, longest: 8, any: 160 };
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
  killers = new Killers();
  candidates = undefined;

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    const { ScenarioTests } = await import('./scenario-tests.ts');
    const { DepartureTests } = await import('./departure-tests.ts');
    const { SpecTests } = await import('./spec-tests.js');
    for (const tests of [await ScenarioTests.load(), await DepartureTests.load(), await SpecTests.load()])
      for (const name of tests.names) this.tests.set(name, tests);
    const page = process.env.MUTATION_CANDIDATES;
    if (page !== undefined) this.candidates = new Candidates(await DepartureTests.load([page]));
  }

  async dryRun() {
    const results = [];
    for (const name of this.tests.keys()) {
      this.context.currentTestId = name;
      this.tests.get(name).forget();
      results.push(await this.run(name));
    }
    this.context.currentTestId = undefined;
    return { status: 'complete', tests: results, mutantCoverage: this.context.mutantCoverage };
  }

  async mutantRun({ testFilter, activeMutant, hitLimit }) {
    if (!isInSample(activeMutant.id)) return { status: 'error', errorMessage: NOT_IN_SAMPLE };
    Object.assign(this.context, { activeMutant: activeMutant.id, hitLimit, hitCount: 0 });
    try {
      const reaching = testFilter ?? [...this.tests.keys()];
      const { fileName } = activeMutant;
      let result = await this.tried(reaching, activeMutant);
      if (result.status === 'survived' && this.candidates !== undefined)
        result = this.candidates.tried(reaching, fileName) ?? result;
      writeDown(activeMutant, result);
      return result;
    } finally {
      Object.assign(this.context, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
    }
  }

  async tried(reaching, { id, fileName: file }) {
    let nrOfTests = 0;
    for (const tests of new Set(this.tests.values())) tests.forget();
    for (const name of this.chosenFrom(reaching, file, id)) {
      const { status, failureMessage } = await this.run(name);
      nrOfTests += 1;
      const { hitCount, hitLimit } = this.context;
      if (hitCount > hitLimit) return { status: 'timeout', reason: `came by ${String(hitCount)} times` };
      if (status === FAILED) {
        this.killers.note(file, name);
        return { status: 'killed', killedBy: [name], failureMessage, nrOfTests };
      }
    }
    return { status: 'survived', nrOfTests };
  }

  chosenFrom(reaching, file, id) {
    const reaches = new Set(reaching);
    const byCost = [...reaching].sort((a, b) => this.costOf(a) - this.costOf(b));
    const short = byCost.filter((name) => this.costOf(name) < TOO_LONG);
    const killers = this.killers.of(file).filter((name) => reaches.has(name));
    return new Set([
      ...killers.slice(0, TRIED.killers),
      ...this.aboutChecksOf(file, byCost).slice(0, TRIED.about),
      ...byCost.slice(0, TRIED.shortest),
      ...short.slice(-TRIED.longest),
      ...shuffled(short, id).slice(0, TRIED.any),
    ]);
  }

  aboutChecksOf(file, names) {
    const checks = checksOf(file);
    return names.filter((name) => {
      const about = this.tests.get(name).about(name);
      return checks.some((check) => about.includes(check));
    });
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

/** A line for each mutant as it was tried: a run that is ended early leaves these. */
function writeDown({ fileName, location, mutatorName, replacement }, { status, failureMessage, killedBy }) {
  const file = process.env.LODEMARK_MUTANTS_TRIED;
  if (file === undefined) return;
  const tried = { fileName, location, mutatorName, replacement, status, failureMessage, killedBy };
  appendFileSync(file, `${JSON.stringify(tried)}\n`);
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'scenarios', injectableClass: ScenarioRunner }];
