import { epochMilliseconds, utcDate } from '@lodemark/domain';
import type { Case } from './case.js';

/** The day still lasts in the west when it has been over in UTC for 12 hours. */
const WEST_MS = -43_200_000;

/**
 * The earliest calendar date, wherever on earth it is meant, on which the subject can have been delivered: nothing is
 * before it is made, and that it was made is known from the root checkpoint on that covers it (domain.md 6.1).
 */
export function earliestDelivery(known: Case): string | undefined {
  const made = known.lineage
    .producersOf(known.subject)
    .map((producer) => (producer.kind === 'created' ? producer.told : producer.process.told))
    .flatMap((told) => known.instantsOf(told, []))
    .sort((a, b) => epochMilliseconds(a) - epochMilliseconds(b));
  const last = made.at(-1);
  return last === undefined ? undefined : utcDate(new Date(epochMilliseconds(last) + WEST_MS).toISOString());
}

/** The date of the question, or the earliest that there can be where the question names one before it. */
export function deliveryAtLeast(known: Case, deliveryDate: string): string {
  const earliest = earliestDelivery(known);
  return earliest !== undefined && deliveryDate < earliest ? earliest : deliveryDate;
}
