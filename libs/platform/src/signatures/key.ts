import { createHash } from 'node:crypto';

/** The two algorithms of the network; the algorithm belongs to the key, never to the message. */
export type Algorithm = 'EdDSA' | 'ES256';

/** A public key as a JWK: Ed25519 (RFC 8037) or P-256 (RFC 7518 section 6.2), coordinates in canonical base64url. */
export type PublicJwk =
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };

export type PrivateJwk = PublicJwk & { readonly d: string };

/** The one algorithm a key may be used with. */
export function algorithmOf(key: PublicJwk): Algorithm {
  return key.kty === 'OKP' ? 'EdDSA' : 'ES256';
}

/** RFC 7638 thumbprint of a key's public part with SHA-256, base64url: its `kid` everywhere. */
export function thumbprint(key: PublicJwk): string {
  // The required members in lexicographic order, without white space (section 3.1).
  const { crv, kty, x } = key;
  const members = key.kty === 'OKP' ? { crv, kty, x } : { crv, kty, x, y: key.y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

/** The public part alone, without any other member. */
export function publicPart(key: PublicJwk): PublicJwk {
  return key.kty === 'OKP'
    ? { kty: 'OKP', crv: 'Ed25519', x: key.x }
    : { kty: 'EC', crv: 'P-256', x: key.x, y: key.y };
}
