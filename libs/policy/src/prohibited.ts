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
import { coveredSeat, show } from './ownership.js';
import type { Ownership } from './root-facts.js';

export type ProhibitedVerdict =
  | { readonly verdict: 'clear' }
  | {
      readonly verdict: 'prohibited';
      readonly code: 'specified-entity' | 'foreign-influenced';
      readonly detail: string;
    }
  | { readonly verdict: 'unproven'; readonly detail: string };

type Limits = NonNullable<Case['parameters']['prohibitedEntities']>;
type Party = Ownership['holders'][number]['holder'];

/**
 * Whether an organization is a prohibited foreign entity on a date (P.L. 119-21, domain.md 1.6): a specified one, at home
 * in a covered country or held for more than half from there, by whomever; or one that specified ones influence, by 25 %
 * of one of them, 40 % of all, 15 % of its debt, or the right to appoint officers. What nobody declared may be theirs.
 */
export function prohibitedOn(known: Case, organization: string, date: string): ProhibitedVerdict {
  const limits = known.parameters.prohibitedEntities;
  if (limits === undefined) return { verdict: 'unproven', detail: 'the policy states no limits' };
  const now = new Inquiry(known, date, limits).of(organization);
  if (now.verdict !== 'clear') return now;
  const then = new Inquiry(known, date, limits, date).of(organization);
  return then.verdict === 'prohibited' ? unproven(`declared otherwise by then: ${then.detail}`) : now;
}

/** Whether an organization is itself a specified entity on a date, as far as anybody declares who holds it. */
export function standingOn(known: Case, organization: string, date: string): Standing {
  const limits = known.parameters.prohibitedEntities;
  return limits === undefined ? 'unknown' : new Inquiry(known, date, limits).standingOf({ organization });
}

/** What specified entities hold of an organization, each for itself, and what nobody says the holder of. */
interface Held {
  readonly specified: ReadonlyMap<string, Holding>;
  readonly undisclosed: Holding;
  readonly gap?: string;
}

const NOBODY: Held = { specified: new Map(), undisclosed: NONE };

class Inquiry {
  private readonly walked = new Map<string, Held>();

  constructor(
    private readonly known: Case,
    private readonly date: string,
    private readonly limits: Limits,
    /** Of the declarations that had been told by the end of this day alone. */
    private readonly toldBy?: string,
  ) {}

  of(organization: string): ProhibitedVerdict {
    const record = this.known.facts.organization(organization);
    if (record === undefined) return unproven(`${organization} is not registered`);
    const seat = coveredSeat(this.known, record, this.date);
    if (seat !== undefined) return specified(`at home in ${seat}`);
    const held = this.heldIn(organization);
    const control = exceeding(sumOf([...held.specified.values()]), this.limits.controlPercent, 'more');
    if (control !== undefined) return specified(`${control} held from covered countries`);
    return this.influenced(held) ?? this.open(held) ?? this.byDebtAndOffice(organization);
  }

  private influenced({ specified: holders }: Held): ProhibitedVerdict | undefined {
    for (const [holder, holding] of holders) {
      const one = exceeding(holding, this.limits.oneHolderPercent, 'from');
      if (one !== undefined) return influenced(`${one} held by ${holder}`);
    }
    const all = exceeding(sumOf([...holders.values()]), this.limits.allHoldersPercent, 'from');
    return all === undefined ? undefined : influenced(`${all} held by specified entities together`);
  }

  /** What is not disclosed may belong to the largest specified holder. */
  private open({ specified: holders, undisclosed, gap }: Held): ProhibitedVerdict | undefined {
    if (gap !== undefined) return unproven(gap);
    const largest = [...holders.values(), NONE].map((holding) => sumOf([holding, undisclosed]));
    const all = sumOf([...holders.values(), undisclosed]);
    const open =
      largest
        .map((one) => exceeding(one, this.limits.oneHolderPercent, 'from'))
        .find((one) => one !== undefined) ?? exceeding(all, this.limits.allHoldersPercent, 'from');
    return open === undefined ? undefined : unproven(`up to ${open} held by nobody who is declared`);
  }

  private byDebtAndOffice(organization: string): ProhibitedVerdict {
    const record = this.known.facts.organization(organization);
    const declared = this.known.facts.ownership(organization, this.date, this.toldBy)?.statement;
    // The government of a country that is not covered is nobody's debtor here.
    if (declared === undefined && record?.kind === 'government') return { verdict: 'clear' };
    if (declared?.creditors === undefined)
      return unproven(`the creditors of ${organization} are not declared`);
    if (declared.appointers === undefined)
      return unproven(`who may appoint officers of ${organization} is not declared`);
    for (const { holder, office } of declared.appointers) {
      const standing = this.standingOf(holder);
      if (standing === 'specified') return influenced(`${nameOf(holder)} appoints its ${office}`);
      if (standing === 'unknown')
        return unproven(`who stands behind ${nameOf(holder)}, which appoints its ${office}`);
    }
    return this.byDebt(organization, declared.creditors);
  }

  private byDebt(organization: string, creditors: NonNullable<Ownership['creditors']>): ProhibitedVerdict {
    const owedTo = (wanted: Standing) =>
      Rational.sum(
        creditors
          .filter(({ holder }) => this.standingOf(holder) === wanted)
          .map(({ percent }) => Rational.parse(percent)),
      );
    const limit = Rational.parse(this.limits.debtPercent);
    const owed = owedTo('specified');
    if (owed.compare(limit) >= 0)
      return influenced(`${show(owed)} % of its debt is owed to specified entities`);
    const named = Rational.sum(creditors.map(({ percent }) => Rational.parse(percent)));
    const unnamed = creditors.length === 0 ? Rational.zero : Rational.max(Rational.zero, HUNDRED.sub(named));
    const open = owed.add(owedTo('unknown')).add(unnamed);
    return open.compare(limit) >= 0
      ? unproven(`to whom ${show(open)} % of the debt of ${organization} is owed`)
      : { verdict: 'clear' };
  }

  standingOf(party: Party): Standing {
    if ('name' in party) {
      if (this.known.covered(party.country, this.date)) return 'specified';
      return party.kind === 'other-entity' ? 'unknown' : 'other';
    }
    const record = this.known.facts.organization(party.organization);
    if (record === undefined) return 'unknown';
    if (coveredSeat(this.known, record, this.date) !== undefined) return 'specified';
    const held = this.heldIn(party.organization);
    const covered = sumOf([...held.specified.values()]);
    if (exceeding(covered, this.limits.controlPercent, 'more') !== undefined) return 'specified';
    if (held.gap !== undefined) return 'unknown';
    const perhaps = exceeding(sumOf([covered, held.undisclosed]), this.limits.controlPercent, 'more');
    return perhaps === undefined ? 'other' : 'unknown';
  }

  private heldIn(organization: string): Held {
    const before = this.walked.get(organization);
    if (before !== undefined) return before;
    // Who stands behind a circle of holdings is not shown by going round it.
    this.walked.set(organization, { specified: new Map(), undisclosed: WHOLE });
    const held = this.walk(organization);
    this.walked.set(organization, held);
    return held;
  }

  private walk(organization: string): Held {
    const declared = this.known.facts.ownership(organization, this.date, this.toldBy);
    if (declared === undefined)
      return this.known.facts.organization(organization)?.kind === 'government'
        ? NOBODY
        : { ...NOBODY, undisclosed: WHOLE, gap: `who holds ${organization} is not declared` };
    const { statement } = declared;
    const lines = statement.holders.map((line) => this.through(line));
    const byHolder = new Map<string, Holding[]>();
    for (const line of lines)
      for (const [holder, holding] of line.specified)
        byHolder.set(holder, [...(byHolder.get(holder) ?? []), holding]);
    const flaw = flawOf(declared, this.date, this.known.parameters.ownershipMaxAgeDays);
    return {
      specified: new Map([...byHolder].map(([holder, holdings]) => [holder, sumOf(holdings)])),
      undisclosed: sumOf([...lines.map(({ undisclosed }) => undisclosed), remainder(statement)]),
      ...(flaw === undefined ? {} : { gap: `${FLAWS[flaw]} ${organization}` }),
    };
  }

  /** What a line of a declaration is worth: held by a specified entity, by one that such hold a part of, or by others. */
  private through(line: Ownership['holders'][number]): Held {
    const share = holdingIn(line);
    const standing = this.standingOf(line.holder);
    if (standing === 'specified')
      return { specified: new Map([[nameOf(line.holder), share]]), undisclosed: NONE };
    if (standing === 'unknown') return { specified: new Map(), undisclosed: share };
    if ('name' in line.holder) return NOBODY;
    const above = this.heldIn(line.holder.organization);
    const whole = Rational.parse(this.known.parameters.attributionPercent);
    return {
      specified: new Map(
        [...above.specified].map(([holder, holding]) => [holder, weigh(share, holding, whole)]),
      ),
      undisclosed: weigh(share, above.undisclosed, whole),
    };
  }
}

/** In words, before the name of whom the declaration is about. */
const FLAWS = {
  'over-whole': 'more than the whole is declared to be held of',
  stale: 'it was declared too long ago who holds',
};

export type Standing = 'specified' | 'unknown' | 'other';

const HUNDRED = Rational.parse('100');

function nameOf(party: Party): string {
  return 'name' in party ? party.name : party.organization;
}

/** The first measure beyond the limit, as a text; undefined where none is. */
function exceeding(holding: Holding, limit: string, from: 'from' | 'more'): string | undefined {
  const least = Rational.parse(limit);
  const measure = MEASURES.find((one) =>
    from === 'from' ? holding[one].compare(least) >= 0 : holding[one].greaterThan(least),
  );
  return measure === undefined ? undefined : `${show(holding[measure])} % of ${measure}`;
}

function specified(detail: string): ProhibitedVerdict {
  return { verdict: 'prohibited', code: 'specified-entity', detail };
}

function influenced(detail: string): ProhibitedVerdict {
  return { verdict: 'prohibited', code: 'foreign-influenced', detail };
}

function unproven(detail: string): ProhibitedVerdict {
  return { verdict: 'unproven', detail };
}
