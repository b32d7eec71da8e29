import { fromBase64Url, toBase64Url } from './base64.js';
import { toUtf8 } from './bytes.js';
import { canonicalBytes, canonicalize } from './canonical-json.js';
import { readJwsHeader, type JwsHeader, type JwsHeaderProblemCode, type JwsTyp } from './jws-header.js';
import { thumbprint, type PublicJwk } from './keys.js';
import { failed, parsed, type Parsed, type Problem } from './problem.js';
import { isCanonical } from './read-json.js';
import { sha256Hex } from './sha256.js';
import { SIGNATURE_BYTES, type SignatureChecker, type SignatureToCheck, type Signer } from './signature.js';
import { TransparencyError } from './transparency-error.js';

/** A compact JWS (RFC 7515) taken apart. Its signature has not been checked by parsing it. */
export interface Jws {
  readonly text: string;
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
  /** ASCII of `header.payload` as received: what was signed. */
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Everything that can be wrong with a compact JWS. Pointers are into its JSON form (RFC 7515 section 7.2):
 * `/protected/…`, `/payload`, `/signature`.
 */
export type JwsProblemCode =
  JwsHeaderProblemCode | 'bad-signature-length' | 'not-base64url' | 'not-compact-jws';

/** A JWS has to fit into an entry (65,535 bytes), so a longer one is refused before it is looked at. */
export const MAX_JWS_LENGTH = 65_535;

/** Takes a compact JWS apart, strictly: canonical base64url, a canonical header of exactly alg, kid and typ. */
export function parseJws(text: string, expectedTyp: JwsTyp): Parsed<Jws, JwsProblemCode> {
  if (text.length > MAX_JWS_LENGTH) {
    return failed('too-large', `The JWS has ${text.length} characters; at most ${MAX_JWS_LENGTH} may be.`);
  }
  const [header64, payload64, signature64, ...more] = text.split('.', 4);
  if (header64 === undefined || payload64 === undefined || signature64 === undefined || more.length > 0) {
    return failed('not-compact-jws', 'A compact JWS is three base64url parts with a dot between them.');
  }
  const problems: Problem<JwsProblemCode>[] = [];
  const header = decodeHeader(header64, expectedTyp, problems);
  const payload = decodePart(payload64, '/payload', problems);
  const signature = decodePart(signature64, '/signature', problems);
  if (signature !== undefined && signature.length !== SIGNATURE_BYTES) {
    const detail = `The signature has ${signature.length} bytes instead of ${SIGNATURE_BYTES}.`;
    problems.push({ code: 'bad-signature-length', pointer: '/signature', detail });
  }
  if (!header || !payload || !signature || problems.length > 0) return { ok: false, problems };
  const signingInput = toUtf8(text.slice(0, header64.length + 1 + payload64.length));
  return parsed({ text, header, payload, signingInput, signature });
}

/**
 * Signs a payload that is canonical JSON already.
 * @throws TransparencyError `not-canonical`, `jws-too-large`, or `bad-signature` if the signer misbehaves.
 */
export async function buildJws(payload: Uint8Array, signer: Signer, typ: JwsTyp): Promise<string> {
  if (!isCanonical(payload)) {
    throw new TransparencyError('not-canonical', 'The payload is not canonical JSON.');
  }
  return sealed(payload, signer, typ);
}

/**
 * Signs a value as canonical JSON.
 * @throws TransparencyError `not-json`, `jws-too-large`, or `bad-signature` if the signer misbehaves.
 */
export function signJson(value: unknown, signer: Signer, typ: JwsTyp): Promise<string> {
  return sealed(canonicalBytes(value), signer, typ);
}

async function sealed(payload: Uint8Array, signer: Signer, typ: JwsTyp): Promise<string> {
  const header = canonicalize({ alg: signer.alg, kid: signer.kid, typ });
  const signingInput = `${toBase64Url(toUtf8(header))}.${toBase64Url(payload)}`;
  const signature = await signer.sign(toUtf8(signingInput));
  if (signature.length !== SIGNATURE_BYTES) {
    throw new TransparencyError('bad-signature', `The signer gave ${signature.length} bytes.`);
  }
  const text = `${signingInput}.${toBase64Url(signature)}`;
  if (text.length > MAX_JWS_LENGTH) {
    throw new TransparencyError('jws-too-large', `The JWS has ${text.length} characters.`);
  }
  return text;
}

/** What the signature port has to check for this JWS under this key. */
export function signatureOfJws(jws: Jws, publicKey: PublicJwk): SignatureToCheck {
  return { alg: jws.header.alg, publicKey, message: jws.signingInput, signature: jws.signature };
}

/** Whether this key signed this JWS: its thumbprint is the `kid`, its algorithm the `alg`, the signature holds. */
export async function verifyJws(jws: Jws, publicKey: PublicJwk, checker: SignatureChecker): Promise<boolean> {
  if (jws.header.kid !== thumbprint(publicKey)) return false;
  const [holds] = await checker.check([signatureOfJws(jws, publicKey)]);
  return holds === true;
}

/** SHA-256 of the canonical payload, lowercase hex: what identifies a statement, whoever signed it. */
export function payloadDigest(payload: Uint8Array): string {
  return sha256Hex(payload);
}

function decodeHeader(
  text: string,
  expectedTyp: JwsTyp,
  problems: Problem<JwsProblemCode>[],
): JwsHeader | undefined {
  const known = knownHeaders.get(text);
  if (known?.typ === expectedTyp) return known;
  const bytes = decodePart(text, '/protected', problems);
  const header = bytes && readJwsHeader(bytes, expectedTyp);
  if (header?.ok === false) {
    problems.push(...header.problems.map((one) => ({ ...one, pointer: `/protected${one.pointer}` })));
  }
  if (header?.ok !== true) return undefined;
  if (knownHeaders.size >= HEADERS_KNOWN) knownHeaders.clear();
  knownHeaders.set(text, header.value);
  return header.value;
}

/** Headers that were read before, by their text: everything that one key signs for one purpose begins with the same. */
const knownHeaders = new Map<string, JwsHeader>();
const HEADERS_KNOWN = 4096;

function decodePart(
  text: string,
  pointer: string,
  problems: Problem<JwsProblemCode>[],
): Uint8Array | undefined {
  const bytes = fromBase64Url(text);
  if (bytes !== undefined && bytes.length > 0) return bytes;
  const detail = 'The part is empty or not canonical base64url without padding.';
  problems.push({ code: 'not-base64url', pointer, detail });
  return undefined;
}
