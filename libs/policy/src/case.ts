import { ELEMENTS, isRareEarth, Rational, type Element, toKilograms } from '@lodemark/domain';
import { chooseClause, type ClauseChoice } from './clause.js';
import { Chains, type Custody, type Link, type LinkGap, type Trip } from './chains.js';
import { castsDoubt, custodiansOf, EntryIndex, involvedIn, type Custodians } from './custodians.js';
import { isWithin } from './interval.js';
import { sortEvidence, type Sorted, type Told } from './effective-events.js';
import type { Evidence, EvidenceEntry } from './evidence.js';
import { ALLOY_RANK, isAlloyed, isChainForm, isNeutral, rankOf } from './forms.js';
import { Lineage, type Process, type Stated } from './lineage.js';
import { Measure } from './measure.js';
import { countryOf, instantsOf, processPlaces, rootPlaces, type StepPlace } from './places.js';
import type { Policy, PolicyParameters } from './policy-document.js';
import { remembered } from './remembered.js';
import { compareText, RootFacts } from './root-facts.js';
import { contributionsOf, keyOf, traceElement, type Trace } from './trace.js';
import type { Question } from './verdict.js';

export type { Custody, Link, LinkGap, Trip } from './chains.js';
export type { StepPlace } from './places.js';

/** What is asked: about which lot, and the facts of the delivery that only the asker knows. */
export interface Asked {
  readonly lot: string;
  readonly question: Question;
}

export type Family = 'NdFeB' | 'SmCo' | 'other';

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
  /** Which elements are followed; a question of law, so that only a policy that names a clause offers the choice. */
  readonly profileName: 'strict' | 'literal';
  readonly required: readonly Element[];
  readonly tracked: readonly Element[];
  readonly traces: ReadonlyMap<Element, Trace>;
  /** Every lot, process and root of any tracked element. */
  readonly lots: readonly string[];
  private readonly within: ReadonlySet<string>;
  private readonly contributions = remembered((process: Process) => contributionsOf(process, this));
  readonly processes: readonly Process[];
  readonly roots: readonly Told<'LotCreated'>[];
  readonly links: readonly Link[];
  readonly linkGaps: readonly LinkGap[];
  readonly custodies: readonly Custody[];
  /** Every journey: of each link whose dispatch is known, and those that led back. */
  readonly trips: readonly Trip[];
  /** From the ground on, whatever the clause looks at: what tables tell, and no rule judges beyond its clause. */
  readonly wholeTraces: ReadonlyMap<Element, Trace>;
  /** Every journey on the way from the ground. */
  readonly wholeTrips: readonly Trip[];
  private readonly custodians: Custodians;
  private readonly involved: ReadonlySet<string>;
  private readonly index: EntryIndex;

  constructor(
    readonly evidence: Evidence,
    readonly policy: Policy,
    { lot, question }: Asked,
  ) {
    this.subject = lot;
    this.question = question;
    this.parameters = policy.document.parameters;
    ({
      facts: this.facts,
      sorted: this.sorted,
      lineage: this.lineage,
    } = readingOf(evidence.root)(evidence.faults)(evidence.entries));
    this.measure = Measure.under(this.parameters);
    this.material = this.lineage.madeAs(lot);
    this.family = familyOf(this.material, this.measure);
    this.clause = this.parameters.clause === undefined ? undefined : chooseClause({ policy, question });
    this.fromMelt = this.clause?.ok === true && this.clause.test === 'melted-produced';
    this.profileName =
      this.parameters.clause === undefined
        ? this.parameters.defaultProfile
        : (question.elementProfile ?? this.parameters.defaultProfile);
    const profile = this.parameters.profiles[this.family][this.profileName];
    this.required = elementsIn(profile.required);
    this.tracked = this.trackedElements(elementsIn(profile.ifPresent));
    this.traces = this.traced(this.fromMelt);
    const traces = [...this.traces.values()];
    const lots = lotsOf(lot, traces);
    this.lots = this.fromMelt
      ? lots.filter((one) => one === lot || isAlloyed(this.lineage.formOf(one) ?? 'ALLOY'))
      : lots;
    this.within = new Set(this.lots);
    this.custodians = custodiansOf(this.lots, evidence.entries);
    this.involved = new Set(involvedIn(this.custodians));
    this.index = indexOf(evidence.entries);
    this.processes = processesOf(traces);
    this.roots = distinctBy(
      traces.flatMap(({ roots }) => roots),
      ({ ref }) => `${ref.facility} ${String(ref.index)}`,
    );
    const chains = new Chains(this);
    this.links = chains.links;
    this.linkGaps = chains.gaps;
    this.custodies = chains.custodies;
    this.wholeTraces = this.fromMelt ? this.traced(false) : this.traces;
    this.trips = tripsOf(chains);
    this.wholeTrips = this.fromMelt ? this.tripsFromTheGround() : this.trips;
  }

  private traced(fromMelt: boolean): ReadonlyMap<Element, Trace> {
    const { lineage, measure } = this;
    return new Map(
      this.tracked.map((element) => [
        element,
        traceElement(this.subject, element, {
          lineage,
          measure,
          fromMelt,
          contributionsOf: this.contributions,
        }),
      ]),
    );
  }

  /** Of every rare earth that is in the subject, from the ground, whatever the profile leaves out. */
  rareEarthTraces(): readonly Trace[] {
    const { lineage, measure, parameters, family } = this;
    const all = this.trackedElements(elementsIn(parameters.profiles[family].strict.ifPresent));
    return all.filter(isRareEarth).map(
      (element) =>
        this.wholeTraces.get(element) ??
        traceElement(this.subject, element, {
          lineage,
          measure,
          fromMelt: false,
          contributionsOf: this.contributions,
        }),
    );
  }

  private tripsFromTheGround(): readonly Trip[] {
    const { subject, lineage } = this;
    const traces = [...this.wholeTraces.values()];
    return tripsOf(
      new Chains({ subject, lineage, lots: lotsOf(subject, traces), processes: processesOf(traces) }),
    );
  }

  /** Whether a country is covered on a calendar date. */
  covered(country: string, date: string): boolean {
    return inTable(this.parameters.coveredCountries, country, date);
  }

  allied(country: string, date: string): boolean {
    return inTable(this.parameters.alliedCountries, country, date);
  }

  /** Whether the lot is one of the lineage. */
  has(lot: string): boolean {
    return this.within.has(lot);
  }

  /** Whether an entry is about a lot of the lineage, from a log whose facility had custody of it. */
  readonly concerns = remembered((entry: EvidenceEntry): boolean =>
    castsDoubt({ ref: entry.ref, lots: this.index.lotsOf(entry) }, this.custodians),
  );

  /** Facilities that may have had custody of a lot of the lineage. */
  hadCustody(facility: string): boolean {
    return this.involved.has(facility);
  }

  /** Whether a facility may have had custody of this lot of the lineage. */
  hadLot(facility: string, lot: string): boolean {
    return this.custodians.get(lot)?.has(facility) === true;
  }

  instantsOf(told: Told, changes: readonly string[], claimed: readonly string[] = []): string[] {
    return instantsOf(told, changes, claimed);
  }

  /** The country of the facility that tells of an event; undefined when it is not registered, or was moved meanwhile. */
  countryOf(told: Told): string | undefined {
    return countryOf(this.facts, told);
  }

  /** Every step that an element took, with its place. */
  placesOf({ processes, roots }: Pick<Trace, 'processes' | 'roots'>): StepPlace[] {
    return [
      ...roots.flatMap((root) => rootPlaces(this.facts, root)),
      ...processes.flatMap((process) => processPlaces(this.facts, process)),
    ];
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
    const neutral = isNeutral(process.step);
    const since = !neutral && rankOf(process.step) >= ALLOY_RANK;
    if (!neutral && !since) return [];
    const inputs = process.inputs.filter(({ role }) => role !== 'reagent');
    if (since) this.elementsOfInputs(process).forEach((element) => found.add(element));
    return inputs.map(({ lot }) => lot);
  }

  /**
   * What goes in with the inputs, impurities left out that are no more than a trace of all that goes in: an assay of
   * the product need not name them. Of reagents only the rare earths, which no melt lets go.
   */
  private elementsOfInputs(process: Process): Element[] {
    const { lineage, measure } = this;
    const all = Rational.sum(process.inputs.map(({ mass }) => toKilograms(mass.net)));
    const brought = process.inputs.map((input) => {
      const stated = lineage.materialAt(input.lot, process.facility, process.told.ref.index);
      const { contents } = measure.input(lineage, process, input);
      return { input, contents, present: [...(measure.present(stated) ?? [])] };
    });
    const least = all.mul(measure.trace);
    const much = (element: Element) =>
      Rational.sum(brought.map(({ contents }) => contents.get(element)?.kg ?? Rational.zero)).compare(
        least,
      ) >= 0;
    return brought.flatMap(({ input, contents, present }) =>
      present
        .filter((element) => input.role !== 'reagent' || isRareEarth(element))
        .filter((element) => {
          const kg = contents.get(element)?.kg;
          return (
            kg === undefined ||
            kg.compare(toKilograms(input.mass.net).mul(IMPURITY_SHARE)) >= 0 ||
            much(element)
          );
        }),
    );
  }
}

/** What the evidence says, whatever is asked of it, and at whichever horizon. */
const readingOf = remembered((root: Evidence['root']) => {
  const facts = new RootFacts(root);
  return remembered((faults: Evidence['faults']) =>
    remembered((entries: Evidence['entries']) => {
      const sorted = sortEvidence({ faults, entries }, facts);
      return { facts, sorted, lineage: new Lineage(sorted.told) };
    }),
  );
});

const indexOf = remembered((entries: Evidence['entries']) => new EntryIndex(entries));

/** What makes up less than this of an input came with it, and is not what it was put in for. */
const IMPURITY_SHARE = Rational.parse('0.01');

const SYMBOLS: ReadonlyMap<string, Element> = new Map(ELEMENTS.map((element) => [element, element]));

function elementsIn(symbols: readonly string[]): Element[] {
  return symbols.flatMap((symbol) => SYMBOLS.get(symbol) ?? []);
}

function lotsOf(subject: string, traces: readonly Trace[]): string[] {
  return [...new Set([subject, ...traces.flatMap((trace) => [...trace.lots])])].sort(compareText);
}

function tripsOf({ links, detours }: Chains): Trip[] {
  const arrived = links.flatMap(({ lot, receipt, handOver }) =>
    handOver === undefined ? [] : [{ lot, handOver, end: receipt }],
  );
  return [...arrived, ...detours];
}

function processesOf(traces: readonly Trace[]): Process[] {
  return distinctBy(
    traces.flatMap(({ processes }) => processes),
    keyOf,
  );
}

function distinctBy<T>(things: readonly T[], key: (thing: T) => string): T[] {
  return [...new Map(things.map((thing) => [key(thing), thing]))]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, thing]) => thing);
}

function inTable(table: PolicyParameters['coveredCountries'], country: string, date: string): boolean {
  return table.some((row) => row.country === country && isWithin(row, date));
}

/** By what an assay shows; what is only said decides where no assay does. */
function familyOf(material: Stated | undefined, measure: Measure): Family {
  const present =
    material !== undefined && isChainForm(material.form) ? measure.present(material) : undefined;
  if (material !== undefined && present !== undefined) {
    const holds = (symbol: Element) => present.has(symbol);
    const iron = (holds('Nd') || holds('Pr')) && holds('Fe');
    const cobalt = holds('Sm') && holds('Co');
    // A little of the other family’s elements is in many a magnet: the metal that it is mostly made of tells.
    if (iron && (!cobalt || !cobaltOutweighsIron(material, measure))) return 'NdFeB';
    if (cobalt) return 'SmCo';
  }
  return material?.family === 'NdFeB' || material?.family === 'SmCo' ? material.family : 'other';
}

function cobaltOutweighsIron(material: Stated, measure: Measure): boolean {
  const { contents } = measure.contents(material);
  const kg = (element: Element) => contents.get(element)?.kg ?? Rational.zero;
  return kg('Co').greaterThan(kg('Fe'));
}
