import { Rational, type EventOf, type EXCEPTIONS } from '@lodemark/domain';
import type { Case } from './case.js';
import { deliveryAtLeast } from './delivery.js';
import { isWithin, type Interval } from './interval.js';
import type { Told } from './effective-events.js';
import type { ExceptionParameters } from './exception-parameters.js';

export type Exception = (typeof EXCEPTIONS)[number];

export interface Claim {
  readonly exception: Exception;
  readonly claim?: Told<'ExceptionClaimed'>;
  readonly waiver?: Told<'WaiverRecorded'>;
}

/** One thing that must be so for an exception to apply; undefined: nobody shows it, either way. */
export interface Element {
  readonly name: string;
  readonly holds: boolean | undefined;
}

type Words = EventOf<'ExceptionClaimed'>;

/**
 * The elements of an exception that the contract and its papers show: X-SAT, X-OCONUS, X-COTS, X-MILL, X-ELEC
 * (DFARS 225.7018-3). Each needs the document, and the very contract and end item of the question.
 */
export function contractElements(
  { exception, claim }: Claim,
  known: Case,
  limits: ExceptionParameters,
): Element[] {
  const words = claim?.event;
  const common: Element[] = [
    { name: 'document on file', holds: words?.document === undefined ? undefined : true },
    { name: 'contract of the question', holds: same(words?.contract, known.question.contract) },
    { name: 'in force on the delivery date', holds: inForce(words, known) },
  ];
  switch (exception) {
    case 'X-SAT':
      return [...common, belowThreshold(words, known, limits)];
    case 'X-OCONUS':
      return [
        ...common,
        { name: 'acquired outside the United States', holds: outside(words?.acquiredIn, limits) },
        { name: 'used outside the United States', holds: outside(words?.usedIn, limits) },
      ];
    case 'X-COTS':
      return [...common, ...offTheShelf(words, known, limits)];
    case 'X-ELEC':
      return [
        ...common,
        endItemOf(words, known),
        { name: 'electronic device', holds: words?.electronicDevice },
        { name: 'not withheld by the contract', holds: not(words?.contractExcludes) },
      ];
    default:
      // 252.225-7052 numbers the mill products like an exception of their own; 225.7018-3(c)(1)(iii) has them as a
      // limit on what is off the shelf, and that reading is taken.
      return [...common, { name: 'an exception by itself, not a limit on X-COTS', holds: false }];
  }
}

/** The same where both are said; what one side leaves unsaid is shown by nobody. */
export function same(said: string | undefined, asked: string | undefined): boolean | undefined {
  return said === undefined || asked === undefined ? undefined : said === asked;
}

function not(said: boolean | undefined): boolean | undefined {
  return said === undefined ? undefined : !said;
}

function inForce(words: Words | undefined, known: Case): boolean | undefined {
  return words === undefined ? undefined : coversDelivery(known, words);
}

/** Whether what holds for an interval of dates holds on the delivery; on none that lies before the lot was made. */
export function coversDelivery(known: Case, interval: Interval): boolean | undefined {
  const { deliveryDate } = known.question;
  if (deliveryDate === undefined) return undefined;
  return [deliveryDate, deliveryAtLeast(known, deliveryDate)].every((date) => isWithin(interval, date));
}

function outside(country: string | undefined, { homeCountries }: ExceptionParameters): boolean | undefined {
  return country === undefined ? undefined : !homeCountries.includes(country);
}

function belowThreshold(
  words: Words | undefined,
  { question: { awardDate } }: Case,
  { acquisitionThresholds }: ExceptionParameters,
): Element {
  const name = 'value at or below the simplified acquisition threshold at award';
  const row =
    awardDate === undefined
      ? undefined
      : acquisitionThresholds
          .filter(({ from }) => from <= awardDate)
          .sort((a, b) => (a.from < b.from ? -1 : 1))
          .at(-1);
  if (words?.contractValueUsd === undefined || row === undefined) return { name, holds: undefined };
  const value = Rational.parse(words.contractValueUsd);
  return { name, holds: value.compare(Rational.parse(row.usd)) <= 0 };
}

/** What is sold by itself is no end item that contains it. */
function endItemOf(words: Words | undefined, { question }: Case): Element {
  const name = 'end item of the question';
  if (question.endItem === undefined) return { name, holds: false };
  return { name, holds: same(words?.endItem, question.endItem.name) };
}

function offTheShelf(
  words: Words | undefined,
  known: Case,
  { offTheShelf: { share, belowPercent, millProductsLose } }: ExceptionParameters,
): Element[] {
  const found = words?.offTheShelf;
  const bare = known.question.endItem === undefined;
  // A bare magnet is covered material, all of it.
  const percent =
    share === 'tungsten' ? words?.tungstenPercent : bare ? '100' : words?.coveredMaterialPercent;
  return [
    ...(bare ? [] : [endItemOf(words, known)]),
    { name: 'commercial product', holds: found?.commercialProduct },
    { name: 'sold in substantial quantities', holds: found?.substantialQuantities },
    { name: 'offered unmodified', holds: found?.unmodified },
    { name: 'no bulk cargo', holds: not(found?.bulkCargo) },
    {
      name: `less than ${belowPercent} % ${share} by weight`,
      holds:
        percent === undefined ? undefined : Rational.parse(percent).lessThan(Rational.parse(belowPercent)),
    },
    ...(millProductsLose ? [{ name: 'no mill product by itself', holds: words?.incorporated }] : []),
  ];
}
