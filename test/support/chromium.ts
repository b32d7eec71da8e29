import { describe, it } from '@jest/globals';
import { findChromium } from './find-chromium.js';

/** A suite that needs a browser. Where there is none it says so in one line; in CI that is a failure. */
export function whereChromiumRuns(name: string, suite: (executable: string) => void): void {
  const executable = findChromium();
  if (executable !== undefined) {
    describe(name, () => suite(executable));
    return;
  }
  const reason = 'no chromium on the PATH; on Debian: apt-get install chromium.';
  if (process.env['CI'] === 'true') throw new Error(`${name} cannot be tested: ${reason}`);
  process.stderr.write(`The tests of ${name} do not run: ${reason}\n`);
  describe(name, () => it.skip('needs Chromium, which is not here', () => undefined));
}
