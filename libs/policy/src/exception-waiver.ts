import { epochMilliseconds, utcDate, type EventOf } from '@lodemark/domain';
import type { Case } from './case.js';
import { coversDelivery, same, type Element } from './exception-elements.js';
import type { ExceptionParameters } from './exception-parameters.js';

type Waiver = EventOf<'WaiverRecorded'>;

/**
 * X-NONAV: a waiver of the statute (10 U.S.C. 4872) or a nonavailability determination (DFARS 225.7018-4) whose end
 * item, material and dates cover this very delivery, for no longer than the law lets one run. A determination is for
 * the contract of the question: certified by the requiring activity, or for a class of which the public had notice.
 */
export function waiverElements(
  waiver: Waiver | undefined,
  known: Case,
  { waiverMonths, determinations, statute }: ExceptionParameters,
): Element[] {
  const { endItem } = known.question;
  if (waiver === undefined) return [{ name: 'waiver on file', holds: undefined }];
  const { from, to, document, material } = waiver;
  return [
    { name: 'document on file', holds: document === undefined ? undefined : true },
    { name: 'end item of the question', holds: same(waiver.endItem, endItem?.name) },
    {
      name: `covers ${known.family} magnets`,
      holds: material.toLowerCase().includes(known.family.toLowerCase()),
    },
    {
      name: 'in force on the delivery date',
      holds: coversDelivery(known, waiver),
    },
    { name: `runs for at most ${String(waiverMonths)} months`, holds: to < monthsAfter(from, waiverMonths) },
    ...(determinations === undefined ? [] : determinationElements(waiver, known, determinations)),
    ...(statute === undefined ? [] : statuteElements(waiver, statute, determinations)),
  ];
}

/** What is no determination waives the statute itself, and so does nobody but whom the statute names (1.1, 1.3). */
function statuteElements(
  { legalBasis, determination, office }: Waiver,
  statute: NonNullable<ExceptionParameters['statute']>,
  determinations: Determinations | undefined,
): Element[] {
  const regulation = determinations !== undefined && legalBasis.includes(determinations.legalBasis);
  const waives = regulation || legalBasis.includes(statute.legalBasis);
  const basis = { name: 'a legal basis that the law on magnets names', holds: waives || undefined };
  if (determination !== undefined || regulation) return [basis];
  const signed = isOf(office, statute.offices) && !isOf(office, statute.notOf);
  return [
    basis,
    { name: 'signed by the Secretary of Defense or of a military department', holds: signed || undefined },
  ];
}

type Determinations = NonNullable<ExceptionParameters['determinations']>;

function determinationElements(
  { legalBasis, determination, office, from }: Waiver,
  { question }: Case,
  { legalBasis: regulation, individualOffices, classOffices, noticeDays }: Determinations,
): Element[] {
  if (determination === undefined)
    return legalBasis.includes(regulation)
      ? [{ name: 'determination for one contract or for a class', holds: undefined }]
      : [];
  if (determination.kind === 'individual')
    return [
      { name: 'contract of the question', holds: same(determination.contract, question.contract) },
      {
        name: 'certified by the requiring activity',
        holds: determination.certification === undefined ? undefined : true,
      },
      { name: 'made by the head of the contracting activity', holds: isOf(office, individualOffices) },
    ];
  const { contracts, noticedOn } = determination;
  return [
    { name: 'a class of more than one contract', holds: new Set(contracts).size > 1 || undefined },
    {
      name: 'contract of the question among those of the class',
      holds: question.contract === undefined ? undefined : contracts.includes(question.contract),
    },
    {
      name: `public notice at least ${String(noticeDays)} days before`,
      holds: noticedOn === undefined ? undefined : daysAfter(noticedOn, noticeDays) <= from,
    },
    { name: 'made by the under secretary for acquisition', holds: isOf(office, classOffices) },
  ];
}

function isOf(office: string, words: readonly string[]): boolean {
  return words.some((word) => office.toLowerCase().includes(word));
}

const DAY_MS = 86_400_000;

function daysAfter(date: string, days: number): string {
  return utcDate(new Date(epochMilliseconds(`${date}T00:00:00Z`) + days * DAY_MS).toISOString());
}

/** The same day of the month that many months on, or the first of the next where that month is shorter. */
function monthsAfter(date: string, months: number): string {
  const day = new Date(epochMilliseconds(`${date}T00:00:00Z`));
  day.setUTCMonth(day.getUTCMonth() + months);
  return utcDate(day.toISOString());
}
