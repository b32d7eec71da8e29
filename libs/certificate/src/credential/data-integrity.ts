import {
  canonicalBytes,
  canonicalize,
  concatBytes,
  readJson,
  sha256,
  SIGNATURE_BYTES,
  type Ed25519PublicJwk,
  type JsonObject,
  type JsonValue,
  type SignatureChecker,
  type Signer,
} from '@lodemark/transparency';
import { z } from 'zod';
import { fromBase58Btc, keyOfMultikey, multikeyOf, toBase58Btc } from './multikey.js';

/** Media type of a credential that carries its proof inside (Verifiable Credentials Data Model v2.0, section 6). */
export const VC_MEDIA_TYPE = 'application/vc';

const LIMITS = { length: 4 * 1024 * 1024, depth: 24 };

const proofShape = z.strictObject({
  '@context': z.union([z.string(), z.array(z.unknown()).max(16)]).optional(),
  type: z.literal('DataIntegrityProof'),
  cryptosuite: z.literal('eddsa-jcs-2022'),
  created: z.iso.datetime({ offset: true }),
  verificationMethod: z
    .string()
    .regex(/^did:[a-z0-9]+:[A-Za-z0-9.%:_-]{1,300}#z[1-9A-HJ-NP-Za-km-z]{40,60}$/),
  proofPurpose: z.literal('assertionMethod'),
  proofValue: z.string().min(1).max(128),
});

/** The shape of a credential with its proof inside as JSON Schema, for whoever documents one. */
export function provenCredentialSchema(): Record<string, unknown> {
  const whole = z.looseObject({
    '@context': z.array(z.url()),
    id: z.url(),
    type: z.array(z.string()),
    issuer: z.looseObject({ id: z.string(), name: z.string() }),
    validFrom: z.iso.datetime(),
    credentialStatus: z.looseObject({ id: z.url(), type: z.string() }).optional(),
    credentialSubject: z.looseObject({ type: z.array(z.string()) }),
    proof: proofShape,
  });
  const { $schema: _, ...schema } = z.toJSONSchema(whole, { target: 'draft-2020-12' });
  return schema;
}

/** A credential with an `eddsa-jcs-2022` proof, taken apart. Its signature has not been checked by parsing it. */
export interface ProvenCredential {
  /** Without its proof. */
  readonly credential: JsonObject;
  /** DID of the signer, as the proof names it. */
  readonly did: string;
  /** The key that the proof names: a Multikey, whose fragment is the key itself. */
  readonly key: Ed25519PublicJwk;
  /** What was signed: the hash of the proof's options before that of the credential. */
  readonly hashes: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The credential with a proof of the suite `eddsa-jcs-2022` (Data Integrity EdDSA Cryptosuites v1.0, section 3.3). The
 * same credential at the same time has the same proof. Undefined for a key that is not Ed25519: the suite knows no other.
 */
export async function proveCredential(
  credential: JsonObject,
  { did, created }: { readonly did: string; readonly created: string },
  signer: Signer,
): Promise<JsonObject | undefined> {
  if (signer.publicKey.kty !== 'OKP') return undefined;
  const options: JsonObject = {
    '@context': credential['@context'] ?? [],
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-jcs-2022',
    created,
    verificationMethod: `${did}#${multikeyOf(signer.publicKey)}`,
    proofPurpose: 'assertionMethod',
  };
  const signature = await signer.sign(hashesOf(options, credential));
  return { ...credential, proof: { ...options, proofValue: toBase58Btc(signature) } };
}

/** Takes a credential with a proof apart, strictly, or says why it is none. Never throws. */
export function parseProvenCredential(
  input: Uint8Array | string,
): ProvenCredential | { readonly problem: string } {
  const json = readJson(input, LIMITS);
  if (!json.ok) return { problem: json.problems[0]?.detail ?? 'it is no JSON' };
  if (!isObject(json.value)) return { problem: 'it is no JSON object' };
  const { proof, ...unsecured } = json.value;
  const read = proofShape.safeParse(proof);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { problem: `its proof: ${issue?.path.join('/') ?? ''} ${issue?.message ?? 'is none'}` };
  }
  const { proofValue, ...options } = read.data;
  const at = options.verificationMethod.indexOf('#');
  const key = keyOfMultikey(options.verificationMethod.slice(at + 1));
  if (key === undefined) return { problem: 'its proof names no Ed25519 key' };
  const signature = fromBase58Btc(proofValue);
  if (signature?.length !== SIGNATURE_BYTES || toBase58Btc(signature) !== proofValue) {
    return { problem: 'its signature is not 64 bytes in base58' };
  }
  const context = options['@context'] as JsonValue | undefined;
  if (!beginsWith(unsecured['@context'], context)) {
    return { problem: 'its proof has another context than it has itself' };
  }
  // The suite hashes the credential under the context of its proof, so that what is appended is not signed for.
  const credential = context === undefined ? unsecured : { ...unsecured, '@context': context };
  return {
    ...{ credential, did: options.verificationMethod.slice(0, at), key, signature },
    hashes: hashesOf(options as JsonObject, credential),
  };
}

/** Whether the key that the proof names signed it; whose key that is, is another question. */
export async function verifyProvenCredential(
  { key, hashes, signature }: ProvenCredential,
  checker: SignatureChecker,
): Promise<boolean> {
  const [holds] = await checker.check([{ alg: 'EdDSA', publicKey: key, message: hashes, signature }]);
  return holds === true;
}

function hashesOf(options: JsonObject, credential: JsonObject): Uint8Array {
  return concatBytes(sha256(canonicalBytes(options)), sha256(canonicalBytes(credential)));
}

function beginsWith(context: JsonValue | undefined, of: JsonValue | undefined): boolean {
  if (of === undefined) return true;
  const [own, proofs] = [listed(context), listed(of)];
  return proofs.length <= own.length && proofs.every((one, i) => same(one, own[i]));
}

function listed(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

function same(a: JsonValue, b: JsonValue | undefined): boolean {
  return b !== undefined && canonicalize(a) === canonicalize(b);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
