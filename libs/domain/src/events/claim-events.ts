import { z } from 'zod';
import {
  calendarDate,
  composition,
  digest,
  eventId,
  facilityId,
  instant,
  list,
  lotId,
  mass,
  organizationId,
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

export const exceptionClaimed = {
  type: z.literal('ExceptionClaimed'),
  exception: z.enum(EXCEPTIONS),
  lots: list(lotId),
  contract: text(100).exactOptional(),
  endItem: text(200).exactOptional(),
  document: digest.exactOptional(),
  number: text(100).exactOptional(),
  from: calendarDate.exactOptional(),
  to: calendarDate.exactOptional(),
  statement: text(1000).exactOptional(),
};

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
  document: digest.exactOptional(),
};
