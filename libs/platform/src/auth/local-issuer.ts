import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { errorCode } from '../errors/error-code.js';
import { generateKey } from '../signatures/node-signer.js';
import { publicPart, thumbprint, type PrivateJwk } from '../signatures/key.js';
import type { CallerRole } from './caller.js';
import type { IssuerTrust, JsonWebKeySet } from './key-sets.js';
import { readRoles, ROLES_CLAIM } from './role-claims.js';

/** What a token is to say. */
export interface TokenRequest {
  readonly subject: string;
  readonly roles: readonly CallerRole[];
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

const ALG = 'ES256';

/** Issues tokens with a key of its own on disk; for standalone and small sites that have no identity provider. */
export class LocalIssuer {
  readonly #key: PrivateJwk;

  private constructor(
    readonly issuer: string,
    key: PrivateJwk,
  ) {
    this.#key = key;
  }

  /** Opens the key file, or creates it with mode 600; refuses one that others may read. */
  static async open(keyFile: string, issuer: string): Promise<LocalIssuer> {
    return new LocalIssuer(issuer, (await readKey(keyFile)) ?? (await createKey(keyFile)));
  }

  /** The public key, as a document that verifiers take. */
  get jwks(): JsonWebKeySet {
    return { keys: [{ ...publicPart(this.#key), kid: thumbprint(this.#key), alg: ALG, use: 'sig' }] };
  }

  /** What a service needs to accept the tokens of this issuer. */
  trust(audience: string): IssuerTrust {
    return { issuer: this.issuer, audience, jwks: this.jwks };
  }

  /** A signed token; a `ClaimError` says which role is none. */
  async issue({ subject, roles, audience, lifetimeSeconds }: TokenRequest): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const key = await importJWK({ ...this.#key }, ALG);
    return new SignJWT({ [ROLES_CLAIM]: readRoles(roles) })
      .setProtectedHeader({ alg: ALG, typ: 'JWT', kid: thumbprint(this.#key) })
      .setIssuer(this.issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .setJti(randomUUID())
      .sign(key);
  }
}

async function readKey(path: string): Promise<PrivateJwk | undefined> {
  const file = await open(path).catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw cause;
  });
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`The issuer's key ${path} may be read by others; let it have mode 600`);
    }
    return parseKey(await file.readFile('utf8'), path);
  } finally {
    await file.close();
  }
}

// Written aside and linked, so that a key file that exists is whole, and of two creators one wins for both.
async function createKey(path: string): Promise<PrivateJwk> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(await generateKey(ALG))}\n`);
    await file.sync();
    await file.close();
    await link(draft, path).catch((cause: unknown) => {
      if (errorCode(cause) !== 'EEXIST') throw cause;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return parseKey(await readFile(path, 'utf8'), path);
}

function parseKey(text: string, path: string): PrivateJwk {
  try {
    const key = JSON.parse(text) as Partial<Record<string, unknown>>;
    const { kty, crv, x, y, d } = key;
    if (kty === 'EC' && crv === 'P-256' && [x, y, d].every((part) => typeof part === 'string')) {
      return { kty, crv, x: String(x), y: String(y), d: String(d) };
    }
  } catch {
    // The message of a parser may quote the key.
  }
  throw new Error(`${path} does not hold an issuer's key (a private P-256 JWK)`);
}
