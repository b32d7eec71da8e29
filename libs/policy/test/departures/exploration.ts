import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import type { Verdict } from '../../src/verdict.js';
import { departed, placeOf, type Departure, type Names, type Told } from './departure.js';
import { answerOf, findingsOf, verdictOf } from './departures-page.js';
import { labelOf } from './labels.js';
import type { Json } from './paths.js';
import { between, insteadOf, leavesOf, type Leaf, type Others } from './possible-departures.js';
import type { ToldScenario } from './told-scenarios.js';

/** A departure, and what is new about the verdict. */
export interface Tried {
  readonly scenario: string;
  readonly question: number;
  readonly departure: Departure;
  /** As it would stand on the page. */
  readonly answer: string;
  /** Both outcomes, and each finding that came (+) or went (-). */
  readonly news: readonly string[];
  /** It stands at a limit: the next smallest change comes out otherwise. */
  readonly atLimit: boolean;
}

/** How many departures of one kind are tried: the same member of the same type of event, changed in the same way. */
const OF_A_KIND = 2;
const STEPS_TO_A_LIMIT = 34;

/** Tries one change after another, and only what no scenario before said in the same words. */
export class Exploration {
  readonly tried: Tried[] = [];
  private readonly seen = new Set<string>();
  private readonly counts = new Map<string, number>();

  explore(scenario: string, { names, told }: ToldScenario): void {
    for (const [at, one] of told.entries())
      new Story(this, { scenario, question: at + 1 }, one, names).explore();
  }

  isNew(key: string): boolean {
    const before = this.seen.size;
    return this.seen.add(key).size > before;
  }

  isRare(kind: string, most: number): boolean {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return count <= most;
  }
}

interface Thing {
  readonly name: string;
  readonly what: Json;
}

/** What one question of a scenario is judged by. */
class Story {
  private readonly before: Verdict;
  private readonly others: Others;

  constructor(
    private readonly exploration: Exploration,
    private readonly asked: { readonly scenario: string; readonly question: number },
    private readonly told: Told,
    private readonly names: Names,
  ) {
    this.before = verdictOf(told);
    this.others = othersIn(told);
  }

  explore(): void {
    const { policy, asked } = this.told;
    for (const { name, what } of this.things()) {
      const content = sha256Hex(canonicalBytes(what));
      const whole = name !== 'question' && name !== 'policy';
      if (whole && this.exploration.isNew(`${policy.document.id} ${asked.lot} ${name} ${content}`))
        this.attempt({ thing: name, path: '', value: undefined });
      if (this.isNew(`${name} ${content}`))
        for (const leaf of leavesOf(what)) this.exploreLeaf({ name, what }, leaf);
    }
  }

  private isNew(key: string): boolean {
    return this.exploration.isNew(`${this.law} ${key}`);
  }

  private isRare(kind: string, most = OF_A_KIND): boolean {
    return this.exploration.isRare(`${this.law} ${kind}`, most);
  }

  /** What the same words are asked about: the rungs of the ladder and DFARS ask much the same, other laws ask otherwise. */
  private get law(): string {
    const { id } = this.told.policy.document;
    return /^(WC-\d|DFARS-)/.test(id) ? 'ladder' : id;
  }

  private exploreLeaf({ name, what }: Thing, leaf: Leaf): void {
    if (!this.isNew(`${name} ${leaf.path} ${JSON.stringify(leaf.value)}`)) return;
    const { type = name, step = '' } = what as { type?: string; step?: string };
    const kind = `${type} ${step} ${leaf.path.replaceAll(/\.\d+/g, '.n')}`;
    const departure = { thing: name, path: leaf.path };
    if (this.isRare(`${kind} left out`)) this.attempt({ ...departure, value: undefined });
    for (const [way, value] of insteadOf(leaf, this.others).entries()) {
      if (!this.isRare(`${kind} ${String(way)}`)) continue;
      const news = this.attempt({ ...departure, value });
      if (news === undefined || news.length === 1 || typeof value !== 'string') continue;
      if (typeof leaf.value === 'string' && this.isRare(`limit of ${kind} ${news.join()}`, 1))
        this.findLimit({ ...departure, value }, leaf.value, news.join());
    }
  }

  /** Halves the way to what comes out otherwise, down to the last that does not and the first that does. */
  private findLimit(far: Departure, near: string, farNews: string): void {
    let [inside, outside] = [near, far.value as string];
    if (between(inside, outside) === undefined) return;
    for (let step = 0; step < STEPS_TO_A_LIMIT; step += 1) {
      const value = between(inside, outside);
      const after = value === undefined ? undefined : this.verdictAfter({ ...far, value });
      if (value === undefined || after === undefined) break;
      if (this.newsIn(after).join() === farNews) outside = value;
      else inside = value;
    }
    for (const value of new Set([inside, outside])) if (value !== near) this.attempt({ ...far, value }, true);
  }

  private attempt(departure: Departure, atLimit = false): readonly string[] | undefined {
    const after = this.verdictAfter(departure);
    if (after === undefined) return undefined;
    const answer = answerOf(this.before, after);
    const news = this.newsIn(after);
    this.exploration.tried.push({ ...this.asked, departure, answer, news, atLimit });
    return news;
  }

  /** Undefined when it cannot be said. */
  private verdictAfter(departure: Departure): Verdict | undefined {
    const other = saidOrUndefined(this.told, departure, this.names);
    return other === undefined ? undefined : verdictOf(other);
  }

  private newsIn(after: Verdict): readonly string[] {
    const [had, has] = [findingsOf(this.before), findingsOf(after)];
    return [
      `${this.before.outcome} → ${after.outcome}`,
      ...[...has].filter((one) => !had.has(one)).map((one) => `+${one}`),
      ...[...had].filter((one) => !has.has(one)).map((one) => `-${one}`),
    ];
  }

  private things(): Thing[] {
    const { evidence, policy, asked } = this.told;
    const labels = labelOf(evidence.root);
    return [
      ...evidence.entries.map((entry) => {
        const { event, signatureValid, seenRootMatches, recordedAt, attestations } = entry;
        const said = attestations.map(({ attestation }) => attestation);
        const attested = said.length === 0 ? {} : { attestations: said };
        const record = { signatureValid, seenRootMatches, recordedAt, covered: { at: entry.covered.at } };
        return { name: this.names.get(placeOf(entry)) ?? '', what: { ...event, ...attested, ...record } };
      }),
      ...evidence.root.map((one) => ({ name: labels.get(one) ?? '', what: one.statement })),
      { name: 'question', what: asked.question },
      { name: 'policy', what: { parameters: policy.document.parameters } },
    ].flatMap(({ name, what }) => (name === '' ? [] : [{ name, what: said(what) }]));
  }
}

/** As it would be written down: without the members of which nothing is known. */
const said = (what: unknown) => JSON.parse(JSON.stringify(what)) as Json;

function saidOrUndefined(told: Told, departure: Departure, names: Names): Told | undefined {
  try {
    return departed(told, departure, names);
  } catch {
    // What a path leads to may not be there any more once a record was taken apart.
    return undefined;
  }
}

function othersIn({ evidence }: Told): Others {
  const said = evidence.root.map(({ statement }) => statement);
  const lots = evidence.entries.flatMap(({ event }) =>
    event.type === 'LotCreated'
      ? [event.lot]
      : event.type === 'Transformed'
        ? event.outputs.map(({ lot }) => lot)
        : [],
  );
  return {
    organizations: said.flatMap((one) => (one.type === 'OrganizationRegistered' ? [one.organization] : [])),
    facilities: said.flatMap((one) => (one.type === 'FacilityRegistered' ? [one.facility] : [])),
    lots: [...new Set(lots)],
    digests: evidence.entries.flatMap((one) => (one.event.type === 'Dispatched' ? [one.payloadDigest] : [])),
  };
}
