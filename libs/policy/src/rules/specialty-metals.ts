import { utcDate } from '@lodemark/domain';
import type { Case, StepPlace } from '../case.js';
import { distinctFindings, fail, insufficient, notApplicable, orPass, pass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { holder } from './graph.js';
import { countriesOf } from './law.js';

/**
 * C16: where 10 U.S.C. 4863 applies (DFARS 225.7003, R-4863-SMCO), a SmCo magnet's alloy was melted in the United
 * States or a qualifying country. It reaches metal that is bought directly and items of the classes that the law names,
 * and is judged apart from 252.225-7052. Melted elsewhere FAIL; the place unproven, no melt on record, or the class of
 * the item unsaid, INSUFFICIENT.
 */
export const c16: Rule = (known) => {
  const limits = known.parameters.specialtyMetals;
  if (limits === undefined) return [notApplicable('policy-without-specialty-metals')];
  if (!limits.families.some((family) => family === known.family))
    return [notApplicable('no-specialty-metal', { facts: { family: known.family } })];
  const { endItem } = known.question;
  if (endItem !== undefined) {
    if (endItem.class === undefined) return [classUnsaid(endItem.name)];
    const itemClass = endItem.class.trim().toLowerCase();
    if (!limits.itemClasses.includes(itemClass))
      return [pass('item-class-outside', { facts: { endItem: endItem.name, itemClass } })];
  }
  const melts = known
    .placesOf({ processes: known.processes, roots: known.roots })
    .filter(({ step }) => step === 'ALLOY_MELT');
  const against =
    melts.length === 0 ? [meltUnsaid(known)] : melts.flatMap((melt) => meltFindings(known, melt));
  return orPass(distinctFindings(against), 'melted-in-qualifying', {
    facts: { countries: countriesOf(melts) },
  });
};

function classUnsaid(endItem: string): Found {
  return insufficient(
    'item-class-unsaid',
    { facts: { endItem } },
    {
      code: 'state-item-class',
      by: 'asker',
      what: 'state the class of the end item, such as aircraft, ship or weapon system',
    },
  );
}

function meltUnsaid(known: Case): Found {
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
    (row) =>
      row.country === country &&
      (row.from === undefined || row.from <= date) &&
      (row.to === undefined || date <= row.to),
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
