import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { ProblemError } from '../problems/problem-error.js';
import { unauthenticated } from '../problems/standard-problems.js';
import type { Caller } from './caller.js';
import { keySetOf, type IssuerTrust } from './key-sets.js';
import { ClaimError, readRoles, ROLES_CLAIM } from './role-claims.js';

export const TOKEN_VERIFIER = Symbol('TOKEN_VERIFIER');

/** Tells whose a bearer token is. */
export interface TokenVerifier {
  /** The caller; rejects with a 401 `ProblemError`, or a 503 when the issuer's keys cannot be had. */
  verify(token: string): Promise<Caller>;
}

/** Signatures that only the issuer can make: no shared secrets, and never `none`. */
const ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'];
const CLOCK_TOLERANCE_S = 5;
const MAX_TOKEN_LENGTH = 16_384;

/** Accepts tokens of these issuers. The system's clock decides what has expired, whatever drives the service's own. */
export function createTokenVerifier(issuers: readonly IssuerTrust[]): TokenVerifier {
  const trusted = new Map(issuers.map((trust) => [trust.issuer, { trust, keys: keySetOf(trust) }]));
  return {
    async verify(token) {
      const known = trusted.get(claimedIssuer(token));
      if (known === undefined)
        throw unauthenticated('The token is of an issuer that is not trusted here.', 'invalid_token');
      const payload = await verified(token, known.trust, known.keys);
      return callerOf(payload);
    },
  };
}

function claimedIssuer(token: string): string {
  if (token.length > MAX_TOKEN_LENGTH) throw unauthenticated('The token is too long.', 'invalid_token');
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw unauthenticated('The token is not a JWT.', 'invalid_token');
  }
}

async function verified(token: string, trust: IssuerTrust, keys: JWTVerifyGetKey): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: trust.issuer,
      audience: trust.audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['sub', 'exp'],
    });
    return payload;
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw unauthenticated(reason(cause), 'invalid_token');
  }
}

function reason(cause: unknown): string {
  if (cause instanceof errors.JWTExpired) return 'The token has expired.';
  if (cause instanceof errors.JWTClaimValidationFailed) {
    if (cause.claim === 'aud') return 'The token is for another audience.';
    if (cause.claim === 'nbf') return 'The token is not valid yet.';
    return `The token's claim "${cause.claim}" is missing or wrong.`;
  }
  if (cause instanceof errors.JOSEAlgNotAllowed)
    return 'The token is signed with an algorithm that is not accepted.';
  if (cause instanceof errors.JWKSNoMatchingKey)
    return 'The token is signed with a key that its issuer does not publish.';
  return 'The token’s signature is not valid.';
}

function callerOf(payload: JWTPayload): Caller {
  const { sub } = payload;
  if (sub === undefined || sub === '') throw unauthenticated('The token names no subject.', 'invalid_token');
  try {
    return { subject: sub, roles: readRoles(payload[ROLES_CLAIM]) };
  } catch (cause) {
    if (cause instanceof ClaimError) throw unauthenticated(`${cause.message}.`, 'invalid_token');
    throw cause;
  }
}
