import { readdirSync } from 'node:fs';
import { declaredBy } from './jest-globals.js';

const FOLDERS = ['../../libs/policy/src/', '../../libs/policy/test/', '../../libs/domain/src/'];
/** The scenario files are tests of their own here. */
const LEFT_OUT = 'scenarios.spec.ts';

/** The unit tests of rules and domain, each run by itself. */
export class SpecTests {
  runs = new Map();

  static async load() {
    const tests = new SpecTests();
    for (const folder of FOLDERS.map((path) => new URL(path, import.meta.url))) {
      const files = readdirSync(folder).filter((name) => name.endsWith('.spec.ts') && name !== LEFT_OUT);
      for (const file of files)
        for (const { name, run } of await declaredBy(() => import(new URL(file, folder).href)))
          tests.runs.set(`${file}: ${name}`, run);
    }
    return tests;
  }

  get names() {
    return [...this.runs.keys()];
  }

  /** Milliseconds, before it was run for the first time. */
  costOf() {
    return 50;
  }

  about(name) {
    return name;
  }

  forget() {}

  async failureOf(name) {
    try {
      await this.runs.get(name)();
      return undefined;
    } catch (error) {
      return `fails: ${String(error?.message ?? error).slice(0, 300)}`;
    }
  }
}
