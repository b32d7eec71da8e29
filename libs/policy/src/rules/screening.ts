import { epochMilliseconds, utcDate } from '@lodemark/domain';
import type { Case } from '../case.js';
import type { EntryRef } from '../evidence.js';
import { distinctFindings, fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import { countingIn } from '../key-standing.js';
import { push } from '../root-facts.js';
import type { Rule } from '../rule.js';
import { acting, type Acting } from './control.js';

const DAY_MS = 86_400_000;

/** One look into lists of barred parties, by somebody other than the party. */
interface Screening {
  readonly organization: string;
  readonly lists: readonly string[];
  readonly found: readonly string[];
  readonly on: string;
  readonly ref: EntryRef;
}

/**
 * C22: every operator, title holder and toll customer was looked for in the lists that the policy names (sanctions,
 * 1260H, UFLPA; domain.md 1.6), no longer before it acted than the limit, by somebody other than itself, and stood on
 * none. Found on one FAIL; not looked for INSUFFICIENT.
 */
export const c22: Rule = (known) => {
  const limits = known.parameters.screening;
  if (limits === undefined) return [notApplicable('policy-without-screening')];
  const screenings = screeningsOf(known);
  const parties = acting(known);
  const against = parties.flatMap((party) =>
    limits.lists.flatMap((list) =>
      partyFindings(known, party, {
        list,
        days: limits.maxAgeDays,
        about: screenings.get(party.organization) ?? [],
      }),
    ),
  );
  return orPass(distinctFindings(against), 'parties-screened', {
    facts: { organizations: [...new Set(parties.map(({ organization }) => organization))].sort() },
  });
};

function screeningsOf({ sorted, facts, concerns }: Case): ReadonlyMap<string, readonly Screening[]> {
  const all = sorted.told
    .filter(({ entry }) => concerns(entry))
    .flatMap(({ event, entry, ref }): Screening[] => {
      const told = countingIn(entry, facts).flatMap((attestation): Screening[] => {
        if (attestation.type !== 'Screening') return [];
        const { organization: by, screened, lists, found = [], screenedOn } = attestation;
        return by === screened ? [] : [{ organization: screened, lists, found, on: screenedOn, ref }];
      });
      if (event.type !== 'PartyScreened') return told;
      const { organization, lists, found = [], screenedOn } = event;
      const self = facts.facility(event.facility, event.occurredAt)?.organization === organization;
      return self ? told : [...told, { organization, lists, found, on: screenedOn, ref }];
    });
  const byParty = new Map<string, Screening[]>();
  for (const one of all) push(byParty, one.organization, one);
  return byParty;
}

interface Looked {
  readonly list: string;
  readonly days: number;
  readonly about: readonly Screening[];
}

function partyFindings(known: Case, { organization, as, told, claimed }: Acting, looked: Looked): Found[] {
  const { list, days } = looked;
  const dates = [...new Set(known.instantsOf(told, [], claimed).map(utcDate))].sort();
  const acted = dates[0] ?? utcDate(told.event.occurredAt);
  const about = looked.about.filter(({ lists }) => lists.includes(list));
  const hit = about.find(({ found, on }) => found.includes(list) && on <= acted);
  const facts = { organization, as, list, facility: told.event.facility };
  if (hit !== undefined)
    return [
      fail(
        'party-listed',
        { facts: { ...facts, screenedOn: hit.on }, entries: [hit.ref] },
        {
          code: 'use-other-material',
          by: organization,
          what: `nothing cures that ${organization} stood on ${list}: material that other hands made must be used`,
        },
      ),
    ];
  const earliest = epochMilliseconds(`${acted}T00:00:00Z`) - days * DAY_MS;
  const clear = about.some(
    ({ found, on }) =>
      !found.includes(list) && on <= acted && epochMilliseconds(`${on}T00:00:00Z`) >= earliest,
  );
  if (clear) return [];
  return [
    insufficient(
      'party-not-screened',
      { facts },
      {
        code: 'screen-party',
        by: told.event.facility,
        what: `have a counterparty, or a third party under its own key, record that ${organization} was looked for in ${list}`,
      },
    ),
  ];
}
