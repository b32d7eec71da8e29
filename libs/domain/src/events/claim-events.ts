import { z } from 'zod';
import {
  calendarDate,
  composition,
  country,
  digest,
  eventId,
  facilityId,
  instant,
  list,
  lotId,
  mass,
  organizationId,
  percent,
  text,
} from './primitives.js';

export const disputed = {
  type: z.literal('Disputed'),
  /** The event that is disputed, in whichever log it stands. */
  target: z.strictObject({ facility: facilityId, eventId, payload: digest.exactOptional() }),
  lots: list(lotId),
  about: z.enum(['mass', 'assay', 'seal', 'package', 'identity', 'other']),
  statement: text(1000),
  found: z
    .strictObject({ mass: mass.exactOptional(), composition: composition.exactOptional() })
    .exactOptional(),
};

export const reconciled = {
  type: z.literal('Reconciled'),
  dispute: z.strictObject({ facility: facilityId, eventId }),
  lots: list(lotId),
  outcome: z.enum(['upheld', 'withdrawn', 'settled']),
  umpire: z
    .strictObject({
      laboratory: text(120),
      organization: organizationId.exactOptional(),
      certificate: text(100),
      composition: composition.exactOptional(),
    })
    .exactOptional(),
  settled: z
    .strictObject({ mass: mass.exactOptional(), composition: composition.exactOptional() })
    .exactOptional(),
  statement: text(1000),
};

export const titleTransferred = {
  type: z.literal('TitleTransferred'),
  lots: list(lotId),
  from: organizationId,
  to: organizationId,
  effectiveAt: instant.exactOptional(),
  contract: text(100).exactOptional(),
};

export const AGREEMENT_KINDS = ['offtake', 'toll', 'licence', 'loan', 'maintenance', 'sale'] as const;
/** The rights of domain.md 1.6, effective control prong: whoever holds one controls without owning. */
export const CONTROL_RIGHTS = [
  'quantity-or-timing',
  'output-use',
  'site-access',
  'critical-equipment',
  'intellectual-property',
] as const;

export const agreementRecorded = {
  type: z.literal('AgreementRecorded'),
  agreement: text(100),
  kind: z.enum(AGREEMENT_KINDS),
  parties: list(z.strictObject({ organization: organizationId, role: text(64) }), 20),
  from: calendarDate,
  to: calendarDate.exactOptional(),
  /** Absent: it covers all that the facility makes while it runs. */
  lots: list(lotId).exactOptional(),
  control: list(
    z.strictObject({ right: z.enum(CONTROL_RIGHTS), heldBy: organizationId }),
    20,
  ).exactOptional(),
  /** True when the facility expressly keeps every right of control (safe harbour). */
  rightsRetained: z.boolean().exactOptional(),
};

export const EXCEPTIONS = ['X-SAT', 'X-OCONUS', 'X-COTS', 'X-MILL', 'X-ELEC', 'X-RECYC', 'X-NONAV'] as const;

/** What a claimed exception rests on beside its document: the elements of DFARS 225.7018-3 and -4. */
const exceptionElements = {
  /** Value of the acquisition, whole US dollars (X-SAT). */
  contractValueUsd: z
    .string()
    .regex(/^(0|[1-9]\d{0,14})$/, 'whole US dollars as a string')
    .exactOptional(),
  acquiredIn: country.exactOptional(),
  usedIn: country.exactOptional(),
  /** Share of the end item's weight (X-COTS). */
  coveredMaterialPercent: percent.exactOptional(),
  tungstenPercent: percent.exactOptional(),
  /** The determination that the end item is commercially available off the shelf, part by part. */
  offTheShelf: z
    .strictObject({
      commercialProduct: z.boolean(),
      substantialQuantities: z.boolean(),
      unmodified: z.boolean(),
      bulkCargo: z.boolean(),
    })
    .exactOptional(),
  /** False: a mill product that is not built into anything yet. */
  incorporated: z.boolean().exactOptional(),
  /** True when the end item controls the flow of electrons (X-ELEC). */
  electronicDevice: z.boolean().exactOptional(),
  /** True when the contract withholds the exception all the same. */
  contractExcludes: z.boolean().exactOptional(),
};

export const exceptionClaimed = {
  type: z.literal('ExceptionClaimed'),
  exception: z.enum(EXCEPTIONS),
  lots: list(lotId),
  contract: text(100).exactOptional(),
  endItem: text(200).exactOptional(),
  ...exceptionElements,
  document: digest.exactOptional(),
  number: text(100).exactOptional(),
  from: calendarDate.exactOptional(),
  to: calendarDate.exactOptional(),
  statement: text(1000).exactOptional(),
};

/** A nonavailability determination of DFARS 225.7018-4: for one contract, or for a class of them. */
const determination = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('individual'),
    contract: text(100),
    /** Written, by the requiring activity. */
    certification: digest.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('class'),
    contracts: list(text(100)),
    /** When the public was given notice of it. */
    noticedOn: calendarDate.exactOptional(),
  }),
]);

export const waiverRecorded = {
  type: z.literal('WaiverRecorded'),
  legalBasis: text(200),
  number: text(100),
  office: text(200),
  endItem: text(200),
  material: text(200),
  lots: list(lotId).exactOptional(),
  from: calendarDate,
  to: calendarDate,
  /** Left out: a waiver of the statute, which is for an end item and a material, whatever the contract. */
  determination: determination.exactOptional(),
  document: digest.exactOptional(),
};
