import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { unavailable } from '../problems/standard-problems.js';

/** A JWK Set (RFC 7517 section 5) of public keys. */
export interface JsonWebKeySet {
  readonly keys: readonly (Readonly<Record<string, unknown>> & { readonly kty: string })[];
}

/** An issuer whose tokens are accepted, and where its keys come from. */
export interface IssuerTrust {
  /** The `iss` of its tokens, compared character by character. */
  readonly issuer: string;
  /** The `aud` that its tokens must name. */
  readonly audience: string;
  /** Its keys, at hand; or else where they are; or else OpenID Connect Discovery tells. */
  readonly jwks?: JsonWebKeySet;
  readonly jwksUri?: string;
}

const TIMEOUT_MS = 5000;
const COOLDOWN_MS = 30_000;
const CACHE_MS = 600_000;
const RETRY_MS = 5000;

/** The keys of an issuer as jose takes them. Keys that cannot be had are a 503: the token may well be good. */
export function keySetOf(trust: IssuerTrust): JWTVerifyGetKey {
  if (trust.jwks !== undefined)
    return createLocalJWKSet({ keys: trust.jwks.keys.map((key) => ({ ...key })) });
  const remote = retrying(async () => remoteKeySet(await jwksAddress(trust)));
  return async (header, token) => {
    try {
      const keys = await remote();
      return await keys(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys)
        throw cause;
      throw unavailable(RETRY_MS, 'The keys of the token’s issuer cannot be fetched at present.', cause);
    }
  };
}

function remoteKeySet(address: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(address), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: CACHE_MS,
    [customFetch]: (url, options) => fetch(url, { ...options, redirect: 'error' }),
  });
}

// OpenID Connect Discovery 1.0 section 4: the document must name the very issuer it was asked about.
async function jwksAddress({ issuer, jwksUri }: IssuerTrust): Promise<string> {
  if (jwksUri !== undefined) return jwksUri;
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { Accept: 'application/json' },
  });
  if (!response.ok) throw new Error(`Discovery answered ${response.status}`);
  const document = (await response.json()) as Partial<Record<string, unknown>>;
  if (document['issuer'] !== issuer) throw new Error('The discovery document is of another issuer');
  if (typeof document['jwks_uri'] !== 'string') throw new Error('The discovery document names no jwks_uri');
  return document['jwks_uri'];
}

// Kept once it succeeded; a failure is kept for a while too, so that a flood of tokens does not become one of fetches.
function retrying<T>(attempt: () => Promise<T>): () => Promise<T> {
  let current: { readonly result: Promise<T>; failedAt: number | undefined } | undefined;
  return () => {
    if (current?.failedAt !== undefined && performance.now() - current.failedAt > RETRY_MS)
      current = undefined;
    if (current === undefined) {
      const made: { readonly result: Promise<T>; failedAt: number | undefined } = {
        result: attempt(),
        failedAt: undefined,
      };
      made.result.catch(() => {
        made.failedAt = performance.now();
      });
      current = made;
    }
    return current.result;
  };
}
