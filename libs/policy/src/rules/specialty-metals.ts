import { utcDate, type Form } from '@lodemark/domain';
import type { Case, StepPlace } from '../case.js';
import { limitUnstated } from '../escalation.js';
import { isAlloyed, isNeutral } from '../forms.js';
import { isWithin } from '../interval.js';
import type { Process } from '../lineage.js';
import { distinctFindings, fail, insufficient, notApplicable, orPass, pass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { holder } from './graph.js';
import { countriesOf } from './law.js';
import { alloysByAnotherName, meltUnsaid, originGaps, requiredSteps, unmeltedRoots } from './melts.js';

/**
 * C16: where 10 U.S.C. 4863 applies (DFARS 225.7003, R-4863-SMCO), a SmCo magnet's alloy was melted in the United
 * States or a qualifying country; powder that was never melted, but reduced as powder, was consolidated there. It
 * reaches metal that is bought directly and items of the classes that the law names, and is judged apart from
 * 252.225-7052. Melted elsewhere FAIL; the place unproven, alloy of which no melt is on record, or the class of the
 * item unsaid, INSUFFICIENT.
 */
export const c16: Rule = (known) => {
  const limits = known.parameters.specialtyMetals;
  if (limits === undefined) return limitUnstated('specialtyMetals');
  if (!limits.families.some((family) => family === known.family))
    return [notApplicable('no-specialty-metal', { facts: { family: known.family } })];
  const { endItem } = known.question;
  const reached = endItem === undefined || isReached(endItem.class, limits);
  if (endItem !== undefined && reached === false)
    return [
      pass('item-class-outside', {
        facts: { endItem: endItem.name, itemClass: (endItem.class ?? '').trim().toLowerCase() },
      }),
    ];
  const places = known.placesOf({ processes: known.processes, roots: known.roots });
  const melts = places.filter(({ step }) => step === 'ALLOY_MELT');
  const unmelted = powdersNeverMelted(known);
  const consolidated = unmelted.length === 0 ? [] : places.filter(isConsolidation);
  const produced = [...melts, ...consolidated];
  const against = [
    ...originGaps(known),
    ...[
      ...unmeltedRoots(known, (form) => requiredSteps(form, false).slice(0, 1)),
      ...alloysByAnotherName(known),
    ].map(meltUnsaid),
    ...(produced.length === 0 ? [noMelt(known)] : produced.flatMap((melt) => meltFindings(known, melt))),
  ];
  // Melted where it must be, it may go into an item of whatever class.
  if (reached === undefined && against.length > 0) return [classUnsaid(endItem?.name ?? known.subject)];
  return orPass(distinctFindings(against), 'melted-in-qualifying', {
    facts: { countries: countriesOf(produced) },
  });
};

/**
 * Whether the law reaches an item of a class: one that it names, alone or in other words about it, or one that is said
 * to be none of them; undefined where the word says neither.
 */
function isReached(
  itemClass: string | undefined,
  { itemClasses, otherClasses }: NonNullable<Case['parameters']['specialtyMetals']>,
): boolean | undefined {
  if (itemClass === undefined) return undefined;
  const word = itemClass.trim().toLowerCase();
  if (otherClasses === undefined) return itemClasses.includes(word);
  if (itemClasses.some((one) => word.includes(one))) return true;
  return otherClasses.includes(word) ? false : undefined;
}

/** Powder that comes of oxides or metals without a melt: reduction and diffusion of calcium make it so. */
function powdersNeverMelted(known: Case): readonly Process[] {
  const isPowder = (form: Form) => form === 'POWDER' || form === 'RECYCLED_POWDER';
  return known.processes.filter(
    ({ inputs, outputs, step }) =>
      !isNeutral(step) &&
      outputs.some(({ form, lot }) => isPowder(form) && known.has(lot)) &&
      inputs.every(({ lot }) => !isAlloyed(known.lineage.formOf(lot) ?? 'ALLOY')),
  );
}

/** Where powder becomes solid: sintered, or pressed with a binder. */
function isConsolidation({ step, told: { event } }: StepPlace): boolean {
  if (event.type !== 'Transformed') return false;
  return step === 'SINTER' || (step === 'PRESS' && event.outputs.some(({ form }) => form === 'BONDED_BLOCK'));
}

function classUnsaid(endItem: string): Found {
  return insufficient(
    'item-class-unsaid',
    { facts: { endItem } },
    {
      code: 'state-item-class',
      by: 'asker',
      what: 'state the class of the end item as the law has it: aircraft, missile or space, ship, tank or automotive, weapon system, ammunition; or other, where it is none of these',
    },
  );
}

function noMelt(known: Case): Found {
  return insufficient(
    'melt-unsaid',
    { facts: { lot: known.subject } },
    { code: 'record-step', by: holder(known), what: 'record where and by whom the alloy was melted' },
  );
}

function meltFindings(known: Case, { country, documented, facility, party, lot, told }: StepPlace): Found[] {
  const by = facility ?? told.event.facility;
  const said = {
    facts: { lot, country: country ?? 'unproven', where: facility ?? party ?? 'unnamed' },
    entries: [told.ref],
  };
  if (country === undefined)
    return [
      insufficient('melt-country-unproven', said, {
        code: 'register-facility',
        by,
        what: 'prove in which country the alloy was melted',
      }),
    ];
  const date = utcDate(told.event.occurredAt);
  const qualifies = (known.parameters.specialtyMetals?.countries ?? []).some(
    (row) => row.country === country && isWithin(row, date),
  );
  if (!qualifies)
    return [
      fail('melted-outside-qualifying', said, {
        code: 'use-other-material',
        by,
        what: `nothing cures a melt in ${country}: alloy melted in the US or a qualifying country must be used`,
      }),
    ];
  if (documented) return [];
  return [
    insufficient('melt-country-unproven', said, {
      code: 'document-origin',
      by,
      what: `attach the document that shows the melt in ${country}`,
    }),
  ];
}
