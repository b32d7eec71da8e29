import { epochMilliseconds, Rational } from '@lodemark/domain';
import type { Ownership } from './root-facts.js';

/** Equity, votes and seats in percent: three measures, each counted for itself. */
export interface Holding {
  readonly equity: Rational;
  readonly votes: Rational;
  readonly seats: Rational;
}

const HUNDRED = Rational.parse('100');
export const NONE: Holding = { equity: Rational.zero, votes: Rational.zero, seats: Rational.zero };
export const WHOLE: Holding = { equity: HUNDRED, votes: HUNDRED, seats: HUNDRED };
const DAY_MS = 86_400_000;

export const MEASURES = ['equity', 'votes', 'seats'] as const;

/** What a line of a declaration holds. */
export function holdingIn({ equity, votes, seats }: Ownership['holders'][number]): Holding {
  return { equity: Rational.parse(equity), votes: Rational.parse(votes), seats: Rational.parse(seats) };
}

/** What a holding in a holder is worth below: on each step of the chain 50 % or more count whole, less multiplies. */
export function weigh(share: Holding, inHolder: Holding, whole: Rational): Holding {
  // Control by any measure is control of all there is.
  const controls = (holding: Holding) => MEASURES.some((measure) => holding[measure].compare(whole) >= 0);
  const above = controls(inHolder) ? WHOLE : inHolder;
  const below = controls(share) ? WHOLE : share;
  const part = (measure: (typeof MEASURES)[number]) => above[measure].mul(below[measure]).div(HUNDRED);
  return { equity: part('equity'), votes: part('votes'), seats: part('seats') };
}

export function sumOf(holdings: readonly Holding[]): Holding {
  const total = (measure: (typeof MEASURES)[number]) =>
    Rational.sum(holdings.map((holding) => holding[measure]));
  return { equity: total('equity'), votes: total('votes'), seats: total('seats') };
}

/** What no line of a declaration names a holder of. */
export function remainder({ holders }: Ownership): Holding {
  const left = (measure: (typeof MEASURES)[number]) =>
    Rational.max(
      Rational.zero,
      HUNDRED.sub(Rational.sum(holders.map((holder) => Rational.parse(holder[measure])))),
    );
  return { equity: left('equity'), votes: left('votes'), seats: left('seats') };
}

/** Why a declaration shows nothing on a date, whatever it says. */
export function flawOf(
  declared: { readonly statement: Ownership; readonly at: string },
  date: string,
  windowDays: number,
): 'over-whole' | 'stale' | undefined {
  if (isOverWhole(declared.statement)) return 'over-whole';
  return isStale(declared, date, windowDays) ? 'stale' : undefined;
}

/** More than the whole that is held by any measure, beyond the rounding of its lines; nobody can say then who holds what. */
function isOverWhole({ holders }: Ownership): boolean {
  return MEASURES.some((measure) =>
    Rational.sum(holders.map((holder) => Rational.parse(holder[measure]))).greaterThan(ROUNDED_WHOLE),
  );
}

const ROUNDED_WHOLE = Rational.parse('100.5');

/** Whether it was declared, and declared again, longer before the date than the window is. */
function isStale(
  { statement, at }: { readonly statement: Ownership; readonly at: string },
  date: string,
  windowDays: number,
): boolean {
  const from = `${statement.from}T00:00:00Z`;
  const said = epochMilliseconds(from) > epochMilliseconds(at) ? from : at;
  return epochMilliseconds(`${date}T00:00:00Z`) > epochMilliseconds(said) + windowDays * DAY_MS;
}
