import { z } from 'zod';
import * as assurance from './assurance-events.js';
import * as claims from './claim-events.js';
import * as custody from './custody-events.js';
import * as lots from './lot-events.js';
import * as products from './product-events.js';
import {
  digest,
  document,
  eventId,
  facilityId,
  instant,
  list,
  organizationId,
  position,
  text,
} from './primitives.js';

/** What every custody event carries beside its own fields (design.md section 4, Payload). */
const envelope = {
  v: z.literal(1),
  facility: facilityId,
  eventId,
  /** The facility's claim of when it happened. */
  occurredAt: instant,
  /** Leaf hash of the facility's last receipt, for clients that keep a chain of their own. */
  prev: digest.exactOptional(),
  /** Third parties' own signed statements, each a compact JWS. */
  attestations: z.array(z.string().min(1).max(8192)).min(1).max(16).exactOptional(),
  documents: list(document, 50).exactOptional(),
  /** Field name to the SHA-256 of a salted disclosure that is kept beside the log. No rule reads it. */
  private: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,63}$/), digest).exactOptional(),
  /** Pseudonym of the clerk for whom the custody service signed. */
  clerk: text(64).exactOptional(),
  position: position.exactOptional(),
};

/** The catalogue of domain.md 5.2, less `Corrected`: the fields of each event beside the envelope. */
const bodies = [
  z.strictObject(lots.lotCreated),
  z.strictObject(lots.transformed),
  z.strictObject(lots.split),
  z.strictObject(lots.merged),
  z.strictObject(lots.repacked),
  z.strictObject(lots.assayed),
  z.strictObject(lots.stored),
  z.strictObject(lots.inventoryCounted),
  z.strictObject(lots.campaignsReported),
  z.strictObject(custody.sealed),
  z.strictObject(custody.sealChecked),
  z.strictObject(custody.sealBroken),
  z.strictObject(custody.dispatched),
  z.strictObject(custody.dispatchCancelled),
  z.strictObject(custody.carrierAccepted),
  z.strictObject(custody.transitReported),
  z.strictObject(custody.customsCleared),
  z.strictObject(custody.received),
  z.strictObject(custody.packageLost),
  z.strictObject(custody.packageSeized),
  z.strictObject(custody.packageReturned),
  z.strictObject(claims.disputed),
  z.strictObject(claims.reconciled),
  z.strictObject(claims.titleTransferred),
  z.strictObject(claims.agreementRecorded),
  z.strictObject(claims.exceptionClaimed),
  z.strictObject(claims.waiverRecorded),
  z.strictObject(assurance.assuranceRecorded),
  z.strictObject(assurance.partyScreened),
  z.strictObject(assurance.contractsReviewed),
  z.strictObject(assurance.clauseFlowedDown),
  z.strictObject(assurance.incidentReported),
  z.strictObject(assurance.originInquired),
  z.strictObject(products.materialCostsStated),
  z.strictObject(products.magnetUseDescribed),
  z.strictObject(products.recoveredSharesStated),
] as const;

/** The fields of an event that say what happened, without envelope; also what a correction puts in its place. */
export const eventBody = z.discriminatedUnion('type', bodies);

const corrected = {
  type: z.literal('Corrected'),
  target: z.strictObject({ eventId, payload: digest }),
  reason: text(1000),
  approvedBy: list(text(64), 10).exactOptional(),
  approvedByOrganization: organizationId.exactOptional(),
  /** The whole body of the event as it should have read, same type; null takes the statement back. */
  replacement: eventBody.nullable(),
  /** When it really happened, if that is what was wrong. */
  occurredAtWas: instant.exactOptional(),
};

const correctedBody = z.strictObject(corrected);
const everyBody: readonly [z.ZodObject, ...z.ZodObject[]] = [correctedBody, ...bodies];
const withEnvelope = (body: z.ZodObject) => body.extend(envelope);
const [firstBody, ...otherBodies] = everyBody;

/** The one declaration of a custody event: parser, TypeScript type and JSON Schema all come from it. */
export const custodyEvent = z.discriminatedUnion('type', [
  withEnvelope(firstBody),
  ...otherBodies.map(withEnvelope),
]);

export type EventBody = z.infer<typeof eventBody>;
export type EventEnvelope = z.infer<z.ZodObject<typeof envelope, z.core.$strict>>;
export type CustodyEvent = (EventBody | z.infer<typeof correctedBody>) & EventEnvelope;
export type EventType = CustodyEvent['type'];
export type EventOf<T extends EventType> = Extract<CustodyEvent, { type: T }>;

export const EVENT_TYPES: readonly EventType[] = [
  ...bodies.map((body) => body.shape.type.value),
  correctedBody.shape.type.value,
];

export const MEMBERS_OF_ENVELOPE: ReadonlySet<string> = new Set(Object.keys(envelope));

/** The fields of an event that say what happened: what a correction replaces. */
export function bodyOf(event: CustodyEvent): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !MEMBERS_OF_ENVELOPE.has(name)));
}
