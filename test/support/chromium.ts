import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from '@jest/globals';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser that the system's packages installed; `LODEMARK_CHROMIUM` names another one. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env['LODEMARK_CHROMIUM'] ?? '', ...found].find((path) => path !== '' && existsSync(path));
}

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
