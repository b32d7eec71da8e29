import { ELEMENTS, FORMS, STEPS } from '@lodemark/domain';
import { z } from 'zod';

const decimal = z.string().regex(/^(0|[1-9]\d*)(\.\d+)?$/, 'a decimal number as a string, zero or more');
const element = z.enum(ELEMENTS);
const step = z.enum(STEPS);
const country = z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 country code');
const pair = z.tuple([element, element]);

/** Up to `tolerancePercent`, k times u on top, a ratio may move; beyond `contradictionPercent` it contradicts. */
const drift = { tolerancePercent: decimal, contradictionPercent: decimal };

/**
 * What the checks of physics, measurement, mixing and recycled material go by. Each is left out by a policy that does
 * not name the check; a check whose limits are left out is INSUFFICIENT.
 */
export const physicsLimits = {
  /** Checks whose escalations and lowered grades decide under this policy; those of others are notes. */
  demands: z.array(z.string().regex(/^C\d\d$/)).exactOptional(),
  /** C39. */
  charge: z
    .strictObject({
      /** Relative, by which the share of an element may change in a melt or a later step beyond k times u. */
      tolerancePercent: decimal,
      /** Below this share of charge and product an element is an impurity that no charge sheet names. */
      leastPercent: decimal,
      heavy: z.array(element),
      /** Heavy rare earths by the letters of a grade such as N42SH, percent of the magnet. */
      grades: z.array(
        z.strictObject({
          letters: z.string().regex(/^[A-Z]{0,2}$/),
          minPercent: decimal,
          maxPercent: decimal,
        }),
      ),
      /** What documents of EN 10204 are called. */
      inspection: z.array(z.string().min(1)),
    })
    .exactOptional(),
  /** C35. */
  ratios: z
    .strictObject({
      steps: z.array(
        // Required: whoever assays for one of the pair assays for the other.
        z.strictObject({ step, pair, ...drift, required: z.literal(true).exactOptional() }),
      ),
      baseline: z.array(z.strictObject({ pair, ...drift })),
      /** By how much raw material as it comes from the ground may be richer than the mine's ore. */
      grade: z.strictObject({ forms: z.array(z.enum(FORMS)), ...drift }).exactOptional(),
    })
    .exactOptional(),
  /** C45: steps that run without an end and mix what they are fed, and for how long something fed may still come out. */
  circuits: z
    .strictObject({
      steps: z.array(step),
      residenceDays: z.int().min(0),
      /** Batch steps whose bath, furnace or mill keeps a heel: nobody need report it, and what is reported counts. */
      batches: z.array(z.strictObject({ step, residenceDays: z.int().min(0) })).exactOptional(),
    })
    .exactOptional(),
  /** C46: steps that are done for others, too. */
  tolling: z.strictObject({ steps: z.array(step) }).exactOptional(),
  /** C47: where a recycled origin must be milled and sintered for the exception. */
  recycling: z
    .strictObject({
      exception: z.string(),
      mill: z.array(step),
      sinter: z.array(step),
      countries: z.array(country),
    })
    .exactOptional(),
  /** C36. */
  capacity: z
    .strictObject({
      windowDays: z.int().min(1),
      marginPercent: decimal,
      /** Kilograms of reagent that a kilogram of metal takes, by stoichiometry. */
      reagents: z.array(z.strictObject({ step, element, reagent: element, kgPerKg: decimal })),
      /** How many days may lie between mining and an audit of the mine; left out: nobody need have seen it at work. */
      activityMaxAgeDays: z.int().min(1).exactOptional(),
    })
    .exactOptional(),
  /** C34: a tabular cumulative sum over batches of one step at one facility. */
  trend: z
    .strictObject({
      fromBatches: z.int().min(2),
      /** Share of what went in that a batch may be off without counting (k of the scheme). */
      allowancePercent: decimal,
      /** Times the root of the summed variances (h of the scheme). */
      limit: decimal,
    })
    .exactOptional(),
  /** C40, C41, C42. */
  assays: z
    .strictObject({
      /** Material that changes hands on the assays of both sides. */
      settled: z.array(z.enum(FORMS)),
      scheme: z.string().min(1),
      /** Equity, votes or seats from which a holder of both makes a laboratory dependent on the seller, percent. */
      independencePercent: decimal,
      /** Shares that a method is meant for, percent of the material. */
      methods: z.array(
        z.strictObject({ method: z.string().min(1), minPercent: decimal, maxPercent: decimal }),
      ),
      /** How long after a certificate a sealed split is kept. */
      splitsKeptDays: z.int().min(0),
    })
    .exactOptional(),
  /** C43: days for which a calibration holds. */
  scaleCalibrationDays: z.int().min(1).exactOptional(),
  /** C31: custody longer than this is storage, and counted at least this often. */
  storage: z.strictObject({ fromDays: z.int().min(0), countedEveryDays: z.int().min(1) }).exactOptional(),
};
