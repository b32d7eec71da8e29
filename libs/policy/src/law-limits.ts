import { z } from 'zod';
import { GRADES } from './evidence-grade.js';
import { exceptionParameters } from './exception-parameters.js';

const hours = z.int().min(1);

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
};
