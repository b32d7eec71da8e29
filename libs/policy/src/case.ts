import { ELEMENTS, epochMilliseconds, isRareEarth, STEPS, type Element, type Step } from '@lodemark/domain';
import { chooseClause, type ClauseChoice } from './clause.js';
import { Chains, type Custody, type Link, type LinkGap } from './chains.js';
import { sortEvidence, type Sorted, type Told } from './effective-events.js';
import type { Evidence } from './evidence.js';
import { Lineage, type Process, type Stated } from './lineage.js';
import { Measure } from './measure.js';
import type { Policy, PolicyParameters } from './policy-document.js';
import { compareText, RootFacts } from './root-facts.js';
import { keyOf, traceElement, type Trace } from './trace.js';
import type { Question } from './verdict.js';

export type { Custody, Link, LinkGap } from './chains.js';

/** A step at a place: in a process, at a mine, or in the documented past of something bought. */
export interface StepPlace {
  readonly step: Step;
  readonly country: string | undefined;
  readonly facility: string | undefined;
  readonly party: string | undefined;
  readonly lot: string;
  /** A bought-in material's past without a document is only said. */
  readonly documented: boolean;
  readonly told: Told;
}

/** What is asked: about which lot, and the facts of the delivery that only the asker knows. */
export interface Asked {
  readonly lot: string;
  readonly question: Question;
}

export type Family = 'NdFeB' | 'SmCo' | 'other';

const ALLOY_RANK = STEPS.indexOf('ALLOY_MELT');

/** Everything that the rules look at, worked out once from evidence, policy and question. */
export class Case {
  readonly subject: string;
  readonly question: Question;
  readonly facts: RootFacts;
  readonly sorted: Sorted;
  readonly lineage: Lineage;
  readonly measure: Measure;
  readonly parameters: PolicyParameters;
  readonly material: Stated | undefined;
  readonly family: Family;
  /** The test of the contract's clause; undefined for policies that name no clause. */
  readonly clause: ClauseChoice | undefined;
  /** The clause looks at melting and later steps only: what comes before is not examined. */
  readonly fromMelt: boolean;
  readonly profileName: 'strict' | 'literal';
  readonly required: readonly Element[];
  readonly tracked: readonly Element[];
  readonly traces: ReadonlyMap<Element, Trace>;
  /** Every lot, process and root of any tracked element. */
  readonly lots: readonly string[];
  readonly processes: readonly Process[];
  readonly roots: readonly Told<'LotCreated'>[];
  readonly links: readonly Link[];
  readonly linkGaps: readonly LinkGap[];
  readonly custodies: readonly Custody[];

  constructor(
    readonly evidence: Evidence,
    readonly policy: Policy,
    { lot, question }: Asked,
  ) {
    this.subject = lot;
    this.question = question;
    this.parameters = policy.document.parameters;
    this.facts = new RootFacts(evidence.root);
    this.sorted = sortEvidence(evidence, this.facts);
    this.lineage = new Lineage(this.sorted.told);
    this.measure = new Measure(this.parameters);
    this.material = this.lineage.madeAs(lot);
    this.family = familyOf(this.material, this.measure);
    this.clause = this.parameters.clause === undefined ? undefined : chooseClause({ policy, question });
    this.fromMelt = this.clause?.ok === true && this.clause.test === 'melted-produced';
    this.profileName = question.elementProfile ?? this.parameters.defaultProfile;
    const profile = this.parameters.profiles[this.family][this.profileName];
    this.required = elementsIn(profile.required);
    this.tracked = this.trackedElements(elementsIn(profile.ifPresent));
    this.traces = new Map(this.tracked.map((element) => [element, traceElement(lot, element, this)]));
    const traces = [...this.traces.values()];
    const lots = [...new Set([lot, ...traces.flatMap((trace) => [...trace.lots])])].sort(compareText);
    this.lots = this.fromMelt
      ? lots.filter((one) => one === lot || CHAIN_FORMS.has(this.lineage.madeAs(one)?.form ?? ''))
      : lots;
    this.processes = distinctBy(
      traces.flatMap(({ processes }) => processes),
      keyOf,
    );
    this.roots = distinctBy(
      traces.flatMap(({ roots }) => roots),
      ({ ref }) => `${ref.facility} ${String(ref.index)}`,
    );
    const chains = new Chains(this);
    this.links = chains.links;
    this.linkGaps = chains.gaps;
    this.custodies = chains.custodies;
  }

  /** Whether a country is covered on a calendar date. */
  covered(country: string, date: string): boolean {
    return inTable(this.parameters.coveredCountries, country, date);
  }

  allied(country: string, date: string): boolean {
    return inTable(this.parameters.alliedCountries, country, date);
  }

  /**
   * A fact about an event's time, if it is the same from when the facility says that it happened to when a root
   * checkpoint first covered it (domain.md 6.1): undefined when it changes in between.
   */
  steady<T>(told: Told, fact: (instant: string) => T, changes: readonly string[] = []): T | undefined {
    const { occurredAt } = told.event;
    const { at } = told.entry.covered;
    const [from, to] = [epochMilliseconds(occurredAt), epochMilliseconds(at)];
    const between = changes.filter(
      (change) => epochMilliseconds(change) > from && epochMilliseconds(change) <= to,
    );
    const [first, ...others] = [occurredAt, ...between, at].map(fact);
    return others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first : undefined;
  }

  /** The country of the facility that tells of an event; undefined when it is not registered, or was moved meanwhile. */
  countryOf(told: Told): string | undefined {
    const { facility } = told.event;
    return this.steady(
      told,
      (instant) => this.facts.facility(facility, instant)?.country,
      this.facts.facilityChanges(facility),
    );
  }

  /** Every step that an element took, with its place. */
  placesOf({ processes, roots }: Pick<Trace, 'processes' | 'roots'>): StepPlace[] {
    return [
      ...roots.flatMap((root) => this.rootPlaces(root)),
      ...processes.flatMap((process) => this.processPlaces(process)),
    ];
  }

  // BLEND, SPLIT and REPACK are no step of any law: C54 looks at where they were done.
  private processPlaces({ told, step, facility, outputs }: Process): StepPlace[] {
    if (step === 'SPLIT' || step === 'BLEND' || step === 'REPACK') return [];
    return [
      {
        step,
        country: this.countryOf(told),
        facility,
        party: undefined,
        lot: outputs[0]?.lot ?? '',
        documented: true,
        told,
      },
    ];
  }

  private rootPlaces(told: Told<'LotCreated'>): StepPlace[] {
    const { origin, lot, facility } = told.event;
    if (origin.kind === 'mined')
      return [
        {
          step: 'MINE',
          country: this.countryOf(told),
          facility,
          party: undefined,
          lot,
          documented: true,
          told,
        },
      ];
    if (origin.kind === 'recycled') {
      // Where the feed was collected is where this material's history begins, as far as anybody knows it.
      return (origin.collectedIn ?? []).map((country) => ({
        step: 'MINE' as const,
        country,
        facility: undefined,
        party: 'collection',
        lot,
        documented: origin.collectionRecord !== undefined,
        told,
      }));
    }
    if (origin.kind !== 'purchased') return [];
    return (origin.chain ?? []).map(({ step, country, party, document }) => ({
      step,
      country,
      facility: undefined,
      party,
      lot,
      documented: document !== undefined,
      told,
    }));
  }

  /** The profile's elements as far as they are there: in the subject, or in what went in since nothing separates them. */
  private trackedElements(ifPresent: readonly Element[]): Element[] {
    const inSubject = this.measure.present(this.material) ?? new Set<Element>();
    const since = this.elementsSinceAlloy();
    const present = ifPresent.filter((element) => inSubject.has(element) || since.has(element));
    const wanted =
      this.family === 'other'
        ? [...present, ...[...inSubject].filter((element) => isRareEarth(element))]
        : present;
    return ELEMENTS.filter((element) => this.required.includes(element) || wanted.includes(element));
  }

  // From the alloy charge on nothing is taken out again: what an input held is in the subject, whatever its assay names.
  private elementsSinceAlloy(): ReadonlySet<Element> {
    const found = new Set<Element>();
    const seen = new Set<string>();
    const open = [this.subject];
    for (let lot = open.pop(); lot !== undefined; lot = open.pop()) {
      if (seen.has(lot)) continue;
      seen.add(lot);
      const processes = this.lineage
        .producersOf(lot)
        .flatMap((producer) => (producer.kind === 'process' ? [producer.process] : []));
      for (const process of processes) open.push(...this.noteInputs(process, found));
    }
    return found;
  }

  /** Notes what went into a melt or a later step, and answers with the lots to look into next. */
  private noteInputs(process: Process, found: Set<Element>): string[] {
    const neutral = process.step === 'SPLIT' || process.step === 'BLEND';
    const since = !neutral && STEPS.indexOf(process.step) >= ALLOY_RANK;
    if (!neutral && !since) return [];
    const inputs = process.inputs.filter(({ role }) => role !== 'reagent');
    if (since) {
      for (const { lot } of inputs)
        this.measure
          .present(this.lineage.materialAt(lot, process.facility, process.told.ref.index))
          ?.forEach((element) => found.add(element));
    }
    return inputs.map(({ lot }) => lot);
  }
}

const SYMBOLS: ReadonlyMap<string, Element> = new Map(ELEMENTS.map((element) => [element, element]));

function elementsIn(symbols: readonly string[]): Element[] {
  return symbols.flatMap((symbol) => SYMBOLS.get(symbol) ?? []);
}

function distinctBy<T>(things: readonly T[], key: (thing: T) => string): T[] {
  return [...new Map(things.map((thing) => [key(thing), thing]))]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, thing]) => thing);
}

function inTable(table: PolicyParameters['coveredCountries'], country: string, date: string): boolean {
  return table.some(
    (row) =>
      row.country === country &&
      (row.from === undefined || row.from <= date) &&
      (row.to === undefined || date <= row.to),
  );
}

const CHAIN_FORMS: ReadonlySet<string> = new Set([
  'ALLOY',
  'POWDER',
  'GREEN_COMPACT',
  'SINTERED_BLOCK',
  'BONDED_BLOCK',
  'PART',
  'DIFFUSED_PART',
  'COATED_PART',
  'MAGNET',
]);

/** By what an assay shows; what is only said decides where no assay does. */
function familyOf(material: Stated | undefined, measure: Measure): Family {
  const present =
    material !== undefined && CHAIN_FORMS.has(material.form) ? measure.present(material) : undefined;
  if (present?.has('Sm') === true && present.has('Co')) return 'SmCo';
  if (present !== undefined && (present.has('Nd') || present.has('Pr')) && present.has('Fe')) return 'NdFeB';
  return material?.family === 'NdFeB' || material?.family === 'SmCo' ? material.family : 'other';
}
