import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runScenarioFile } from '../../apps/standalone/src/scenario/run-file.js';
import { sharedServerUrl } from './database.js';
import { scenarioFolder } from './scenario-folder.js';

/** Of two parts, each run by a process of its own: together they take long. */
export function playScenarioFiles(belongs: (name: string) => boolean): void {
  const files = readdirSync(scenarioFolder).filter((name) => name.endsWith('.yaml') && belongs(name));

  describe('every scenario file, through the real HTTP APIs on a driven clock', () => {
    it.each(files)(
      '%s comes out as it says',
      async (name) => {
        const { compared } = await runScenarioFile(join(scenarioFolder, name), {
          adminUrl: sharedServerUrl(),
        });
        expect(compared.filter(({ agrees }) => !agrees)).toEqual([]);
        expect(compared.length).toBeGreaterThan(0);
      },
      600_000,
    );
  });
}

/** Named after the check, or the rule of a further question, that they decide; others after what domain.md calls them. */
export function isOfOneCheck(name: string): boolean {
  return /^(C\d|R-)/.test(name);
}
