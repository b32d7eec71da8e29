import { exceptionParameters } from './exception-parameters.js';

/** Limits of the checks of law, time, ownership, custody and assurance; each left out where no rule of a policy asks. */
export const lawLimits = {
  /** The exceptions that C17 knows; left out: none. */
  exceptions: exceptionParameters.exactOptional(),
};
