import type { KeyEncryptionKeys } from '../signatures/key-encryption.js';
import { Unreadable, type Parser } from './variable.js';

function parser<T>(syntax: string, read: (text: string) => T | undefined): Parser<T> {
  const parse = (text: string) => {
    const value = read(text);
    if (value === undefined) throw new Unreadable(`must be ${syntax}`);
    return value;
  };
  return Object.assign(parse, { syntax });
}

/** Any text; `syntax` says what a pattern is meant to admit. */
function text(limits: { pattern?: RegExp; syntax?: string; maxLength?: number } = {}): Parser<string> {
  const { pattern, maxLength = 4096 } = limits;
  const syntax = limits.syntax ?? (pattern === undefined ? 'text' : `text like ${pattern.source}`);
  return parser(syntax, (value) =>
    value.length <= maxLength && pattern?.test(value) !== false ? value : undefined,
  );
}

function integer({
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
}: { min?: number; max?: number } = {}): Parser<number> {
  const syntax =
    max === Number.MAX_SAFE_INTEGER ? `an integer from ${min}` : `an integer from ${min} to ${max}`;
  return parser(syntax, (value) => {
    if (!/^-?(0|[1-9][0-9]*)$/.test(value)) return undefined;
    const number = Number(value);
    return number >= min && number <= max ? number : undefined;
  });
}

/** A TCP port; 0 lets the system choose. */
function port(): Parser<number> {
  return integer({ min: 0, max: 65_535 });
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** In milliseconds. */
function duration({ max }: { max?: string } = {}): Parser<number> {
  const limit = max === undefined ? 2 ** 31 - 1 : unitised(max, MILLISECONDS);
  const syntax = `a duration such as 250ms, 30s, 5m, 2h or 7d${max === undefined ? '' : `, at most ${max}`}`;
  return parser(syntax, (value) => atMost(unitised(value, MILLISECONDS), limit));
}

const BYTES: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** In bytes. */
function byteSize({ max }: { max?: string } = {}): Parser<number> {
  const limit = max === undefined ? Number.MAX_SAFE_INTEGER : unitised(max, BYTES);
  const syntax = `a size such as 65535, 64KiB or 16MiB${max === undefined ? '' : `, at most ${max}`}`;
  return parser(syntax, (value) => atMost(unitised(value, BYTES), limit));
}

function unitised(value: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits = '', unit = ''] = /^(0|[1-9][0-9]{0,11})([A-Za-z]*)$/.exec(value) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return digits === '' || factor === undefined ? undefined : Number(digits) * factor;
}

function atMost(value: number | undefined, limit: number | undefined): number | undefined {
  return value !== undefined && limit !== undefined && value <= limit ? value : undefined;
}

function boolean(): Parser<boolean> {
  return parser('true or false', (value) =>
    value === 'true' ? true : value === 'false' ? false : undefined,
  );
}

function oneOf<const V extends string>(...values: readonly V[]): Parser<V> {
  return parser(`one of ${values.join(', ')}`, (value) => values.find((known) => known === value));
}

/** Items separated by commas, blanks around them ignored. */
function list<T>(item: Parser<T>): Parser<readonly T[]> {
  const read = (value: string) => value.split(',').map((part) => item(part.trim()));
  return Object.assign(read, { syntax: `a list, separated by commas, of: ${item.syntax}` });
}

/** An absolute URL of one of the schemes (without colon), as it was written. */
function url(...schemes: readonly string[]): Parser<string> {
  return parser(`a URL starting with ${schemes.map((scheme) => `${scheme}:`).join(' or ')}`, (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    return parsed !== undefined && schemes.includes(parsed.protocol.slice(0, -1)) ? value : undefined;
  });
}

/** JSON text whose shape `read` accepts; it returns undefined, or throws an `Unreadable`, for anything else. */
function json<T>(syntax: string, read: (value: unknown) => T | undefined): Parser<T> {
  return parser(syntax, (value) => {
    let content: unknown;
    try {
      content = JSON.parse(value);
    } catch {
      return undefined;
    }
    return read(content);
  });
}

/** A secret key of 32 bytes. */
function key(): Parser<Uint8Array> {
  return parser('32 bytes in base64 or hexadecimal', readKey);
}

/** Key-encryption keys by id, the current one first; older ones follow until nothing is sealed with them. */
function keyEncryption(): Parser<KeyEncryptionKeys> {
  return parser(
    'id:key, separated by commas, the current one first; a key is 32 bytes in base64 or hexadecimal',
    (value) => {
      const keys: Record<string, Uint8Array> = {};
      for (const part of value.split(',')) {
        const [, id = '', content = ''] = /^\s*([A-Za-z0-9._-]{1,64}):(\S+)\s*$/.exec(part) ?? [];
        const bytes = readKey(content);
        if (id === '' || bytes === undefined || Object.hasOwn(keys, id)) return undefined;
        keys[id] = bytes;
      }
      const [current] = Object.keys(keys);
      return current === undefined ? undefined : { current: firstId(value), keys };
    },
  );
}

// Not the first key of the object: integer-like ids would be moved to the front there.
function firstId(value: string): string {
  return value.slice(0, value.indexOf(':')).trim();
}

function readKey(value: string): Uint8Array | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(value)) return new Uint8Array(Buffer.from(value, 'hex'));
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return undefined;
  return new Uint8Array(Buffer.from(value, 'base64'));
}

/** How the texts of environment variables are read. */
export const parsers = {
  boolean,
  byteSize,
  duration,
  integer,
  json,
  key,
  keyEncryption,
  list,
  oneOf,
  port,
  text,
  url,
} as const;
