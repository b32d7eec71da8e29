import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import { judge } from '../../src/judge.js';
import type { Outcome, Verdict } from '../../src/verdict.js';
import { departed, standing, type Departure, type Names, type Told } from './departure.js';
import type { Json } from './paths.js';
import type { ToldScenario } from './told-scenarios.js';

/** Departures from what one question of a scenario is judged by, each with what then comes of it. */
export interface Section {
  /** The scenario's file. */
  readonly scenario: string;
  /** Its first question is 1. */
  readonly question: number;
  readonly departures: readonly { readonly departure: Departure; readonly answer: string }[];
  /** As it stands on the page. */
  readonly text: string;
}

const HEADING = /^## (?<scenario>\S+), question (?<question>\d+): /;
const LINE = /^(?<thing>[^,:]+)(?:, (?<path>\S+))?: (?:left out|.* → (?<value>.+))$/;

export function sectionsOf(page: string): readonly Section[] {
  return page
    .split(/^(?=## )/m)
    .filter((text) => HEADING.test(text))
    .map((text) => {
      const { scenario = '', question } = HEADING.exec(text)?.groups ?? {};
      const [, ...paragraphs] = text.trimEnd().split('\n\n');
      return {
        scenario,
        question: Number(question),
        text: text.trimEnd(),
        departures: paragraphs.map((paragraph) => {
          const [line = '', ...answer] = paragraph.split('\n');
          return { departure: departureIn(line), answer: answer.join('\n') };
        }),
      };
    });
}

function departureIn(line: string): Departure {
  const { thing, path = '', value } = LINE.exec(line)?.groups ?? {};
  if (thing === undefined) throw new Error(`not a departure: ${line}`);
  return { thing, path, value: value === undefined ? undefined : (JSON.parse(value) as Json) };
}

/** The departure in words, with what stood there before. */
export function lineOf({ thing, path, value }: Departure, before: Json | undefined): string {
  const place = path === '' ? thing : `${thing}, ${path}`;
  if (value === undefined) return `${place}: left out`;
  return `${place}: ${before === undefined ? 'nothing' : JSON.stringify(before)} → ${JSON.stringify(value)}`;
}

export function verdictOf({ evidence, policy, asked }: Told): Verdict {
  return judge(evidence, policy, asked);
}

/** The section as it comes out now. */
export function sectionText(
  section: Pick<Section, 'scenario' | 'question' | 'departures'>,
  scenario: ToldScenario,
): string {
  const { question } = section;
  const told = scenario.told[question - 1];
  if (told === undefined) throw new Error(`${section.scenario} asks no question ${String(question)}`);
  const before = verdictOf(told);
  const { asked, policy } = told;
  const heading = `## ${section.scenario}, question ${String(question)}: ${asked.lot} under ${policy.document.id}: ${before.outcome}`;
  const known = { names: scenario.names, before };
  const paragraphs = section.departures.map(
    ({ departure }) =>
      `${lineOf(departure, standing(told, departure, scenario.names))}\n${answerTo(told, departure, known)}`,
  );
  return [heading, ...paragraphs].join('\n\n');
}

/** What the departure comes to: outcome, the first bytes of the verdict's digest, and which findings came and went. */
export function answerTo(told: Told, departure: Departure, { names, before }: Known): string {
  const other = departed(told, departure, names);
  if (other === undefined) throw new Error(`cannot be said: ${lineOf(departure, undefined)}`);
  return answerOf(before, verdictOf(other));
}

export function answerOf(before: Verdict, after: Verdict): string {
  const [had, has] = [findingsOf(before), findingsOf(after)];
  const came = [...has].filter((one) => !had.has(one));
  const went = [...had].filter((one) => !has.has(one));
  return [
    `  ${before.outcome} → ${after.outcome} (${comesTo(after).digest})`,
    ...(came.length === 0 ? [] : [`  now: ${came.join('; ')}`]),
    ...(went.length === 0 ? [] : [`  no longer: ${went.join('; ')}`]),
  ].join('\n');
}

/** By this much a verdict that is another to the byte is told apart. */
export function comesTo(verdict: Verdict): { readonly outcome: Outcome; readonly digest: string } {
  return { outcome: verdict.outcome, digest: sha256Hex(canonicalBytes(verdict)).slice(0, 16) };
}

export interface Known {
  readonly names: Names;
  /** What comes of the story as the scenario tells it. */
  readonly before: Verdict;
}

/** Of what kinds a verdict's findings are. */
export const findingsOf = ({ findings }: Verdict): ReadonlySet<string> =>
  new Set(findings.map(({ rule, code, outcome }) => `${rule} ${code} ${outcome}`));
