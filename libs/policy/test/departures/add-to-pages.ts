import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Departure } from './departure.js';
import { lineOf, sectionsOf, sectionText, type Section } from './departures-page.js';
import { FOLDERS, toldScenario } from './told-scenarios.js';

export const GOLDEN = 'golden-path.yaml';

/** All scenario files by their names. */
export const scenarioFiles = () =>
  FOLDERS.flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith('.yaml'));

export const isChain = (scenario: string) => scenario.startsWith('chain-');

const PAGES = ['golden-path.txt', 'chains.txt', 'other-scenarios.txt'];

function pageOf(scenario: string): string {
  if (scenario === GOLDEN) return 'golden-path.txt';
  return isChain(scenario) ? 'chains.txt' : 'other-scenarios.txt';
}

export interface Placed {
  readonly scenario: string;
  readonly question: number;
  readonly departure: Departure;
}

/** Writes departures on the pages beside this file, each with what comes of it; what is on the pages stays. */
export async function addToPages(departures: readonly Placed[]): Promise<void> {
  const sections = new Map<string, Section>();
  const note = (section: Section) => {
    const key = `${section.scenario} ${String(section.question)}`;
    const before = sections.get(key)?.departures ?? [];
    const lines = new Set(before.map(({ departure }) => lineOf(departure, undefined)));
    const added = section.departures.filter(({ departure }) => !lines.has(lineOf(departure, undefined)));
    sections.set(key, { ...section, departures: [...before, ...added] });
  };
  for (const page of PAGES.map(urlOf).filter((one) => existsSync(one)))
    sectionsOf(readFileSync(page, 'utf8')).forEach(note);
  for (const { scenario, question, departure } of departures)
    note({ scenario, question, departures: [{ departure, answer: '' }], text: '' });

  const texts = new Map<string, string[]>();
  for (const section of sections.values()) {
    const page = pageOf(section.scenario);
    const text = sectionText(section, await toldScenario(section.scenario));
    texts.set(page, [...(texts.get(page) ?? []), text]);
  }
  for (const [page, all] of texts) writeFileSync(urlOf(page), `${all.join('\n\n')}\n`);
}

const urlOf = (page: string) => new URL(page, import.meta.url);
