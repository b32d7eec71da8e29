import { readdirSync, readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { departed, type Departure, type Told } from '../../libs/policy/test/departures/departure.js';
import {
  comesTo,
  lineOf,
  sectionsOf,
  verdictOf,
  type Section,
} from '../../libs/policy/test/departures/departures-page.js';
import { toldScenario, type ToldScenario } from '../../libs/policy/test/departures/told-scenarios.js';

const FOLDER = new URL('../../libs/policy/test/departures/', import.meta.url);
const pagesInFolder = () =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => new URL(name, FOLDER));

interface Test {
  readonly section: Section;
  readonly departure: Departure;
  readonly answer: string;
}

/** The departures from the scenarios, each a test of its own. */
export class DepartureTests {
  private readonly tests = new Map<string, Test>();
  private readonly kept = new Map<string, Buffer>();
  private told = new Map<string, ToldScenario>();

  static async load(pages: readonly (URL | string)[] = pagesInFolder()): Promise<DepartureTests> {
    const loaded = new DepartureTests();
    for (const page of pages)
      for (const section of sectionsOf(readFileSync(page, 'utf8'))) await loaded.add(section);
    return loaded;
  }

  private async add(section: Section): Promise<void> {
    const { scenario, question, departures } = section;
    if (!this.kept.has(scenario)) this.kept.set(scenario, serialize(await toldScenario(scenario)));
    for (const { departure, answer } of departures)
      this.tests.set(`${scenario} ${String(question)} ${lineOf(departure, undefined)}`, {
        section,
        departure,
        answer,
      });
  }

  get names(): readonly string[] {
    return [...this.tests.keys()];
  }

  /** The file of the scenario that it departs from. */
  scenarioOf(name: string): string {
    return this.tests.get(name)?.section.scenario ?? '';
  }

  costOf(): number {
    return 60;
  }

  /** Which checks it is about, as text. */
  about(name: string): string {
    return this.tests.get(name)?.answer ?? '';
  }

  /** From here on everything is read anew: nothing is remembered from before. */
  forget(): void {
    this.told = new Map();
  }

  /** Why it does not come out as it did before; undefined when it does. */
  failureOf(name: string): string | undefined {
    const test = this.tests.get(name);
    if (test === undefined) return 'there is no such test';
    try {
      return this.differenceIn(test);
    } catch (error) {
      return `breaks off: ${String(error)}`;
    }
  }

  private differenceIn({ section, departure, answer }: Test): string | undefined {
    const { names, told } = this.toldOf(section.scenario);
    const other = departed(told[section.question - 1] as Told, departure, names);
    if (other === undefined) return 'fails: it cannot be said any more';
    const { outcome, digest } = comesTo(verdictOf(other));
    if (!answer.includes(`→ ${outcome} (`)) return `says otherwise: ${outcome}`;
    return answer.includes(`(${digest})`) ? undefined : `other bytes: ${digest}`;
  }

  private toldOf(scenario: string): ToldScenario {
    const before = this.told.get(scenario);
    if (before !== undefined) return before;
    const told = deserialize(this.kept.get(scenario) as Buffer) as ToldScenario;
    this.told.set(scenario, told);
    return told;
  }
}
