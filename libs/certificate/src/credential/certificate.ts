import type { JsonObject } from '@lodemark/transparency';
import { z } from 'zod';
import type { Certified } from './certified.js';
import { LODEMARK_CONTEXT_PATH, UNTP_CONTEXT, VC_CONTEXT } from './contexts.js';
import type { StatusPurpose } from './status-list.js';

export interface Party {
  /** A URI; of the issuer its DID. */
  readonly id: string;
  readonly name: string;
}

/** Where one bit about a certificate stands. */
export interface StatusPlace {
  readonly purpose: StatusPurpose;
  /** URL of the status list credential. */
  readonly list: string;
  readonly index: number;
}

/** What the issuer adds to what it certifies. */
export interface Issuance {
  /** URL of the certificate. */
  readonly id: string;
  /** URL of the context that defines `lodemark`. */
  readonly context: string;
  readonly issuer: Party;
  /** Whom it is given to. */
  readonly issuedTo: Party;
  /** RFC 3339; never before the horizon's time. */
  readonly validFrom: string;
  readonly validUntil?: string | undefined;
  readonly status: readonly StatusPlace[];
  readonly software: { readonly version: string };
}

const ATTESTATION = {
  assessorLevel: 'unspecified',
  assessmentLevel: 'no-endorsement',
  attestationType: 'certification',
};

/**
 * The unsigned credential: a UNTP 0.7 Digital Conformity Credential, all of whose own facts stand once more, exactly,
 * in `credentialSubject.lodemark`. UNTP knows one status entry alone and types its index as a number; it is the one
 * for suspension, whose bit is also set for good on revocation, so that whoever looks at nothing else is never told
 * that a withdrawn certificate stands. Both entries are in `lodemark.status`.
 */
export function certificateCredential(certified: Certified, issuance: Issuance): JsonObject {
  const { id, context, issuer, issuedTo, validFrom, validUntil, status, software } = issuance;
  const title = `${certified.outcome} of lot ${certified.lot} under ${certified.policy.id}`;
  const suspension = status.find(({ purpose }) => purpose === 'suspension');
  const credential = {
    '@context': [VC_CONTEXT, UNTP_CONTEXT, context],
    type: ['DigitalConformityCredential', 'VerifiableCredential'],
    id,
    issuer: { type: ['CredentialIssuer'], ...issuer },
    validFrom,
    ...(validUntil === undefined ? {} : { validUntil }),
    name: title,
    ...(suspension && { credentialStatus: statusEntry(suspension) }),
    credentialSubject: {
      type: ['ConformityAttestation'],
      id: `${id}#attestation`,
      name: title,
      ...ATTESTATION,
      issuedToParty: { type: ['Party'], ...issuedTo },
      referenceScheme: scheme('ConformityScheme', certified.policy.id, certified.policy.id),
      referenceProfile: scheme('ConformityProfile', certified.policy.document, certified.policy.id),
      conformityAssessment: certified.rules.map((rule) => assessment(id, certified, rule)),
      lodemark: { ...certified, status },
    },
    issuingSoftware: {
      id: 'https://lodemark.example/software',
      name: 'Lodemark',
      version: software.version,
      vendor: { id: 'https://lodemark.example', name: 'Lodemark' },
    },
  };
  return credential as unknown as JsonObject;
}

/** As the UNTP schema has it: the index is a number. */
function statusEntry({ purpose, list, index }: StatusPlace) {
  return {
    type: 'BitstringStatusListEntry',
    id: `${list}#${String(index)}`,
    statusPurpose: purpose,
    statusListIndex: index,
    statusListCredential: list,
  };
}

function scheme(type: string, id: string, name: string) {
  return { type: [type], id: `urn:lodemark:policy:${encodeURIComponent(id)}`, name };
}

function assessment(id: string, certified: Certified, { rule, outcomes, codes }: Certified['rules'][number]) {
  const fails = outcomes.some((outcome) => outcome === 'FAIL' || outcome === 'INSUFFICIENT');
  const criterion = `urn:lodemark:rule:${encodeURIComponent(rule)}`;
  const topic = { type: ['ConformityTopic'], id: 'urn:lodemark:topic:provenance', name: 'provenance' };
  return {
    type: ['ConformityAssessment'],
    id: `${id}#${encodeURIComponent(rule)}`,
    name: rule,
    description: `${outcomes.join(', ')}: ${codes.join(', ')}`,
    assessmentCriteria: [{ type: ['Criterion'], id: criterion, name: rule }],
    assessmentDate: certified.horizon.at.slice(0, 10),
    assessedPerformance: [],
    assessedProduct: [
      { product: { type: ['Product'], id: `urn:lodemark:lot:${certified.lot}`, name: certified.lot } },
    ],
    conformityTopic: [topic],
    conformance: !fails,
  };
}

const party = z.object({ id: z.string().min(1).max(500), name: z.string().min(1).max(300) });
const place = z.strictObject({
  purpose: z.enum(['revocation', 'suspension']),
  list: z.string().min(1).max(500),
  index: z.number().int().min(0),
});
const claims = z.object({
  '@context': z.tuple([
    z.literal(VC_CONTEXT),
    z.literal(UNTP_CONTEXT),
    z.string().max(500).endsWith(LODEMARK_CONTEXT_PATH),
  ]),
  id: z.string().min(1).max(500),
  type: z.array(z.string()).refine((types) => types.includes('DigitalConformityCredential')),
  issuer: party,
  validFrom: z.iso.datetime({ offset: true }),
  validUntil: z.iso.datetime({ offset: true }).optional(),
  credentialSubject: z.object({
    issuedToParty: party,
    lodemark: z.looseObject({
      v: z.literal(1),
      lot: z.string().min(3).max(200),
      verdict: z.string().regex(/^[0-9a-f]{64}$/),
      outcome: z.enum(['PASS', 'PASS_EXCEPTION', 'FAIL', 'INSUFFICIENT']),
      policy: z.looseObject({ id: z.string().min(1), document: z.string().regex(/^[0-9a-f]{64}$/) }),
      question: z.record(z.string(), z.unknown()),
      horizon: z.strictObject({
        size: z.number().int().min(1),
        rootHash: z.string().regex(/^[0-9a-f]{64}$/),
        at: z.string().max(40),
      }),
      status: z.array(place).max(8),
    }),
  }),
  issuingSoftware: z.object({ version: z.string().max(100) }),
});

/** What a verifier goes by in a certificate. */
export interface Certificate extends Issuance {
  /** Everything that it says, as far as it can be worked out again: canonical JSON of {@link Certified}. */
  readonly certified: JsonObject;
  readonly lot: string;
  readonly verdict: string;
  readonly outcome: Certified['outcome'];
  readonly policy: { readonly id: string; readonly document: string };
  readonly question: Certified['question'];
  readonly horizon: Certified['horizon'];
}

/** The certificate in a credential, or why there is none. */
export function readCertificate(credential: JsonObject): Certificate | { readonly problem: string } {
  const read = claims.safeParse(credential);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { problem: `${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'it is no certificate'}` };
  }
  const { id, issuer, validFrom, validUntil, credentialSubject, issuingSoftware: software } = read.data;
  const [, , context] = read.data['@context'];
  const { issuedToParty: issuedTo, lodemark } = credentialSubject;
  const { status, ...certified } = lodemark;
  const { lot, verdict, outcome, policy, question, horizon } = lodemark;
  return {
    ...{ id, context, issuer, issuedTo, validFrom, validUntil, status, software },
    ...{ lot, verdict, outcome, policy, horizon },
    certified: certified as unknown as JsonObject,
    question: question,
  };
}
