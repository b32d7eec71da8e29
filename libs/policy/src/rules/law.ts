import { epochMilliseconds, isRareEarth, STEP_VERBS, utcDate } from '@lodemark/domain';
import type { Case, StepPlace } from '../case.js';
import { ALLOY_RANK, isAlloyed, isChainForm, rankOf } from '../forms.js';
import {
  distinctFindings,
  fail,
  insufficient,
  note,
  notApplicable,
  orPass,
  pass,
  type Found,
} from '../found.js';
import { isWithin } from '../interval.js';
import type { Rule } from '../rule.js';
import { holder } from './graph.js';
import { alloysByAnotherName, meltUnsaid, originGaps, requiredSteps, unmeltedRoots } from './melts.js';
import { untrackedNotes } from './outside-profile.js';
import { chooseClause, clauseMonth, type ClauseTest } from '../clause.js';
import { deliveryAtLeast } from '../delivery.js';

const DAY_MS = 86_400_000;

/**
 * C12: the right rule version is chosen from clause version and delivery date, and somebody made sure of the law
 * within 30 days of judging. Missing contract facts, or an old note on the law: INSUFFICIENT.
 */
export const c12: Rule = (known) => {
  const { policy, evidence } = known;
  const { legalStatusDate, id, parameters } = policy.document;
  const against: Found[] = [];
  const age = epochMilliseconds(evidence.horizon.at) - epochMilliseconds(`${legalStatusDate}T00:00:00Z`);
  // The date itself counts whole: a note of that day is fresh until that day's end.
  if (age >= (parameters.legalStatusMaxAgeDays + 1) * DAY_MS) {
    against.push(
      insufficient(
        'legal-status-old',
        {
          facts: {
            legalStatusDate,
            judgedAt: evidence.horizon.at,
            maxAgeDays: parameters.legalStatusMaxAgeDays,
          },
        },
        {
          code: 'confirm-law',
          by: 'policy',
          what: `confirm that the law still reads as ${id} has it, and publish the policy with a new legal-status date`,
        },
      ),
    );
  }
  against.push(...draft(known));
  if (parameters.clause === undefined)
    return [
      ...orPass([...against, ...outsideEffect(known)], 'rule-version-current', {
        facts: { policy: id, legalStatusDate },
      }),
      ...(known.question.elementProfile === undefined || known.question.elementProfile === known.profileName
        ? []
        : [
            note('profile-is-the-policys', {
              facts: { asked: known.question.elementProfile, profile: known.profileName },
            }),
          ]),
    ];
  const choice = chooseClause(known);
  if (!choice.ok) return [...against, choice.found];
  const { version, test } = choice;
  const said = {
    facts: {
      policy: id,
      clauseVersion: version,
      test,
      legalStatusDate,
      deliveryDate: known.question.deliveryDate ?? '',
    },
  };
  const older =
    parameters.clause.test !== test && clauseMonth(version) === clauseMonth(parameters.clause.version);
  if (older) {
    against.push(
      insufficient('other-phase', said, {
        code: 'ask-other-policy',
        by: 'asker',
        what: 'ask under the policy of the phase in which the delivery falls',
      }),
    );
  }
  against.push(...deliveredBeforeMade(known, test));
  const review =
    clauseMonth(version) !== clauseMonth(parameters.clause.version)
      ? [note('older-clause-legal-review', said)]
      : [];
  return [...orPass(against, 'rule-version-chosen', said), ...review];
};

/** The law asks of the delivery: a date before the lot was made does not choose the test of that date. */
function deliveredBeforeMade(known: Case, test: ClauseTest): Found[] {
  const { policy, question, subject } = known;
  const { deliveryDate } = question;
  if (deliveryDate === undefined) return [];
  const madeOn = deliveryAtLeast(known, deliveryDate);
  const then = chooseClause({ policy, question: { ...question, deliveryDate: madeOn } });
  if (then.ok && then.test === test) return [];
  return [
    insufficient(
      'delivered-before-made',
      { facts: { lot: subject, madeOn, deliveryDate } },
      {
        code: 'state-delivery',
        by: 'asker',
        what: `state when ${subject} is delivered: not before it was made`,
      },
    ),
  ];
}

/** What is not law yet passes nothing. */
function draft({ policy: { document } }: Case): Found[] {
  if (document.status !== 'draft') return [];
  return [
    insufficient(
      'policy-is-draft',
      { facts: { policy: document.id } },
      { code: 'ask-other-policy', by: 'asker', what: 'ask under a policy that is in force' },
    ),
  ];
}

/** A policy without a clause holds for what is judged while it is in effect; a clause chooses by the delivery date. */
function outsideEffect({ policy, evidence }: Case): Found[] {
  const { id, effective } = policy.document;
  const date = utcDate(evidence.horizon.at);
  if (isWithin(effective, date)) return [];
  return [
    insufficient(
      'policy-not-in-effect',
      { facts: { policy: id, judgedAt: date, from: effective.from, to: effective.to ?? 'open' } },
      {
        code: 'ask-other-policy',
        by: 'asker',
        what: 'ask under the version of the policy that was in effect then',
      },
    ),
  ];
}

function placesOf(known: Case): StepPlace[] {
  return known.placesOf({ processes: known.processes, roots: known.roots });
}

/**
 * C13: phase 1. Melting and every later step took place outside covered countries. A covered country FAIL; a required
 * step absent, or its country unproven, INSUFFICIENT. Mining to reduction is not examined.
 */
export const c13: Rule = (known) => {
  const choice = chooseClause(known);
  if (!choice.ok) return [notApplicable('clause-not-chosen')];
  if (choice.test !== 'melted-produced') return [notApplicable('tested-from-the-mine-on')];
  const examined = placesOf(known).filter(
    (place) =>
      (rankOf(place.step) >= ALLOY_RANK && ['melted', 'produced'].includes(STEP_VERBS[place.step] ?? '')) ||
      isMilling(place),
  );
  const bonded = known.processes.some(
    ({ step, outputs }) => step === 'PRESS' && outputs.some(({ form }) => form === 'BONDED_BLOCK'),
  );
  const missing = requiredSteps(known.material?.form, bonded).filter(
    (step) => !examined.some((place) => place.step === step),
  );
  const unmelted = unmeltedRoots(known, (form) => requiredSteps(form, bonded));
  const against = [
    ...originGaps(known),
    ...[...unmelted, ...alloysByAnotherName(known)].map(meltUnsaid),
    ...examined.flatMap((place) => placeFindings(known, place)),
    ...missing.map((step) =>
      insufficient(
        'required-step-absent',
        { facts: { lot: known.subject, step } },
        {
          code: 'record-step',
          by: holder(known),
          what: `record where and by whom ${step} of lot ${known.subject} took place`,
        },
      ),
    ),
  ];
  return [
    ...orPass(against, 'melted-and-produced-outside', { facts: { countries: countriesOf(examined) } }),
    note('mining-to-reduction-not-examined'),
  ];
};

/** Recycling that ends in powder has melted nothing and refined nothing: it made powder of what had been melted. */
function isMilling({ step, told: { event } }: StepPlace): boolean {
  return (
    step === 'RECYCLE' && event.type === 'Transformed' && event.outputs.some(({ form }) => isAlloyed(form))
  );
}

/**
 * C14: phase 2. Every step of every tracked element took place outside covered countries. A covered country FAIL; a
 * country unproven INSUFFICIENT (an element without a root is C06's and C09's to say).
 */
export const c14: Rule = (known) => {
  const choice = chooseClause(known);
  if (!choice.ok) return [notApplicable('clause-not-chosen')];
  if (choice.test !== 'mined-to-produced') return [notApplicable('tested-from-melting-on')];
  const places = placesOf(known);
  const against = places.flatMap((place) => placeFindings(known, place));
  const outside = known.profileName === 'literal' ? untrackedNotes(known) : [];
  return [
    ...orPass(against, 'every-step-outside', {
      facts: { profile: known.profileName, elements: [...known.tracked], countries: countriesOf(places) },
    }),
    ...outside,
  ];
};

export function placeFindings(known: Case, place: StepPlace): Found[] {
  const { step, country, facility, party, lot, told } = place;
  const by = facility ?? told.event.facility;
  const said = {
    facts: {
      step,
      lot,
      country: country ?? 'unproven',
      where: facility ?? party ?? 'unnamed',
      occurredAt: told.event.occurredAt,
    },
    entries: [told.ref],
  };
  if (country === undefined)
    return [
      insufficient('country-unproven', said, {
        code: 'register-facility',
        by,
        what: `prove in which country ${step} of lot ${lot} took place`,
      }),
    ];
  if (known.covered(country, utcDate(told.event.occurredAt)))
    return [
      fail('covered-country', said, {
        code: 'use-other-material',
        by,
        what: `nothing cures ${step} in ${country}: material with another history must be used`,
      }),
    ];
  if (!place.documented)
    return [
      insufficient('country-undocumented', said, {
        code: 'document-origin',
        by,
        what: `attach the document that shows ${step} in ${country}`,
      }),
    ];
  return [];
}

export function countriesOf(places: readonly StepPlace[]): string[] {
  return [...new Set(places.flatMap(({ country }) => country ?? []))].sort();
}

/** C15: the end item that contains the magnet is not manufactured in a covered country. Unstated: INSUFFICIENT. */
export const c15: Rule = (known) => {
  const { endItem, deliveryDate } = known.question;
  if (endItem === undefined) return [pass('lot-is-what-is-delivered', { facts: { lot: known.subject } })];
  const facts = { endItem: endItem.name, manufacturedIn: endItem.manufacturedIn ?? 'unstated' };
  if (endItem.manufacturedIn === undefined)
    return [
      insufficient(
        'assembly-site-unstated',
        { facts },
        { code: 'state-assembly', by: 'asker', what: 'state in which country the end item is manufactured' },
      ),
    ];
  if (known.covered(endItem.manufacturedIn, deliveryDate ?? utcDate(known.evidence.horizon.at)))
    return [
      fail(
        'end-item-covered',
        { facts },
        {
          code: 'other-end-item',
          by: 'asker',
          what: 'nothing cures an end item manufactured in a covered country',
        },
      ),
    ];
  return [pass('end-item-outside', { facts })];
};

/**
 * C52: the location test of the rung (domain.md 1.9). No step in a covered country; from WC-2 up the rare earths (and
 * cobalt in SmCo) only where the rung allows from SEPARATE on, everything from the alloy charge on. Outside FAIL;
 * unproven INSUFFICIENT.
 */
export const c52: Rule = (known) => {
  const against = [...known.traces.values()].flatMap((trace) => {
    const bound = isRareEarth(trace.element) || (trace.element === 'Co' && known.family === 'SmCo');
    return known
      .placesOf(trace)
      .flatMap((place) => [...placeFindings(known, place), ...rungFindings(known, place, bound)]);
  });
  return orPass(distinctFindings(against), 'locations-hold', {
    facts: { countries: countriesOf(placesOf(known)) },
  });
};

/** Iron, copper and the like are bound once they are in the alloy: how a metal was melted or recycled before is not. */
function inAlloyCharge({ told: { event } }: StepPlace): boolean {
  if (event.type === 'LotCreated') return isChainForm(event.form);
  return event.type !== 'Transformed' || event.outputs.some(({ form }) => isAlloyed(form));
}

function rungFindings(known: Case, place: StepPlace, bound: boolean): Found[] {
  const { step, country, told, facility, party, lot } = place;
  if (country === undefined || (!bound && !inAlloyCharge(place))) return [];
  const allowed = (known.parameters.locations ?? []).filter(({ steps }) => steps.includes(step));
  if (allowed.every(({ countries }) => countries.includes(country))) return [];
  return [
    fail(
      'outside-rung',
      {
        facts: {
          step,
          lot,
          country,
          where: facility ?? party ?? 'unnamed',
          allowed: allowed.flatMap(({ countries }) => countries),
        },
        entries: [told.ref],
      },
      {
        code: 'lower-rung',
        by: 'asker',
        what: `ask for a rung that allows ${step} in ${country}, or use other material`,
      },
    ),
  ];
}
