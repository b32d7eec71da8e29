import { z } from 'zod';
import type { Parsed } from '../problem.js';
import { problemsOf } from '../zod-problems.js';
import {
  calendarDate,
  composition,
  country,
  digest,
  eventId,
  facilityId,
  instant,
  keyId,
  list,
  organizationId,
  percent,
  position,
  quantity,
  step,
  text,
} from './primitives.js';

const common = { v: z.literal(1), statementId: eventId, statedAt: instant };

const base64url32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url without padding');
/** RFC 7517 public keys, exactly these members. Points are checked where signatures are (libs/transparency). */
export const publicJwk = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: base64url32 }),
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: base64url32, y: base64url32 }),
]);

export const ORGANIZATION_KINDS = [
  'operator',
  'owner',
  'government',
  'carrier',
  'customs-broker',
  'laboratory',
  'surveyor',
  'trader',
  'buyer',
  'other',
] as const;

const organizationRegistered = {
  type: z.literal('OrganizationRegistered'),
  organization: organizationId,
  legalName: text(200),
  kind: z.enum(ORGANIZATION_KINDS),
  /** Where it is incorporated, has its headquarters and its principal place of business (FEOC jurisdiction prong). */
  incorporatedIn: country,
  headquarteredIn: country.exactOptional(),
  principalPlaceIn: country.exactOptional(),
  registrationNumber: text(100).exactOptional(),
  address: text(300).exactOptional(),
  /** How to reach it: a function, not a person. */
  contact: text(200).exactOptional(),
  /** How long it keeps its records, and how an auditor gets to see them. */
  records: z.strictObject({ keptYears: z.int().min(1).max(100), auditAccess: text(300) }).exactOptional(),
  accreditations: list(
    z.strictObject({
      scheme: text(100),
      number: text(100),
      scope: text(300).exactOptional(),
      from: calendarDate,
      to: calendarDate.exactOptional(),
    }),
    20,
  ).exactOptional(),
  documents: list(digest, 20).exactOptional(),
};

/** A registered organization (whose own owners are declared in turn) or somebody who ends the chain. */
const party = z.union([
  z.strictObject({ organization: organizationId }),
  z.strictObject({
    name: text(200),
    kind: z.enum(['government', 'private-person', 'public-float', 'other-entity']),
    country,
  }),
]);

const holder = z.strictObject({
  holder: party,
  equity: percent,
  votes: percent,
  seats: percent,
});

const ownershipDeclared = {
  type: z.literal('OwnershipDeclared'),
  organization: organizationId,
  holders: z.array(holder).max(100),
  /** Who holds its debt, percent of it as it was issued; empty: it has none. */
  creditors: z
    .array(z.strictObject({ holder: party, percent }))
    .max(100)
    .exactOptional(),
  /** Who may appoint its officers beside those who hold seats; empty: nobody. */
  appointers: z
    .array(z.strictObject({ holder: party, office: text(120) }))
    .max(100)
    .exactOptional(),
  from: calendarDate,
  to: calendarDate.exactOptional(),
  documents: list(digest, 20).exactOptional(),
};

const facilityFields = {
  facility: facilityId,
  organization: organizationId,
  name: text(200),
  country,
  steps: z.array(z.strictObject({ step, capacityPerYear: quantity.exactOptional() })).max(30),
  operating: z.strictObject({ from: calendarDate, to: calendarDate.exactOptional() }),
  /** Ring of corners, WGS 84, not closed; from the licence where there is one. */
  site: z.array(position).min(3).max(200).exactOptional(),
  licence: text(100).exactOptional(),
  processTechnologyOrigin: country.exactOptional(),
  /** Of a mine: the pattern of rare earths that its ore is known to have, from its resource statement (C35). */
  baseline: z.strictObject({ composition, document: digest.exactOptional() }).exactOptional(),
  // Everybody reads it, for good, and appends a path to it. The pattern comes first: `url` alone trims white space.
  custodyUrl: z
    .string()
    .max(300)
    .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, 'an address without user, query and fragment')
    .check(z.url({ protocol: /^https?$/ })),
};

const keyFields = {
  owner: z.union([
    z.strictObject({ facility: facilityId }),
    z.strictObject({ organization: organizationId }),
  ]),
  /**
   * event: signs custody events; custodial: held by the custody service for its clerks; log: signs checkpoints and
   * receipts; certificate: signs certificates and status lists.
   */
  purpose: z.enum(['event', 'custodial', 'log', 'attestation', 'certificate']),
  kid: keyId,
  jwk: publicJwk,
  alg: z.enum(['EdDSA', 'ES256']),
  validFrom: instant,
  validUntil: instant.exactOptional(),
  /** Compact JWS by the key itself over this statement's `statementId`, `kid`, `owner` and `purpose`. */
  proofOfPossession: z.string().min(1).max(4096),
};

const policyPublished = {
  type: z.literal('PolicyPublished'),
  policy: text(100),
  /** SHA-256 of the policy document's canonical bytes, which are kept beside the log. */
  document: digest,
  /** Pseudonym of the registrar's person who published it; the registry sets both. */
  proposedBy: text(64).exactOptional(),
  /** Pseudonyms of the other persons who approved this very document before. */
  approvedBy: list(text(64), 10).exactOptional(),
};

/** The statements that the root log holds (design.md section 1, root log), each a JWS of the registrar or a party. */
export const statement = z.discriminatedUnion('type', [
  z.strictObject({ ...organizationRegistered, ...common }),
  z.strictObject({ ...ownershipDeclared, ...common }),
  z.strictObject({ type: z.literal('FacilityRegistered'), ...facilityFields, ...common }),
  z.strictObject({
    type: z.literal('FacilityAmended'),
    ...facilityFields,
    reason: text(500),
    effectiveFrom: instant,
    ...common,
  }),
  z.strictObject({ type: z.literal('KeyAdded'), ...keyFields, ...common }),
  z.strictObject({
    type: z.literal('KeyRotated'),
    replaces: keyId,
    overlapUntil: instant,
    ...keyFields,
    ...common,
  }),
  z.strictObject({
    type: z.literal('KeyRevoked'),
    kid: keyId,
    reason: z.enum(['compromised', 'superseded', 'ceased', 'other']),
    /** What the key signed from here on is INSUFFICIENT until it is attested again. */
    suspectFrom: instant,
    note: text(500).exactOptional(),
    ...common,
  }),
  z.strictObject({
    type: z.literal('EntriesReattested'),
    facility: facilityId,
    /** The facility stands by its entries from this index up to `size`, in the log whose root at `size` is `rootHash`. */
    fromIndex: z.int().min(0),
    size: z.int().min(1),
    rootHash: digest,
    ...common,
  }),
  z.strictObject({ ...policyPublished, ...common }),
]);

export type Statement = z.infer<typeof statement>;
export type StatementType = Statement['type'];
export type StatementOf<T extends StatementType> = Extract<Statement, { type: T }>;

export function parseStatement(json: unknown): Parsed<Statement> {
  const result = statement.safeParse(json);
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problems: problemsOf(result.error) };
}
