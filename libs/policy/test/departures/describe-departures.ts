import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { sectionsOf, sectionText } from './departures-page.js';
import { toldScenario, type ToldScenario } from './told-scenarios.js';

/** Judges every departure on the page again; `UPDATE_DEPARTURES=1` writes down what comes out now. */
export function describeDepartures(name: string): void {
  const page = new URL(name, import.meta.url);
  const sections = sectionsOf(readFileSync(page, 'utf8'));
  const told = new Map<string, Promise<ToldScenario>>();
  const found: string[] = [];

  describe(`departures in ${name}`, () => {
    it.each(sections)('from $scenario, question $question, come out as is written', async (section) => {
      const { scenario, text } = section;
      const story = told.get(scenario) ?? toldScenario(scenario);
      told.set(scenario, story);
      const now = sectionText(section, await story);
      found.push(now);
      if (process.env['UPDATE_DEPARTURES'] !== '1') expect(now.split('\n')).toEqual(text.split('\n'));
    });

    afterAll(() => {
      if (process.env['UPDATE_DEPARTURES'] === '1') writeFileSync(page, `${found.join('\n\n')}\n`);
    });
  });
}
