import { fromBase64Url, toBase64Url } from './base64.js';
import { toUtf8 } from './bytes.js';
import { ed25519Fault, type Ed25519Fault } from './edwards25519.js';
import { isJsonObject } from './json-value.js';
import { isOnP256 } from './p256.js';
import { failed, parsed, toPointer, type Parsed, type Problem } from './problem.js';
import { sha256 } from './sha256.js';

/** An Ed25519 public key (RFC 8037): these members and no others. */
export interface Ed25519PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** 32 bytes, canonical base64url. */
  readonly x: string;
}

/** A P-256 public key (RFC 7518 section 6.2.1): these members and no others. */
export interface P256PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  /** 32 bytes each, canonical base64url. */
  readonly x: string;
  readonly y: string;
}

export type PublicJwk = Ed25519PublicJwk | P256PublicJwk;

/** JOSE names (RFC 8037, RFC 7518): Ed25519, and ECDSA on P-256 with SHA-256. */
export type SignatureAlgorithm = 'EdDSA' | 'ES256';

/** Everything that can be wrong with a public key. */
export type KeyProblemCode =
  | 'bad-coordinate'
  | 'key-low-order'
  | 'key-not-canonical'
  | 'key-not-on-curve'
  | 'not-a-key'
  | 'private-key'
  | 'unknown-member'
  | 'unsupported-key';

const COORDINATE_BYTES = 32;
const PRIVATE_MEMBERS: ReadonlySet<string> = new Set(['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth']);
const ED25519_FAULTS: Readonly<Record<Ed25519Fault, readonly [KeyProblemCode, string]>> = {
  'low-order': ['key-low-order', 'The point is of low order: a signature under it would fit many messages.'],
  'not-canonical': ['key-not-canonical', 'The y coordinate is not below the field prime.'],
  'not-on-curve': ['key-not-on-curve', 'The point is not on the curve edwards25519.'],
};

/** Reads a public key and checks that it is a point that signatures can be trusted under. */
export function parsePublicJwk(value: unknown): Parsed<PublicJwk, KeyProblemCode> {
  if (!isJsonObject(value)) return failed('not-a-key', 'A public key is a JSON object (RFC 7517).');
  const problems: Problem<KeyProblemCode>[] = [];
  const key = readKey(value, (code, path, detail) =>
    problems.push({ code, pointer: toPointer(path), detail }),
  );
  return key !== undefined && problems.length === 0 ? parsed(key) : { ok: false, problems };
}

/** RFC 7638 SHA-256 thumbprint, base64url: the `kid` of everything that this key signs. */
export function thumbprint(key: PublicJwk): string {
  const required =
    key.kty === 'OKP'
      ? `{"crv":"${key.crv}","kty":"${key.kty}","x":"${key.x}"}`
      : `{"crv":"${key.crv}","kty":"${key.kty}","x":"${key.x}","y":"${key.y}"}`;
  return toBase64Url(sha256(toUtf8(required)));
}

/** The one algorithm that a key is for: it belongs to the key, never to the message. */
export function algorithmOf(key: PublicJwk): SignatureAlgorithm {
  return key.kty === 'OKP' ? 'EdDSA' : 'ES256';
}

type Note = (code: KeyProblemCode, path: readonly string[], detail: string) => void;
type Members = Readonly<Record<string, unknown>>;

function readKey(members: Members, note: Note): PublicJwk | undefined {
  if (members['kty'] === 'OKP' && members['crv'] === 'Ed25519') {
    noteUnknownMembers(members, ['kty', 'crv', 'x'], note);
    return readEd25519(members, note);
  }
  if (members['kty'] === 'EC' && members['crv'] === 'P-256') {
    noteUnknownMembers(members, ['kty', 'crv', 'x', 'y'], note);
    return readP256(members, note);
  }
  note('unsupported-key', [], 'Only kty "OKP" with crv "Ed25519" and kty "EC" with crv "P-256" are taken.');
  noteUnknownMembers(members, ['kty', 'crv', 'x', 'y'], note);
  return undefined;
}

function readEd25519(members: Members, note: Note): Ed25519PublicJwk | undefined {
  const x = readCoordinate(members, 'x', note);
  if (x === undefined) return undefined;
  const fault = ed25519Fault(x);
  if (fault !== undefined) note(ED25519_FAULTS[fault][0], ['x'], ED25519_FAULTS[fault][1]);
  return { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(x) };
}

function readP256(members: Members, note: Note): P256PublicJwk | undefined {
  const x = readCoordinate(members, 'x', note);
  const y = readCoordinate(members, 'y', note);
  if (x === undefined || y === undefined) return undefined;
  if (!isOnP256(x, y)) note('key-not-on-curve', [], 'The point is not on the curve P-256.');
  return { kty: 'EC', crv: 'P-256', x: toBase64Url(x), y: toBase64Url(y) };
}

function readCoordinate(members: Members, name: 'x' | 'y', note: Note): Uint8Array | undefined {
  const text = members[name];
  const bytes = typeof text === 'string' ? fromBase64Url(text) : undefined;
  if (bytes?.length === COORDINATE_BYTES) return bytes;
  note('bad-coordinate', [name], `Needed: ${COORDINATE_BYTES} bytes in canonical base64url without padding.`);
  return undefined;
}

function noteUnknownMembers(members: Members, known: readonly string[], note: Note): void {
  for (const name of Object.keys(members)) {
    if (known.includes(name)) continue;
    if (PRIVATE_MEMBERS.has(name))
      note('private-key', [name], 'This is part of a private key: it must never be sent.');
    else note('unknown-member', [name], 'Not a member of a public key of this type.');
  }
}
