import { toBase64Url } from '../src/base64.js';
import { fromHex } from '../src/bytes.js';
import { parsePublicJwk, type Ed25519PublicJwk, type PublicJwk } from '../src/keys.js';
import type { Signer } from '../src/signature.js';
import { webCryptoSigner } from '../src/web-crypto-signatures.js';
import { vectorJson } from './vectors.js';

interface Rfc8032 {
  readonly cases: readonly {
    readonly name: string;
    readonly secretKey: string;
    readonly publicKey: string;
    readonly message: string;
    readonly signature: string;
  }[];
}

/** The cases of RFC 8032 section 7.1, all in hex. */
export const rfc8032 = (vectorJson('rfc8032-ed25519/rfc8032.json') as Rfc8032).cases;

/** Base64url of hex. */
export function urlOf(hex: string): string {
  return toBase64Url(fromHex(hex) ?? new Uint8Array());
}

/** The Ed25519 key of hex. */
export function ed25519Jwk(hex: string): Ed25519PublicJwk {
  return { kty: 'OKP', crv: 'Ed25519', x: urlOf(hex) };
}

/** A signer with the key of one of the RFC 8032 cases (0 to 3). */
export async function ed25519Signer(which = 0): Promise<Signer> {
  const { secretKey, publicKey } = rfc8032[which]!;
  const jwk = ed25519Jwk(publicKey);
  const secret = { ...jwk, d: urlOf(secretKey) };
  const key = await crypto.subtle.importKey('jwk', secret, { name: 'Ed25519' }, false, ['sign']);
  return webCryptoSigner(key, jwk);
}

/** A signer with a new P-256 key. */
export async function p256Signer(): Promise<Signer> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return webCryptoSigner(pair.privateKey, accepted({ kty, crv, x, y }));
}

/** The key, which must be acceptable. */
export function accepted(value: unknown): PublicJwk {
  const key = parsePublicJwk(value);
  if (!key.ok) throw new Error(JSON.stringify(key.problems));
  return key.value;
}
