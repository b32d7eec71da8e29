import { isCalendarDate, SCREENING_LISTS } from '@lodemark/domain';
import { z } from 'zod';
import { GRADES } from './evidence-grade.js';
import { exceptionParameters } from './exception-parameters.js';

const hours = z.int().min(1);
const days = z.int().min(1);
const date = z.string().refine(isCalendarDate, 'not a calendar date YYYY-MM-DD that exists');
const country = z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 country code');

/** Limits of the checks of law, time, ownership, custody and assurance; each left out where no rule of a policy asks. */
export const lawLimits = {
  /** The exceptions that C17 knows; left out: none. */
  exceptions: exceptionParameters.exactOptional(),
  /** C03: how many hours after it happened an event must be covered by a root checkpoint. */
  latenessHours: z
    .strictObject({ receipts: hours, dispatches: hours, steps: hours, reports: hours })
    .exactOptional(),
  /** C29: the least grade of evidence for each hand-over, and for each that crosses a border. */
  leastGrades: z.strictObject({ link: z.enum(GRADES), border: z.enum(GRADES) }).exactOptional(),
  /** C16: where specialty metals may be melted, and for which families and classes of item the law asks. */
  specialtyMetals: z
    .strictObject({
      countries: z.array(z.strictObject({ country, from: date.exactOptional(), to: date.exactOptional() })),
      families: z.array(z.enum(['NdFeB', 'SmCo', 'other'])).min(1),
      /** In lower case. */
      itemClasses: z.array(z.string().regex(/^[^A-Z]+$/)).min(1),
      /** What an item of none of those is called, in lower case; any other word leaves the class unsaid. */
      otherClasses: z
        .array(z.string().regex(/^[^A-Z]+$/))
        .min(1)
        .exactOptional(),
    })
    .exactOptional(),
  /** C18: how many days after an inquiry in vain the tracking system must be ready. */
  trackingPlanDays: days.exactOptional(),
  /** C19: the clause that must stand in contracts with suppliers, and whether its absence decides. */
  flowDown: z.strictObject({ clause: z.string().min(1).max(64), demanded: z.boolean() }).exactOptional(),
  /** C21: how many days a review of contracts holds. */
  contractReviewDays: days.exactOptional(),
  /** C22: the lists to look into, and how many days before acting a party may have been looked for. */
  screening: z
    .strictObject({ lists: z.array(z.enum(SCREENING_LISTS)).min(1), maxAgeDays: days })
    .exactOptional(),
  /** C48: how many days lie between an audit and the step at most, and whether its absence decides. */
  siteAudits: z.strictObject({ maxAgeDays: days, demanded: z.boolean() }).exactOptional(),
  /** C49: the organization that certifies under this policy. */
  certifier: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/)
    .exactOptional(),
};
