import { Rational } from '@lodemark/domain';
import type { Case } from './case.js';
import {
  flawOf,
  holdingIn,
  MEASURES,
  NONE,
  remainder,
  sumOf,
  weigh,
  WHOLE,
  type Holding,
} from './holding.js';
import type { Organization, Ownership } from './root-facts.js';

const HUNDRED = Rational.parse('100');
const HALF = Rational.parse('50');

export type ControlVerdict =
  | { readonly verdict: 'clear'; readonly covered: Holding }
  | {
      readonly verdict: 'concern';
      readonly code: 'jurisdiction' | 'government-holding';
      readonly detail: string;
    }
  | {
      readonly verdict: 'unproven';
      readonly code:
        | 'organization-unknown'
        | 'ownership-undeclared'
        | 'ownership-stale'
        | 'ownership-over-whole'
        | 'ownership-incomplete'
        | 'ownership-retold';
      readonly detail: string;
    };

/**
 * Whether an organization is an entity of concern on a date (R-FEOC, domain.md 1.6): jurisdiction of a covered
 * country, or 25 % of equity, votes or seats held by its government, directly or through others. A holding of 50 % or
 * more counts whole, a smaller one multiplies. What nobody declared may hide a government, so it is never clear; nor is
 * a declaration of more than the whole, of which nobody knows which line is wrong, nor what is cleared only by declaring
 * afterwards that it had been otherwise.
 */
export function controlOn(known: Case, organization: string, date: string): ControlVerdict {
  const now = controlAsTold(known, { of: organization, date });
  if (now.verdict !== 'clear') return now;
  const then = controlAsTold(known, { of: organization, date, toldBy: date });
  return then.verdict === 'concern'
    ? { verdict: 'unproven', code: 'ownership-retold', detail: then.detail }
    : now;
}

function controlAsTold(known: Case, asked: AskedOf): ControlVerdict {
  const { of: organization, date } = asked;
  const record = known.facts.organization(organization);
  if (record === undefined)
    return { verdict: 'unproven', code: 'organization-unknown', detail: organization };
  const seat = coveredSeat(known, record, date);
  if (seat !== undefined) return { verdict: 'concern', code: 'jurisdiction', detail: seat };
  const walk = holdingsOf(known, organization, asked);
  const threshold = Rational.parse(known.parameters.governmentHoldingPercent);
  const concern = MEASURES.find((measure) => walk.covered[measure].compare(threshold) >= 0);
  if (concern !== undefined)
    return {
      verdict: 'concern',
      code: 'government-holding',
      detail: `${show(walk.covered[concern])} % of ${concern}`,
    };
  if (walk.problem !== undefined) return { verdict: 'unproven', ...walk.problem };
  const hidden = MEASURES.find(
    (measure) => walk.covered[measure].add(walk.undisclosed[measure]).compare(threshold) >= 0,
  );
  if (hidden !== undefined)
    return {
      verdict: 'unproven',
      code: 'ownership-incomplete',
      detail: `${show(walk.undisclosed[hidden])} % of ${hidden}`,
    };
  return { verdict: 'clear', covered: walk.covered };
}

interface Walk {
  /** Held by covered governments, attributed. */
  readonly covered: Holding;
  /** Held by nobody who is named. */
  readonly undisclosed: Holding;
  readonly problem?: {
    readonly code: 'ownership-undeclared' | 'ownership-stale' | 'ownership-over-whole';
    readonly detail: string;
  };
}

/** The covered country that an organization is at home in. */
export function coveredSeat(known: Case, record: Organization, date: string): string | undefined {
  return [record.incorporatedIn, record.headquarteredIn, record.principalPlaceIn].find(
    (country) => country !== undefined && known.covered(country, date),
  );
}

/** Whose holders are asked for, and when. */
interface AskedOf {
  readonly of: string;
  readonly date: string;
  /** Of the declarations that had been told by the end of this day alone. */
  readonly toldBy?: string;
}

function keyOf(organization: string, { of, date, toldBy }: AskedOf): string {
  return `${of} ${organization} ${date} ${toldBy ?? ''}`;
}

const walks = new WeakMap<Case, Map<string, Walk>>();

/**
 * Each organization is walked once for each that is asked about, so that a web of holdings costs no more than its
 * lines, and where a circle is broken does not depend on what was asked before.
 */
function holdingsOf(known: Case, organization: string, asked: AskedOf): Walk {
  const walked = walks.get(known) ?? new Map<string, Walk>();
  walks.set(known, walked);
  const key = keyOf(organization, asked);
  const before = walked.get(key);
  if (before !== undefined) return before;
  // Who stands behind a circle of holdings is not shown by going round it.
  walked.set(key, { covered: NONE, undisclosed: WHOLE });
  const walk = walkHoldings(known, organization, asked);
  walked.set(key, walk);
  return walk;
}

function walkHoldings(known: Case, organization: string, asked: AskedOf): Walk {
  const { date, toldBy } = asked;
  const declared = known.facts.ownership(organization, date, toldBy);
  // A state's own body, registered as such, is the government itself: nobody holds it.
  if (declared === undefined && isGovernment(known, organization))
    return { covered: NONE, undisclosed: NONE };
  if (declared === undefined)
    return {
      covered: NONE,
      undisclosed: WHOLE,
      problem: { code: 'ownership-undeclared', detail: organization },
    };
  const { statement } = declared;
  const parts = statement.holders.map((line) => attributed(known, line, asked));
  const flaw = flawOf(declared, date, known.parameters.ownershipMaxAgeDays);
  return {
    covered: sumOf(parts.map(({ covered }) => covered)),
    undisclosed: sumOf([...parts.map(({ undisclosed }) => undisclosed), remainder(statement)]),
    ...(flaw === undefined ? {} : { problem: { code: `ownership-${flaw}` as const, detail: organization } }),
  };
}

type Line = Ownership['holders'][number];

function isGovernment(known: Case, organization: string): boolean {
  return known.facts.organization(organization)?.kind === 'government';
}

function attributed(known: Case, line: Line, asked: AskedOf): Walk {
  const { date } = asked;
  const share = holdingIn(line);
  if ('name' in line.holder) {
    const government = line.holder.kind === 'government' && known.covered(line.holder.country, date);
    // An entity that nobody registered may be a government's: its holders are not declared.
    const unknown = line.holder.kind === 'other-entity';
    return { covered: government ? share : NONE, undisclosed: unknown ? share : NONE };
  }
  const { organization } = line.holder;
  const record = known.facts.organization(organization);
  if (record?.kind === 'government' && coveredSeat(known, record, date) !== undefined)
    return { covered: share, undisclosed: NONE };
  const declared = holdingsOf(known, organization, asked);
  // What a holder does not declare, or declared too long ago, may all be a government's.
  const above = declared.problem === undefined ? declared : { covered: declared.covered, undisclosed: WHOLE };
  const through = (holding: Holding): Holding =>
    weigh(share, holding, Rational.parse(known.parameters.attributionPercent));
  return { covered: through(above.covered), undisclosed: through(above.undisclosed) };
}

/** Percent of equity held in allied countries and elsewhere; what is neither is not known. */
export interface AlliedShare {
  readonly allied: Rational;
  readonly other: Rational;
}

/**
 * Whether an organization is an allied entity on a date: at home in allied countries, no entity of concern, and not a
 * seat there in front of a majority of owners elsewhere.
 */
export function alliedOn(
  known: Case,
  organization: string,
  date: string,
): 'allied' | 'not-allied' | 'unproven' {
  const record = known.facts.organization(organization);
  if (record === undefined) return 'unproven';
  const seats = [record.incorporatedIn, record.headquarteredIn, record.principalPlaceIn];
  if (seats.some((country) => country !== undefined && !known.allied(country, date))) return 'not-allied';
  const { verdict } = controlOn(known, organization, date);
  if (verdict !== 'clear') return verdict === 'concern' ? 'not-allied' : 'unproven';
  const { allied, other } = alliedEquity(known, organization, date);
  if (other.compare(HALF) >= 0) return 'not-allied';
  return allied.greaterThan(HALF) ? 'allied' : 'unproven';
}

const NEITHER: AlliedShare = { allied: Rational.zero, other: Rational.zero };

const alliedShares = new WeakMap<Case, Map<string, AlliedShare>>();

/**
 * The share of equity held, through whomever, in allied countries on a date, for C53's majority: every part counts by
 * the country of who holds it in the end. What nobody declared, or declared too long ago, is neither;
 * nor is anything where a majority elsewhere was declared first, and only afterwards that it had been otherwise.
 */
export function alliedEquity(known: Case, organization: string, date: string): AlliedShare {
  const now = alliedIn(known, organization, { of: organization, date });
  const then = alliedIn(known, organization, { of: organization, date, toldBy: date });
  return then.other.compare(HALF) >= 0 && now.other.lessThan(HALF) ? NEITHER : now;
}

function alliedIn(known: Case, organization: string, asked: AskedOf): AlliedShare {
  const walked = alliedShares.get(known) ?? new Map<string, AlliedShare>();
  alliedShares.set(known, walked);
  const key = keyOf(organization, asked);
  const before = walked.get(key);
  if (before !== undefined) return before;
  walked.set(key, NEITHER);
  const share = walkAllied(known, organization, asked);
  walked.set(key, share);
  return share;
}

function walkAllied(known: Case, organization: string, asked: AskedOf): AlliedShare {
  const { date, toldBy } = asked;
  const declared = known.facts.ownership(organization, date, toldBy);
  if (declared === undefined) return stateShare(known, organization, date);
  if (flawOf(declared, date, known.parameters.ownershipMaxAgeDays) !== undefined) return NEITHER;
  const parts = declared.statement.holders.map((line) => {
    const equity = Rational.parse(line.equity);
    if ('name' in line.holder) {
      if (!known.allied(line.holder.country, date)) return { allied: Rational.zero, other: equity };
      // Who owns an entity that nobody registered is not known, wherever it sits.
      const open = line.holder.kind === 'other-entity';
      return { allied: open ? Rational.zero : equity, other: Rational.zero };
    }
    const of = alliedIn(known, line.holder.organization, asked);
    return { allied: equity.mul(of.allied).div(HUNDRED), other: equity.mul(of.other).div(HUNDRED) };
  });
  return {
    allied: Rational.sum(parts.map(({ allied }) => allied)),
    other: Rational.sum(parts.map(({ other }) => other)),
  };
}

function stateShare(known: Case, organization: string, date: string): AlliedShare {
  const record = known.facts.organization(organization);
  if (record?.kind !== 'government') return NEITHER;
  return known.allied(record.incorporatedIn, date)
    ? { allied: HUNDRED, other: Rational.zero }
    : { allied: Rational.zero, other: HUNDRED };
}

/** A percentage as a finding states it. */
export function show(percent: Rational): string {
  return percent.toDecimal(2).replace(/\.?0+$/, '');
}
