import { z } from 'zod';
import type { Parsed } from '../problem.js';
import { problemsOf } from '../zod-problems.js';
import { SCREENING_LISTS } from './assurance-events.js';
import { TRANSIT_KINDS, SEAL_CONDITIONS } from './custody-events.js';
import {
  calendarDate,
  composition,
  containerNumber,
  digest,
  facilityId,
  instant,
  list,
  lotId,
  mass,
  organizationId,
  place,
  seal,
  text,
} from './primitives.js';

const common = {
  v: z.literal(1),
  organization: organizationId,
  statedAt: instant,
  documents: list(digest, 20).exactOptional(),
};
const seals = list(
  z.strictObject({ ...seal.shape, condition: z.enum(SEAL_CONDITIONS).exactOptional() }),
  20,
).exactOptional();

/**
 * A third party's own statement, signed under the third party's own key and carried inside a custody event
 * (domain.md 5.3, the third voice): a carrier, a customs broker, a laboratory, a surveyor, an auditor.
 */
export const attestation = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('Carriage'),
    ...common,
    dispatch: digest,
    kind: z.enum(['accepted', ...TRANSIT_KINDS, 'delivered']),
    at: instant,
    place,
    containers: list(containerNumber, 50).exactOptional(),
    seals,
    waybill: text(100).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('Customs'),
    ...common,
    dispatch: digest,
    direction: z.enum(['export', 'transit', 'import']),
    at: instant,
    place,
    entry: text(64),
    examined: z.boolean().exactOptional(),
    seals,
  }),
  z.strictObject({
    type: z.literal('Assay'),
    ...common,
    lot: lotId,
    sample: text(64),
    certificate: text(100),
    composition,
    issuedOn: calendarDate,
    accreditation: text(100).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('Survey'),
    ...common,
    lots: list(lotId),
    dispatch: digest.exactOptional(),
    at: instant,
    place: place.exactOptional(),
    masses: list(z.strictObject({ lot: lotId, mass })).exactOptional(),
    sampleTaken: z.boolean().exactOptional(),
    seals,
    statement: text(500).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('SiteAudit'),
    ...common,
    facility: facilityId,
    auditedOn: calendarDate,
    announced: z.boolean(),
    /** Findings that are not closed yet. */
    openFindings: z.int().min(0),
    report: text(100),
  }),
  z.strictObject({
    type: z.literal('Screening'),
    ...common,
    screened: organizationId,
    lists: list(z.enum(SCREENING_LISTS), 20),
    screenedOn: calendarDate,
    found: list(z.enum(SCREENING_LISTS), 20).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('InterestDeclaration'),
    ...common,
    from: calendarDate,
    to: calendarDate,
    /** Organizations of the chain in which the declaring one has an interest. */
    interests: list(organizationId, 50).exactOptional(),
    paidOnOutcome: z.boolean(),
  }),
]);

export type Attestation = z.infer<typeof attestation>;

export function parseAttestation(json: unknown): Parsed<Attestation> {
  const result = attestation.safeParse(json);
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problems: problemsOf(result.error) };
}
