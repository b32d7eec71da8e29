import {
  canonicalBytes,
  canonicalize,
  fromBase64Url,
  readCanonicalJson,
  SIGNATURE_BYTES,
  toBase64Url,
  toUtf8,
  type JsonObject,
  type JsonValue,
  type PublicJwk,
  type SignatureChecker,
  type Signer,
} from '@lodemark/transparency';

/** Media type of a credential secured with JOSE (Securing Verifiable Credentials using JOSE and COSE, section 3). */
export const VC_JWT_MEDIA_TYPE = 'application/vc+jwt';

/** A credential in its signed form, taken apart. Its signature has not been checked by parsing it. */
export interface VcJwt {
  readonly text: string;
  /** DID URL of the signing key; its fragment is the key's RFC 7638 thumbprint. */
  readonly kid: string;
  readonly alg: 'EdDSA' | 'ES256';
  /** The credential itself: there is no `vc` wrapper. */
  readonly credential: JsonObject;
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

const MAX_LENGTH = 4 * 1024 * 1024;
const HEADER_LIMITS = { length: 1024, depth: 2, members: 8, problems: 8 };
const PAYLOAD_LIMITS = { length: 3 * 1024 * 1024, depth: 24 };
const DID_URL = /^did:[a-z0-9]+:[A-Za-z0-9.%:_-]{1,300}#[A-Za-z0-9_-]{43}$/;

/** Signs a credential. `kid` is the DID URL of the signer's key. */
export async function signVcJwt(credential: JsonObject, kid: string, signer: Signer): Promise<string> {
  const header = toBase64Url(toUtf8(canonicalize({ alg: signer.alg, cty: 'vc', kid, typ: 'vc+jwt' })));
  const input = `${header}.${toBase64Url(canonicalBytes(credential))}`;
  return `${input}.${toBase64Url(await signer.sign(toUtf8(input)))}`;
}

/** The credential and its signature, or why it is none. Header and payload must be canonical JSON, nothing unknown in the header. */
export function parseVcJwt(text: string): VcJwt | { readonly problem: string } {
  if (text.length > MAX_LENGTH) return { problem: `it has ${text.length} characters` };
  const parts = text.split('.', 4);
  const [header64, payload64, signature64] = parts;
  if (parts.length !== 3 || !header64 || !payload64 || !signature64) {
    return { problem: 'it is not three base64url parts with a dot between them' };
  }
  const header = readPart(header64, HEADER_LIMITS);
  const credential = readPart(payload64, PAYLOAD_LIMITS);
  const signature = fromBase64Url(signature64);
  if (header === undefined) return { problem: 'its header is not canonical JSON' };
  if (credential === undefined) return { problem: 'its payload is not canonical JSON' };
  if (signature?.length !== SIGNATURE_BYTES) return { problem: 'its signature is not 64 bytes' };
  const { alg, cty, kid, typ, ...more } = header;
  if (Object.keys(more).length > 0) return { problem: `its header has ${Object.keys(more).join(', ')}` };
  if (typ !== 'vc+jwt' || cty !== 'vc') return { problem: 'it is not of the type vc+jwt' };
  if (alg !== 'EdDSA' && alg !== 'ES256') return { problem: 'its algorithm is neither EdDSA nor ES256' };
  if (typeof kid !== 'string' || !DID_URL.test(kid)) return { problem: 'its kid is no DID URL of a key' };
  const signingInput = toUtf8(`${header64}.${payload64}`);
  return { text, kid, alg, credential, signingInput, signature };
}

/** Whether the key signed it. */
export async function verifyVcJwt(jwt: VcJwt, key: PublicJwk, checker: SignatureChecker): Promise<boolean> {
  const { alg, signingInput: message, signature } = jwt;
  const [holds] = await checker.check([{ alg, publicKey: key, message, signature }]);
  return holds === true;
}

/** The thumbprint of the key and the DID that it is named under. */
export function keyNamed({ kid }: Pick<VcJwt, 'kid'>): { readonly did: string; readonly thumbprint: string } {
  const at = kid.lastIndexOf('#');
  return { did: kid.slice(0, at), thumbprint: kid.slice(at + 1) };
}

function readPart(text: string, limits: object): JsonObject | undefined {
  const bytes = fromBase64Url(text);
  const json = bytes && readCanonicalJson(bytes, limits);
  return json?.ok === true && isObject(json.value) ? json.value : undefined;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
