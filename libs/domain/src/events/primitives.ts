import { z } from 'zod';
import { FORMS } from '../forms.js';
import { STEPS } from '../steps.js';
import { SUBSTANCES } from '../substances.js';
import { FRACTION_UNITS, MASS_UNITS } from '../units.js';
import { isContainerNumber } from '../container-number.js';
import { isCountryCode } from '../countries.js';
import { isCalendarDate, isInstant } from '../instant.js';

/** Limits keep one event inside a Merkle leaf (65,535 bytes); longer lists go in by digest as a document. */
const MAX_LINES = 200;
export const MAX_PACKAGES = 500;

interface Check {
  readonly code: string;
  readonly test: (text: string) => boolean;
  readonly message: string;
}

function checked<T extends z.ZodType<string>>(type: T, { code, test, message }: Check) {
  return type.superRefine((text, context) => {
    if (!test(text)) context.addIssue({ code: 'custom', message, params: { code } });
  });
}

// Text is data that people read in tables and terminals: control characters and bidirectional overrides are refused.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufeff]/u;

export function text(max: number) {
  return checked(z.string().min(1).max(max), {
    code: 'bad-text',
    test: (value) => !UNPRINTABLE.test(value),
    message: 'holds control characters',
  });
}

export const facilityId = z.string().regex(/^[a-z0-9-]{1,63}$/, 'a facility id is [a-z0-9-]{1,63}');
export const organizationId = z.string().regex(/^[a-z0-9-]{1,63}$/, 'an organization id is [a-z0-9-]{1,63}');
// A number `.` or `..` would be a step in the path of an address, so nobody could ever ask about the lot.
export const lotId = z
  .string()
  .regex(
    /^[a-z0-9-]{1,63}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/,
    'a lot id is <facility>/<number>, such as kokbulak/2026-0017',
  );
export const packageId = z.string().regex(/^[A-Za-z0-9._/-]{1,64}$/, 'a package id is [A-Za-z0-9._/-]{1,64}');
export const eventId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'a UUID in lower case');
/** SHA-256 in lower-case hex. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in lower-case hex');
export const keyId = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'an RFC 7638 thumbprint');
export const instant = checked(z.string(), {
  code: 'bad-date',
  test: isInstant,
  message: 'not an RFC 3339 time with offset that exists',
});
export const calendarDate = checked(z.string(), {
  code: 'bad-date',
  test: isCalendarDate,
  message: 'not a calendar date YYYY-MM-DD that exists',
});
export const country = checked(z.string(), {
  code: 'bad-country',
  test: isCountryCode,
  message: 'not an ISO 3166-1 alpha-2 country code',
});
export const containerNumber = checked(z.string(), {
  code: 'bad-container',
  test: isContainerNumber,
  message: 'not an ISO 6346 container number, or its check digit is wrong',
});
export const form = z.enum(FORMS);
export const step = z.enum(STEPS);

/** Decimal string, at most 15 digits before and 12 after the point; no exponent, no plus, no leading zeros. */
const decimal = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})(\.\d{1,12})?$/, 'a decimal number as a string, such as "40000.0", not negative');
const positiveDecimal = checked(decimal, {
  code: 'not-positive',
  test: (value) => /[1-9]/.test(value),
  message: 'must be more than zero',
});
export const percent = checked(decimal, {
  code: 'over-100',
  test: (value) => /^\d{1,2}(\.\d+)?$|^100(\.0+)?$/.test(value),
  message: 'a percentage is between 0 and 100',
});

export const uncertainty = z.strictObject({
  value: decimal,
  kind: z.enum(['absolute', 'relative-percent']),
  /** Coverage factor. */
  k: positiveDecimal,
});

export const quantity = z.strictObject({
  value: positiveDecimal,
  unit: z.enum(MASS_UNITS),
  uncertainty: uncertainty.exactOptional(),
});
/** A quantity that may be zero: tare, counted stock, leftovers. */
export const quantityOrZero = z.strictObject({
  value: decimal,
  unit: z.enum(MASS_UNITS),
  uncertainty: uncertainty.exactOptional(),
});

export const fraction = z.strictObject({
  value: decimal,
  unit: z.enum(FRACTION_UNITS),
  uncertainty: uncertainty.exactOptional(),
});

export const composition = z.strictObject({
  basis: z.enum(['dry', 'as-received']),
  /** Total rare-earth oxides as a share of the material; needed when an analyte is given as a share of the TREO. */
  treo: fraction.exactOptional(),
  analytes: z
    .array(z.strictObject({ substance: z.enum(SUBSTANCES), fraction, of: z.enum(['material', 'treo']) }))
    .min(1)
    .max(60),
  certificate: text(100).exactOptional(),
});

export const mass = z.strictObject({
  /** As weighed, moisture included. */
  net: quantity,
  gross: quantity.exactOptional(),
  tare: quantityOrZero.exactOptional(),
  moisture: fraction.exactOptional(),
  scale: z
    .strictObject({
      id: text(64),
      calibratedOn: calendarDate.exactOptional(),
      /** Number of the calibration certificate. */
      calibration: text(100).exactOptional(),
    })
    .exactOptional(),
});

export const packageLine = z.strictObject({
  id: packageId,
  net: quantity.exactOptional(),
  gross: quantity.exactOptional(),
  tare: quantityOrZero.exactOptional(),
});

export const packages = z.array(packageLine).min(1).max(MAX_PACKAGES);

export const FAMILIES = ['NdFeB', 'SmCo', 'other'] as const;

export const material = z.strictObject({
  form,
  mass,
  composition: composition.exactOptional(),
  family: z.enum(FAMILIES).exactOptional(),
});

/** One lot as it stands: what it is, how much, in which packages. A lot without packages is one package. */
export const lotLine = z.strictObject({
  lot: lotId,
  ...material.shape,
  packages: packages.exactOptional(),
  grade: text(64).exactOptional(),
  heat: text(64).exactOptional(),
  pieces: z.int().min(1).max(1_000_000_000).exactOptional(),
});

export const seal = z.strictObject({
  number: text(64),
  /** ISO 17712 class: indicative, security, high security. */
  class: z.enum(['I', 'S', 'H']).exactOptional(),
  container: containerNumber.exactOptional(),
});

export const place = z
  .strictObject({
    country,
    name: text(120).exactOptional(),
    /** Begins with the country. */
    unlocode: z
      .string()
      .regex(/^[A-Z]{2}[A-Z2-9]{3}$/, 'a UN/LOCODE, five characters')
      .exactOptional(),
  })
  .superRefine((stated, context) => {
    const { unlocode } = stated;
    if (unlocode === undefined || unlocode.startsWith(stated.country)) return;
    context.addIssue({
      code: 'custom',
      path: ['unlocode'],
      message: `${unlocode} is a place in ${unlocode.slice(0, 2)}, not in ${stated.country}`,
      params: { code: 'place-elsewhere' },
    });
  });

/** WGS 84, decimal degrees as strings. */
const latitude = z
  .string()
  .regex(/^-?([1-8]?\d(\.\d{1,7})?|90(\.0{1,7})?)$/, 'decimal degrees between -90 and 90, as a string');
const longitude = z
  .string()
  .regex(
    /^-?(([1-9]?\d|1[0-7]\d)(\.\d{1,7})?|180(\.0{1,7})?)$/,
    'decimal degrees between -180 and 180, as a string',
  );
export const position = z.strictObject({ latitude, longitude });

export const document = z.strictObject({
  digest,
  kind: text(64),
  number: text(100).exactOptional(),
});

export const CUSTODY_MODELS = [
  'identity-preserved',
  'segregated',
  'controlled-blending',
  'mass-balance',
  'book-and-claim',
] as const;
/** ISO 22095 chain-of-custody models, strongest first. */
export const custodyModel = z.enum(CUSTODY_MODELS);

export function list<T extends z.ZodType>(item: T, max = MAX_LINES) {
  return z.array(item).min(1).max(max);
}

/** Refuses the same lot twice in one list, where that would make two statements about one thing. */
export function lotsOnce<T extends { lot: string }>(
  lines: readonly T[],
  context: z.core.$RefinementCtx<T[]>,
) {
  const seen = new Set<string>();
  lines.forEach((line, index) => {
    if (seen.has(line.lot))
      context.addIssue({
        code: 'custom',
        path: [index, 'lot'],
        message: `lot ${line.lot} is listed twice`,
        params: { code: 'listed-twice' },
      });
    seen.add(line.lot);
  });
}
