import { fromBase64Url } from './base64.js';
import type { JsonProblemCode } from './json-limits.js';
import { isJsonObject } from './json-value.js';
import type { SignatureAlgorithm } from './keys.js';
import { failed, parsed, toPointer, type Parsed, type Problem } from './problem.js';
import { isCanonical, readJson } from './read-json.js';
import { HASH_BYTES } from './sha256.js';

/** What a JWS says that it is, so that a signature for one purpose is of no use for another. */
export type JwsTyp =
  | 'lodemark-attestation+jws'
  | 'lodemark-event+jws'
  | 'lodemark-pop+jws'
  | 'lodemark-receipt+jws'
  | 'lodemark-statement+jws';

/** The protected header: exactly these members, in canonical JSON. */
export interface JwsHeader {
  readonly alg: SignatureAlgorithm;
  /** RFC 7638 thumbprint of the signing key, base64url. */
  readonly kid: string;
  readonly typ: JwsTyp;
}

export type JwsHeaderProblemCode =
  | JsonProblemCode
  | 'alg-not-supported'
  | 'bad-kid'
  | 'crit-not-supported'
  | 'not-an-object'
  | 'unknown-header-member'
  | 'wrong-typ';

const HEADER_LIMITS = { length: 512, depth: 4, members: 16, problems: 16 };
const HEADER_MEMBERS: ReadonlySet<string> = new Set(['alg', 'kid', 'typ']);

/** Reads a header strictly; pointers are into the header. */
export function readJwsHeader(
  bytes: Uint8Array,
  expectedTyp: JwsTyp,
): Parsed<JwsHeader, JwsHeaderProblemCode> {
  const json = readJson(bytes, HEADER_LIMITS);
  if (!json.ok) return json;
  if (!isJsonObject(json.value)) return failed('not-an-object', 'The header is not a JSON object.');
  const { alg, kid, typ } = json.value;
  const problems = foreignMembers(json.value);
  const note = (code: JwsHeaderProblemCode, member: string, detail: string): void => {
    problems.push({ code, pointer: toPointer([member]), detail });
  };
  if (!isAlgorithm(alg)) note('alg-not-supported', 'alg', 'Only EdDSA and ES256 are taken.');
  if (!isThumbprint(kid)) note('bad-kid', 'kid', 'Needed: the RFC 7638 thumbprint of the key, base64url.');
  if (typ !== expectedTyp) note('wrong-typ', 'typ', `Needed here: "${expectedTyp}".`);
  if (problems.length > 0 || !isAlgorithm(alg) || !isThumbprint(kid)) return { ok: false, problems };
  if (!isCanonical(bytes)) return failed('not-canonical', 'The header is not canonical JSON (RFC 8785).');
  return parsed({ alg, kid, typ: expectedTyp });
}

function foreignMembers(header: Readonly<Record<string, unknown>>): Problem<JwsHeaderProblemCode>[] {
  const foreign = Object.keys(header).filter((name) => !HEADER_MEMBERS.has(name));
  return foreign.map((name) => ({
    code: name === 'crit' ? 'crit-not-supported' : 'unknown-header-member',
    pointer: toPointer([name]),
    detail: 'Only alg, kid and typ may stand here; no extension is understood.',
  }));
}

function isAlgorithm(value: unknown): value is SignatureAlgorithm {
  return value === 'EdDSA' || value === 'ES256';
}

function isThumbprint(value: unknown): value is string {
  return typeof value === 'string' && fromBase64Url(value)?.length === HASH_BYTES;
}
