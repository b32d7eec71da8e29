import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { vectorBytes, vectorText } from '../test/vectors.js';
import { fromHex, isWellFormed, toUtf8 } from './bytes.js';
import { canonicalBytes, canonicalize } from './canonical-json.js';
import { TransparencyError } from './transparency-error.js';

const FILES = ['arrays', 'french', 'structures', 'unicode', 'values', 'weird'];
const VECTORS = 'jcs-rfc8785/testdata';

function refusal(value: unknown): unknown {
  try {
    return canonicalize(value);
  } catch (error) {
    return error instanceof TransparencyError ? error.code : error;
  }
}

describe('canonicalize', () => {
  it.each(FILES)('gives the published bytes for %s.json', (name) => {
    const value: unknown = JSON.parse(vectorText(`${VECTORS}/input/${name}.json`));
    const hex = vectorText(`${VECTORS}/outhex/${name}.txt`).replaceAll(/\s/g, '');
    expect(canonicalBytes(value)).toEqual(vectorBytes(`${VECTORS}/output/${name}.json`));
    expect(canonicalBytes(value)).toEqual(fromHex(hex));
  });

  it('writes the first 10,000 numbers of the published sequence', () => {
    const readme = vectorText(`${VECTORS}/README.md`);
    const lines: string[] = [];
    for (const number of publishedNumbers(readme, 10_000)) {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, number);
      lines.push(`${view.getBigUint64(0).toString(16)},${canonicalize(number)}\n`);
    }
    const checksum = /\| ([0-9a-f]{64}) \| 10000 /.exec(readme)?.[1];
    expect(checksum).toBeDefined();
    expect(createHash('sha256').update(lines.join('')).digest('hex')).toBe(checksum);
  });

  it('sorts names by UTF-16 code units, integer-like ones too', () => {
    const value = { '9': 1, '10': 2, '\ufb33': 3, '😀': 4, é: 5, a: 6, '': 7 };
    expect(canonicalize(value)).toBe('{"":7,"10":2,"9":1,"a":6,"é":5,"😀":4,"\ufb33":3}');
  });

  it.each([
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['an undefined item', [undefined]],
    ['a hole', [1, , 2]], // eslint-disable-line no-sparse-arrays -- the hole is what is tested
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a bigint', 1n],
    ['NaN', NaN],
    ['Infinity', -Infinity],
    ['a high surrogate', '\ud800'],
    ['a low surrogate in a name', { '\udc00': 1 }],
    ['surrogates in the wrong order', ['\udc00\ud800']],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['a boxed string', new String('a')],
  ])('refuses %s', (_, value) => {
    expect(refusal(value)).toBe('not-json');
  });

  it('refuses cycles and nesting that would end the stack', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    let deep: unknown = 0;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(refusal(cycle)).toBe('not-json');
    expect(refusal(deep)).toBe('not-json');
  });

  it('takes objects without prototype, and own members named like inherited ones', () => {
    const bare: unknown = Object.assign(Object.create(null) as object, { b: 1, a: 2 });
    expect(canonicalize(bare)).toBe('{"a":2,"b":1}');
    expect(canonicalize(JSON.parse('{"toString":1,"constructor":2,"hasOwnProperty":3}'))).toBe(
      '{"constructor":2,"hasOwnProperty":3,"toString":1}',
    );
  });

  it('escapes what must be escaped and nothing else', () => {
    expect(canonicalize('\u0000\u0008\u0009\u000a\u000c\u000d\u001f"\\/\u007f\u2028<é')).toBe(
      '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\u007f\u2028<é"',
    );
    expect(canonicalize(-0)).toBe('0');
  });

  it('is a fixed point of parsing, whatever the order of the members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(isWellFormed(JSON.stringify(value)) && !/\\ud[89a-f]/i.test(JSON.stringify(value)));
        const text = canonicalize(value);
        const parsed: unknown = JSON.parse(text);
        expect(canonicalize(parsed)).toBe(text);
        expect(canonicalize(reversed(parsed))).toBe(text);
        expect(canonicalBytes(value)).toEqual(toUtf8(text));
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

/** The generator that the vectors' own page describes: fixed values, 2,000 in a row, then a SHA-256 chain. */
function publishedNumbers(readme: string, howMany: number): number[] {
  const fixed = [...readme.matchAll(/0x([0-9a-f]{16})n[,\n]/g)].map(([, hex]) => double(BigInt(`0x${hex!}`)));
  const serial = Array.from({ length: 2000 }, (_, i) => double(0x0010000000000000n + BigInt(i)));
  const numbers = [...fixed, ...serial];
  let block: Uint8Array = new Uint8Array(32);
  while (numbers.length < howMany) {
    block = new Uint8Array(createHash('sha256').update(block).digest());
    for (let at = 0; at < 32; at += 8) {
      const number = new DataView(block.buffer, at).getFloat64(0, true);
      if (number !== 0 && Number.isFinite(number)) numbers.push(number);
    }
  }
  return numbers.slice(0, howMany);
}

function double(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
