/** The two algorithms of the network; the algorithm belongs to the key, never to the message. */
export type Algorithm = 'EdDSA' | 'ES256';

/** A public key as a JWK: Ed25519 (RFC 8037) or P-256 (RFC 7518 section 6.2), coordinates in canonical base64url. */
export type PublicJwk =
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };

export type PrivateJwk = PublicJwk & { readonly d: string };
