import { EXCEPTIONS, FORMS, isCalendarDate, STEPS } from '@lodemark/domain';
import { z } from 'zod';

const date = z.string().refine(isCalendarDate, 'not a calendar date YYYY-MM-DD that exists');
const percent = z.string().regex(/^\d{1,3}(\.\d+)?$/, 'a percentage as a decimal string');
const check = z.string().regex(/^C\d\d$/);

/** The exceptions of DFARS 225.7018-3 and -4 as far as they vary by phase, and what each of them excuses (C17). */
export const exceptionParameters = z.strictObject({
  /** The simplified acquisition threshold, from a date of award on. */
  acquisitionThresholds: z.array(z.strictObject({ from: date, usd: z.string().regex(/^\d+$/) })),
  /** X-OCONUS: acquired and used outside these countries. */
  homeCountries: z.array(z.string().regex(/^[A-Z]{2}$/)).min(1),
  offTheShelf: z.strictObject({
    /** Of what the end item must hold less than the percentage by weight. */
    share: z.enum(['covered-material', 'tungsten']),
    belowPercent: percent,
    /** Whether any covered material loses the exception as a mill product that is not built in yet. */
    millProductsLose: z.boolean(),
  }),
  /** X-RECYC: where the milling of the recycled material and the sintering of the magnet must be. */
  recycling: z.strictObject({
    countries: z.array(z.string().regex(/^[A-Z]{2}$/)).min(1),
    families: z.array(z.enum(['NdFeB', 'SmCo'])),
    /** Forms in which recycled material counts as magnet material that can be milled. */
    feedForms: z.array(z.enum(FORMS)).min(1),
  }),
  /** X-NONAV: the longest that a waiver may run. */
  waiverMonths: z.int().min(1),
  /** X-NONAV by a waiver of the statute: what it waives, and who signs it. */
  statute: z
    .strictObject({
      legalBasis: z.string().min(1),
      /** Names of which the office has one, in lower case, and none of those who act for it. */
      offices: z.array(z.string().regex(/^[^A-Z]+$/)).min(1),
      notOf: z.array(z.string().regex(/^[^A-Z]+$/)),
    })
    .exactOptional(),
  /** X-NONAV by a determination of the regulation: who makes it, and how long before the public has notice of a class. */
  determinations: z
    .strictObject({
      legalBasis: z.string().min(1),
      /** Words of which the office has one, in lower case. */
      individualOffices: z.array(z.string().regex(/^[^A-Z]+$/)).min(1),
      classOffices: z.array(z.string().regex(/^[^A-Z]+$/)).min(1),
      noticeDays: z.int().min(0),
    })
    .exactOptional(),
  /** What does not count against the lot when the exception is proven; with steps, only where they took place. */
  excuses: z.array(
    z.strictObject({
      exceptions: z.array(z.enum(EXCEPTIONS)).min(1),
      checks: z.array(check).min(1),
      steps: z.array(z.enum(STEPS)).exactOptional(),
    }),
  ),
});

export type ExceptionParameters = z.infer<typeof exceptionParameters>;
