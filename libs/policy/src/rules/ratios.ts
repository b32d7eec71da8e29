import { Rational, type Composition, type Element, type ElementMass } from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { limitUnstated, orPassIfNone } from '../escalation.js';
import { fail, insufficient, notApplicable, type Found } from '../found.js';
import type { Process } from '../lineage.js';
import { NOTHING, residue } from '../measure.js';
import type { PolicyParameters } from '../policy-document.js';
import { Kept, rememberedPair } from '../remembered.js';
import { gradeFindings, patternOf } from './ore-grade.js';
import type { Rule } from '../rule.js';
import { percent } from '../shares.js';

type Contents = ReadonlyMap<Element, ElementMass>;
type Row = NonNullable<PolicyParameters['ratios']>['baseline'][number] & {
  readonly required?: true | undefined;
};

/**
 * C35: neighbouring rare earths stay together until they are separated: the ratio of a pair is in what comes out what
 * it was in what went in, and in what is mined what the mine's baseline says (domain.md 3.3, 3.7 ratio). Not assayed,
 * without a baseline, or off by more than the policy tolerates: INSUFFICIENT; off by so much that it contradicts: FAIL.
 */
export const c35: Rule = (known) => {
  const limits = known.parameters.ratios;
  if (limits === undefined) return limitUnstated('ratios');
  if (known.fromMelt && known.material !== undefined) return [notApplicable('before-melting-not-examined')];
  const rows = limits.steps.filter(({ pair }) => isTracked(known, pair));
  const steps = known.processes.flatMap((process) =>
    rows.filter(({ step }) => step === process.step).map((row) => ratioFindings(known, process, row)),
  );
  const mines = minesOf(known).map((root) => baselineFindings(known, root, limits.baseline));
  if (steps.length + mines.length === 0) return [notApplicable('nothing-unseparated')];
  return orPassIfNone([...steps, ...mines].flat(), 'patterns-hold', {
    facts: { ratios: steps.length, mines: mines.length },
  });
};

function isTracked(known: Case, pair: readonly Element[]): boolean {
  return pair.some((element) => known.tracked.includes(element));
}

/** What a process did to a pair, under a policy, for as long as what went in and came out is known to hold the same. */
const keptRatios = rememberedPair(
  (_parameters: PolicyParameters, _process: Process) => new Map<Row, Kept<readonly Found[]>>(),
);

function ratioFindings(known: Case, process: Process, row: Row): readonly Found[] {
  const [fed, made] = [fedParts(known, process), madeParts(known, process)];
  const rows = keptRatios(known.parameters, process);
  const kept = rows.get(row) ?? new Kept<readonly Found[]>();
  rows.set(row, kept);
  const parts = [fed.length, ...fed, ...made.flatMap(({ lot, contents }) => [lot, contents])];
  return kept.from(parts, () =>
    ratioFindingsOf(known, { process, row, fed: summed(fed), made: together(process, made) }),
  );
}

interface Flow {
  readonly process: Process;
  readonly row: Row;
  readonly fed: Contents;
  readonly made: readonly Made[];
}

function ratioFindingsOf(known: Case, { process, row, fed, made }: Flow): Found[] {
  const [a, b] = row.pair;
  if (!holds(fed, a) || !holds(fed, b)) return row.required === true ? unassayed(process, { row, fed }) : [];
  return made.flatMap(({ lot, contents }): Found[] => {
    const said = {
      facts: { facility: process.facility, step: process.step, lot, pair: row.pair.join('/') },
      entries: [process.told.ref],
    };
    // A separated product holds one of the two at most; what was not recovered at all is C33's to ask for.
    if (!holds(contents, a) || !holds(contents, b))
      return process.step === 'SEPARATE' || (!holds(contents, a) && !holds(contents, b) && contents.size > 0)
        ? []
        : [
            insufficient('ratio-not-assayed', said, {
              code: 'assay',
              by: process.facility,
              what: `assay lot ${lot} for ${a} and ${b}`,
            }),
          ];
    return judged(known, { row, expected: fed, found: contents }, (outcome) =>
      outcome('ratio-shifted', said, {
        code: 'explain-pattern',
        by: process.facility,
        what: `record what else was fed that moved ${a}/${b}, or have lot ${lot} assayed again`,
      }),
    );
  });
}

/** Of a pair that never comes apart before separation, an assay that names one names the other, were it zero. */
function unassayed(process: Process, { row: { pair }, fed }: { row: Row; fed: Contents }): Found[] {
  if (pair.every((element) => fed.has(element) || !pair.some((other) => holds(fed, other)))) return [];
  const { facility, step, told, inputs } = process;
  const lot = inputs[0]?.lot ?? '';
  return [
    insufficient(
      'fed-not-assayed',
      { facts: { facility, step, lot, pair: pair.join('/') }, entries: [told.ref] },
      { code: 'assay', by: facility, what: `assay what ${step} was fed for ${pair.join(' and ')}` },
    ),
  ];
}

function fedParts(known: Case, process: Process): readonly Contents[] {
  return process.inputs
    .filter(({ lot, role }) => role !== 'reagent' && known.has(lot))
    .map((input) => known.measure.input(known.lineage, process, input).contents);
}

interface Made {
  readonly lot: string;
  readonly contents: Contents;
}

/** What came out and goes on; of a separation all that came out, lost or not. */
function madeParts(known: Case, process: Process): readonly Made[] {
  const apart = process.step === 'SEPARATE';
  const outputs = process.outputs
    .filter(({ lot }) => apart || known.has(lot))
    .map((output) => ({
      lot: output.lot,
      contents: known.measure.contents(known.lineage.madeAs(output.lot) ?? output).contents,
    }));
  const losses = apart ? (process.told.event.losses ?? []) : [];
  const lost = losses.map((loss) => ({
    lot: loss.what,
    contents: known.measure.contents(residue(loss)).contents,
  }));
  return [...outputs, ...lost];
}

/** Products each by itself; of a separation all together, since it takes them apart. */
function together({ step }: Process, made: readonly Made[]): readonly Made[] {
  if (step !== 'SEPARATE') return made;
  return [{ lot: made[0]?.lot ?? '', contents: summed(made.map(({ contents }) => contents)) }];
}

/** Roots of a tracked rare earth that stands in a pair of the baseline. */
function minesOf(known: Case): readonly Told<'LotCreated'>[] {
  const baseline = known.parameters.ratios?.baseline ?? [];
  const elements = known.tracked.filter((element) => baseline.some(({ pair }) => pair.includes(element)));
  const roots = elements.flatMap((element) => known.traces.get(element)?.roots ?? []);
  return [...new Set(roots)].filter(({ event }) => event.origin.kind === 'mined');
}

function baselineFindings(known: Case, root: Told<'LotCreated'>, rows: readonly Row[]): Found[] {
  const { facility, lot } = root.event;
  const instants = known.instantsOf(root, known.facts.facilityChanges(facility));
  const baselines = instants.map((instant) => known.facts.facility(facility, instant)?.baseline);
  const said = { facts: { facility, lot }, entries: [root.ref] };
  if (baselines.some((baseline) => baseline === undefined))
    return [
      insufficient('baseline-missing', said, {
        code: 'register-baseline',
        by: facility,
        what: `have the pattern of rare earths that the mine is known for registered, from its resource statement`,
      }),
    ];
  const { contents } = known.measure.contents(root.event);
  const stated = new Set(
    baselines.flatMap((baseline) => (baseline === undefined ? [] : [baseline.composition])),
  );
  return [...stated].flatMap((composition) => [
    ...rows
      .filter(({ pair }) => isTracked(known, pair))
      .flatMap((row) => againstBaseline(known, { row, contents, composition }, said)),
    ...gradeFindings(known, { root, baseline: composition }, said),
  ]);
}

interface AgainstBaseline {
  readonly row: Row;
  readonly contents: Contents;
  readonly composition: Composition;
}

function againstBaseline(
  known: Case,
  { row, contents, composition }: AgainstBaseline,
  said: {
    readonly facts: { readonly facility: string; readonly lot: string };
    readonly entries: readonly EntryRef[];
  },
): Found[] {
  const expected = patternOf(known, composition);
  const [a, b] = row.pair;
  // A baseline speaks of the pairs that it names.
  if (!holds(expected, a) || !holds(expected, b)) return [];
  const facts = { ...said.facts, pair: row.pair.join('/') };
  if (!holds(contents, a) || !holds(contents, b))
    return [
      insufficient(
        'mined-not-assayed',
        { ...said, facts },
        { code: 'assay', by: facts.facility, what: `assay lot ${facts.lot} for ${a} and ${b}` },
      ),
    ];
  return judged(known, { row, expected, found: contents }, (outcome) =>
    outcome(
      'pattern-off-baseline',
      { ...said, facts },
      {
        code: 'explain-pattern',
        by: facts.facility,
        what: `show that lot ${facts.lot} is of this mine: its ${a}/${b} is not that of the baseline`,
      },
    ),
  );
}

interface Compared {
  readonly row: Row;
  readonly expected: Contents;
  readonly found: Contents;
}

function judged(
  known: Case,
  { row, expected, found }: Compared,
  say: (outcome: typeof fail) => Found,
): Found[] {
  const [a, b] = row.pair;
  const [ea, eb, fa, fb] = [expected.get(a), expected.get(b), found.get(a), found.get(b)].map(
    (mass) => mass ?? NOTHING,
  ) as [ElementMass, ElementMass, ElementMass, ElementMass];
  const ratio = fa.kg.mul(eb.kg).div(ea.kg.mul(fb.kg));
  const relative = Rational.sum([ea, eb, fa, fb].map(({ kg, variance }) => variance.div(kg.square())));
  const off = ratio.sub(Rational.one).abs();
  const k = Rational.parse(known.parameters.coverageFactor);
  const beyond = (limit: string) => off.sub(percent(limit)).exceeds(k, relative.mul(ratio.square()));
  if (beyond(row.contradictionPercent)) return [say(fail)];
  return beyond(row.tolerancePercent) ? [say(insufficient)] : [];
}

function holds(contents: Contents, element: Element): boolean {
  return contents.get(element)?.kg.isPositive() === true;
}

function summed(parts: readonly Contents[]): Contents {
  const sum = new Map<Element, ElementMass>();
  for (const part of parts)
    for (const [element, { kg, variance }] of part) {
      const before = sum.get(element) ?? NOTHING;
      sum.set(element, { kg: before.kg.add(kg), variance: before.variance.add(variance) });
    }
  return sum;
}
