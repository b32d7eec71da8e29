import { epochMilliseconds, utcDate, type EventOf } from '@lodemark/domain';
import type { Case } from './case.js';
import { same, type Element } from './exception-elements.js';
import type { ExceptionParameters } from './exception-parameters.js';

/**
 * X-NONAV: a nonavailability determination or waiver (10 U.S.C. 4872, DFARS 225.7018-4) whose end item, material and
 * dates cover this very delivery, for no longer than the law lets one run.
 */
export function waiverElements(
  waiver: EventOf<'WaiverRecorded'> | undefined,
  known: Case,
  { waiverMonths }: ExceptionParameters,
): Element[] {
  const { deliveryDate, endItem } = known.question;
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
      holds: deliveryDate === undefined ? undefined : from <= deliveryDate && deliveryDate <= to,
    },
    { name: `runs for at most ${String(waiverMonths)} months`, holds: to <= monthsAfter(from, waiverMonths) },
  ];
}

/** The same day of the month that many months on, or the first of the next where that month is shorter. */
function monthsAfter(date: string, months: number): string {
  const day = new Date(epochMilliseconds(`${date}T00:00:00Z`));
  day.setUTCMonth(day.getUTCMonth() + months);
  return utcDate(day.toISOString());
}
