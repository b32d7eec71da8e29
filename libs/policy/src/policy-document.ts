import { FORMS, isCalendarDate, STEPS, type Parsed } from '@lodemark/domain';
import { z } from 'zod';
import { physicsLimits } from './physics-limits.js';
import { lawLimits } from './law-limits.js';
import { questionLimits } from './question-limits.js';
import { problemsOfShape } from './shape-problems.js';

const date = z.string().refine(isCalendarDate, 'not a calendar date YYYY-MM-DD that exists');
const country = z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 country code');
const decimal = z.string().regex(/^(0|[1-9]\d*)(\.\d+)?$/, 'a decimal number as a string, zero or more');
const elements = z.array(z.string().regex(/^[A-Z][a-z]?$/, 'a chemical symbol'));
/** A country in a table of the law, from a date on and perhaps until one. */
const dated = z.strictObject({ country, from: date.exactOptional(), to: date.exactOptional() });
const step = z.enum(STEPS);
const test = z.enum(['melted-produced', 'mined-to-produced']);

const profile = z.strictObject({
  /** Without a root for one of these there is no pass, whether or not an assay names it. */
  required: elements,
  /** Tracked where the subject, or what went into it, holds more than a trace of it. */
  ifPresent: elements,
});
const profiles = z.strictObject({ strict: profile, literal: profile });

const clause = z.strictObject({
  /** When the question names none: the clause that the policy is named after. */
  version: z.string(),
  versions: z.array(
    z.strictObject({
      /** YYYY-MM; a clause of this month or later, up to the next row, is judged by these tests. */
      from: z.string().regex(/^\d{4}-\d{2}$/),
      tests: z.array(
        z.strictObject({ deliveredFrom: date.exactOptional(), deliveredUntil: date.exactOptional(), test }),
      ),
    }),
  ),
  /** The test that this document is for: another one is asked of the policy that holds it. */
  test,
});

/** Everything that a rule may vary by. Limits stand here and nowhere else. */
const parameters = z.strictObject({
  coveredCountries: z.array(dated),
  alliedCountries: z.array(dated),
  profiles: z.strictObject({ NdFeB: profiles, SmCo: profiles, other: profiles }),
  defaultProfile: z.enum(['strict', 'literal']),
  /** Share of a material from which an element counts as present. */
  traceShare: decimal,
  coverageFactor: decimal,
  /** Relative standard uncertainties where none is certified, percent. */
  scalePercent: decimal,
  moisturePercent: decimal,
  horwitz: z
    .array(z.strictObject({ fromShare: decimal, rsdPercent: decimal }))
    .min(1)
    .refine((rows) => rows.at(-1)?.fromShare === '0', 'the last row must be from share 0'),
  yields: z
    .array(
      z.strictObject({
        step,
        elements: elements.exactOptional(),
        min: decimal,
        typical: decimal,
        max: decimal,
      }),
    )
    .min(1),
  /** Percent of mass that wet material may lose or gain on the way beyond what the scales can tell. */
  moistureDriftPercent: decimal,
  legalStatusMaxAgeDays: z.int().min(0),
  custodyGapDays: z.int().min(1),
  maxSpeedKmPerDay: z.int().min(1),
  ownershipMaxAgeDays: z.int().min(1),
  /** Percent of equity, votes or seats held by covered governments that makes an entity one of concern. */
  governmentHoldingPercent: decimal,
  /** A holding of at least this counts whole; a smaller one multiplies. */
  attributionPercent: decimal,
  /** Chain-of-custody models that can never support an origin ban. */
  refusedModels: z.array(z.string()),
  clause: clause.exactOptional(),
  ...lawLimits,
  /** Where steps may take place beyond the exclusion of covered countries. */
  locations: z.array(z.strictObject({ steps: z.array(step), countries: z.array(country) })).exactOptional(),
  /** How far C54 goes: 1 storage, opening and repacking; 2 transit and seals, too. */
  custodyRung: z.int().min(0).max(2).exactOptional(),
  ...physicsLimits,
  ...questionLimits,
});

/**
 * A policy as data: which rules, with which parameters, on what legal basis, for which dates. Identified by the
 * SHA-256 of its canonical bytes.
 */
export const policyDocument = z.strictObject({
  v: z.literal(1),
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  title: z.string().min(1).max(200),
  legalBasis: z.array(z.string().min(1)).min(1),
  /** When somebody last made sure that the law is as this document has it. */
  legalStatusDate: date,
  effective: z.strictObject({ from: date, to: date.exactOptional() }),
  /** Forms that the policy is about; left out: any. */
  decides: z.array(z.enum(FORMS)).exactOptional(),
  /** Forms whose answer says what they support, being no subject of the policy themselves. */
  supports: z.array(z.enum(FORMS)).exactOptional(),
  /** Families of magnet material that the policy is about; left out: any. */
  families: z.array(z.enum(['NdFeB', 'SmCo', 'other'])).exactOptional(),
  /** A draft is asked to learn what it would say; nothing passes under it. */
  status: z.literal('draft').exactOptional(),
  /**
   * Versioned rules; one that does not exist yields INSUFFICIENT. `C01` to `C54` are the checks of a chain; the rule of a
   * further question has the name of its law, as in `R-TAX-PFE`.
   */
  rules: z.array(z.string().regex(/^(C\d\d|R(-[A-Z0-9]+)+)@[1-9]\d*$/)).min(1),
  parameters,
});

export type PolicyDocument = z.infer<typeof policyDocument>;
export type PolicyParameters = PolicyDocument['parameters'];

/** A policy document and the SHA-256 of its canonical bytes, lower-case hex. */
export interface Policy {
  readonly document: PolicyDocument;
  readonly digest: string;
}

/** Parses a policy document (JSON already read strictly) and reports every problem with a pointer. */
export function parsePolicyDocument(json: unknown): Parsed<PolicyDocument> {
  const result = policyDocument.safeParse(json);
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problems: problemsOfShape(result.error) };
}
