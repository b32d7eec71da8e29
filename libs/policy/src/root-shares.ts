import { Rational, type Element } from '@lodemark/domain';
import { stronglyConnected } from './circles.js';
import { compareText, push } from './root-facts.js';
import { handOut, WHOLE_SHARE } from './share-units.js';
import { stepBack, type Source, type StepBack, type UnknownSource, type Weighing } from './sources.js';
import type { Told } from './effective-events.js';

/** A part of an element of a lot: from one root, or from nobody knows where. */
export type RootShare = { readonly units: bigint } & (
  { readonly root: Told<'LotCreated'> } | { readonly unknown: UnknownSource; readonly lot: string }
);

/** How much of an element of a lot came from which root. */
export interface RootShares {
  readonly element: Element;
  /**
   * `exact` where every step on the way kept material apart by its own model (identity preserved, segregated, or
   * blended by rule), and nothing is unknown; else `bookkeeping`: in proportion to what went in, which is true of the
   * whole and need not be of this lot.
   */
  readonly basis: 'exact' | 'bookkeeping';
  /** Every step that is known kept material apart: what is known to be of a root is of it. */
  readonly keptApart: boolean;
  /** The largest first; together they make {@link WHOLE_SHARE}. */
  readonly shares: readonly RootShare[];
}

/** Models under which a lot holds what its inputs were (ISO 22095, domain.md 2.2). */
const KEPT_APART: readonly string[] = ['identity-preserved', 'segregated', 'controlled-blending'];

/** Circles of more lots than this are not solved: nobody runs such a loop, and the work grows with the cube. */
const MOST_IN_A_CIRCLE = 60;

/**
 * Follows an element of a lot back to its roots and hands its share on at every step, in proportion to what each input
 * brought. Each lot is passed once, with all that came to it. What goes round in a circle is counted to where it
 * entered; a circle that nothing enters has no origin.
 */
export function rootShares(subject: string, element: Element, weighing: Weighing): RootShares {
  return new Sharing(element, weighing).of(subject);
}

class Sharing {
  private readonly steps = new Map<string, StepBack>();
  private readonly arrived = new Map<string, bigint>();
  private readonly unknown = new Map<string, { unknown: UnknownSource; lot: string; units: bigint }>();
  private keptApart = true;

  constructor(
    private readonly element: Element,
    private readonly weighing: Weighing,
  ) {}

  of(subject: string): RootShares {
    this.arrived.set(subject, WHOLE_SHARE);
    // Each part comes after those that it leads to; shares flow the other way.
    for (const part of stronglyConnected(this.edgesFrom(subject)).reverse()) this.pass(part);
    const roots = [...this.steps].flatMap(([lot, step]): RootShare[] =>
      'root' in step ? [{ root: step.root, units: this.arrived.get(lot) ?? 0n }] : [],
    );
    const shares = [...roots, ...this.unknown.values()].filter(({ units }) => units > 0n);
    return {
      element: this.element,
      basis: this.keptApart && this.unknown.size === 0 ? 'exact' : 'bookkeeping',
      keptApart: this.keptApart,
      shares: shares.sort(bySize),
    };
  }

  private edgesFrom(subject: string): ReadonlyMap<string, readonly string[]> {
    const edges = new Map<string, readonly string[]>();
    const open = [subject];
    for (let lot = open.pop(); lot !== undefined; lot = open.pop()) {
      if (edges.has(lot)) continue;
      const step = stepBack(lot, this.element, this.weighing);
      this.steps.set(lot, step);
      const before = sourcesOf(step).flatMap(({ from }) => ('lot' in from ? [from.lot] : []));
      edges.set(lot, before);
      open.push(...before);
    }
    return edges;
  }

  private pass(part: readonly string[]): void {
    const [lot = ''] = part;
    const step = this.steps.get(lot);
    const round = sourcesOf(step).some(({ from }) => 'lot' in from && from.lot === lot);
    if (part.length > 1 || round) this.passCircle(part);
    else if (step !== undefined && 'sources' in step)
      this.handOn(lot, this.arrived.get(lot) ?? 0n, step.sources);
    for (const one of part) this.noteBasis(this.steps.get(one));
  }

  private noteBasis(step: StepBack | undefined): void {
    if (step === undefined || 'root' in step) return;
    // What ends here is unknown, and says nothing about how the rest was kept.
    if (step.sources.every(({ from }) => 'unknown' in from)) return;
    if (!step.apart || step.model === undefined || !KEPT_APART.includes(step.model)) this.keptApart = false;
  }

  private handOn(lot: string, units: bigint, sources: readonly Source[]): void {
    const parts = handOut(
      units,
      sources.map(({ kg }) => kg),
    );
    sources.forEach(({ from }, at) => {
      this.arrive(lot, from, parts[at] ?? 0n);
    });
  }

  private arrive(by: string, from: Source['from'], units: bigint): void {
    if ('lot' in from) {
      this.arrived.set(from.lot, (this.arrived.get(from.lot) ?? 0n) + units);
      return;
    }
    const key = `${from.unknown} ${by}`;
    const before = this.unknown.get(key)?.units ?? 0n;
    this.unknown.set(key, { unknown: from.unknown, lot: by, units: before + units });
  }

  /** What came into a circle leaves it, after however many rounds, by the ways out, in the proportion of a limit. */
  private passCircle(part: readonly string[]): void {
    this.keptApart = false;
    const inside = new Set(part);
    const units = part.reduce((sum, lot) => sum + (this.arrived.get(lot) ?? 0n), 0n);
    const ways = part.length > MOST_IN_A_CIRCLE ? [] : this.waysOut(part, inside);
    if (ways.length === 0) {
      const [lot = ''] = [...part].sort(compareText);
      this.arrive(lot, { unknown: 'own-ancestor' }, units);
      return;
    }
    const parts = handOut(
      units,
      ways.map(({ kg }) => kg),
    );
    ways.forEach(({ by, from }, at) => {
      this.arrive(by, from, parts[at] ?? 0n);
    });
  }

  private waysOut(part: readonly string[], inside: ReadonlySet<string>): (Source & { by: string })[] {
    const rows = part.map((lot) => proportions(sourcesOf(this.steps.get(lot))));
    const leaks = rows.some((row) => row.some(({ from }) => !('lot' in from) || !inside.has(from.lot)));
    if (!leaks) return [];
    const through = throughput(
      part.map((lot) => Rational.of(this.arrived.get(lot) ?? 0n, WHOLE_SHARE)),
      rows.map((row) => withinOf(part, row)),
    );
    return rows.flatMap((row, at) =>
      row
        .filter(({ from }) => !('lot' in from) || !inside.has(from.lot))
        .map(({ from, kg }) => ({ by: part[at] ?? '', from, kg: kg.mul(through[at] ?? Rational.zero) })),
    );
  }
}

function sourcesOf(step: StepBack | undefined): readonly Source[] {
  return step !== undefined && 'sources' in step ? step.sources : [];
}

function proportions(sources: readonly Source[]): readonly Source[] {
  const total = Rational.sum(sources.map(({ kg }) => kg));
  return sources.map(({ from, kg }) => ({ from, kg: kg.div(total) }));
}

function withinOf(part: readonly string[], row: readonly Source[]): readonly Rational[] {
  const toLot = new Map<string, Rational[]>();
  for (const { from, kg } of row) if ('lot' in from) push(toLot, from.lot, kg);
  return part.map((lot) => Rational.sum(toLot.get(lot) ?? []));
}

/**
 * What passes each lot of a circle in all its rounds: the solution of x = b + xF, with b what came in from outside and
 * F what each hands on to each, by elimination. A circle that leaks has one.
 */
function throughput(entered: readonly Rational[], handsOn: readonly (readonly Rational[])[]): Rational[] {
  const size = entered.length;
  const none = Rational.zero;
  const rows = entered.map((b, to) => [
    ...handsOn.map((row, from) => (from === to ? Rational.one : none).sub(row[to] ?? none)),
    b,
  ]);
  for (let at = 0; at < size; at += 1) {
    // Of a matrix like this no pivot vanishes: every column's diagonal outweighs what is handed on.
    const pivot = rows[at]?.[at] ?? Rational.one;
    const scaled = (rows[at] ?? []).map((value) => value.div(pivot));
    rows[at] = scaled;
    rows.forEach((row, other) => {
      const factor = row[at] ?? none;
      if (other === at || factor.isZero()) return;
      rows[other] = row.map((value, column) => value.sub(factor.mul(scaled[column] ?? none)));
    });
  }
  return rows.map((row) => row[size] ?? none);
}

function nameOf(share: RootShare): string {
  return 'root' in share ? share.root.event.lot : `${share.lot} ${share.unknown}`;
}

function bySize(a: RootShare, b: RootShare): number {
  return a.units === b.units ? compareText(nameOf(a), nameOf(b)) : a.units > b.units ? -1 : 1;
}
