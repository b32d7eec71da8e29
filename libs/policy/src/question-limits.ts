import { ELEMENTS, isCalendarDate, PRODUCT_CATEGORIES } from '@lodemark/domain';
import { z } from 'zod';

const decimal = z.string().regex(/^(0|[1-9]\d*)(\.\d+)?$/, 'a decimal number as a string, zero or more');
const date = z.string().refine(isCalendarDate, 'not a calendar date YYYY-MM-DD that exists');

/** What article 28 of Regulation (EU) 2024/1252 wants to be known of the magnets in a product. */
export const MAGNET_ITEMS = [
  'type',
  'manufacturer',
  'weight',
  'location',
  'composition',
  'coatings',
  'adhesives',
  'removal',
  'data-carrier',
] as const;

/** The data set that ISO 23664 is understood to intend (domain.md 2.1); its paid text was not read. */
export const TRACEABILITY_ITEMS = [
  'business-registration',
  'business-address',
  'business-contact',
  'record-retention',
  'auditor-access',
  'site-location',
  'mine-licence',
  'material-composition',
  'total-rare-earths',
  'gross-mass',
  'moisture',
  'process-dates',
  'process-losses',
  'carrier',
  'transport-document',
  'counterparty-receipt',
] as const;

/** What the further questions go by: each left out where no rule of a policy asks. */
export const questionLimits = {
  /** R-TAX-PFE: holdings and debt that make an entity a prohibited one, and the ratios that the law wants. */
  prohibitedEntities: z
    .strictObject({
      /** More than this, by any measure, held from covered countries makes an entity a specified one. */
      controlPercent: decimal,
      /** Held by one specified entity, by all of them, and of the debt: from these on. */
      oneHolderPercent: decimal,
      allHoldersPercent: decimal,
      debtPercent: decimal,
      /** The least material assistance ratio for what is sold from a date on. */
      assistance: z.array(z.strictObject({ from: date, leastPercent: decimal })).min(1),
    })
    .exactOptional(),
  /** R-CRMA-28. */
  magnetInformation: z
    .strictObject({
      items: z.array(z.enum(MAGNET_ITEMS)).min(1),
      categories: z.array(z.enum(PRODUCT_CATEGORIES)).min(1),
      /** Percent of the mass that an assay must name to be the composition of a magnet. */
      namedPercent: decimal,
    })
    .exactOptional(),
  /** R-CRMA-29. */
  recoveredShares: z
    .strictObject({
      elements: z.array(z.enum(ELEMENTS)).min(1),
      /** Products with no more of magnets than this are left alone. */
      aboveMagnetKg: decimal,
      /** By how much a published share may be rounded up, percentage points. */
      roundingPercent: decimal,
    })
    .exactOptional(),
  /** R-ISO-23664. */
  traceability: z.strictObject({ items: z.array(z.enum(TRACEABILITY_ITEMS)).min(1) }).exactOptional(),
};
