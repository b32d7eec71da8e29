import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { vectorBytes } from '../test/vectors.js';
import { concatBytes, isWellFormed, toUtf8 } from './bytes.js';
import { canonicalize } from './canonical-json.js';
import { DEFAULT_JSON_LIMITS, type JsonLimits } from './json-limits.js';
import { JsonTextReader } from './json-text-reader.js';
import { isCanonical, readCanonicalJson, readJson } from './read-json.js';

/** `code pointer` of each problem; empty if there is none. */
function problemsOf(input: Uint8Array | string, limits: Partial<JsonLimits> = {}): string[] {
  const result = readJson(input, limits);
  return result.ok ? [] : result.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

function detailOf(input: Uint8Array | string): string {
  const result = readJson(input);
  return result.ok ? '' : result.problems.map(({ detail }) => detail).join('\n');
}

describe('readJson', () => {
  it('agrees with JSON.parse on every text that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const safe = JSON.stringify(value, (_, member: unknown) => (isUnsafe(member) ? 0 : member), indent);
        if (text === safe && !text.includes('__proto__')) {
          expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
        }
      }),
    );
  });

  it.each(['arrays', 'french', 'structures', 'unicode', 'weird'])('reads the published %s.json', (name) => {
    const bytes = vectorBytes(`jcs-rfc8785/testdata/input/${name}.json`);
    expect(readJson(bytes)).toEqual({
      ok: true,
      value: JSON.parse(new TextDecoder().decode(bytes)) as unknown,
    });
  });

  it.each([
    ['', 'syntax '],
    [' ', 'syntax '],
    ['{', 'syntax '],
    ['[1,]', 'syntax /1'],
    ['[1 2]', 'syntax '],
    ['{"a":1,}', 'syntax '],
    ['{"a" 1}', 'syntax '],
    ['{a:1}', 'syntax '],
    ["{'a':1}", 'syntax '],
    ['{"a":}', 'syntax /a'],
    ['{"a":{"b":[0,tru]}}', 'syntax /a/b/1'],
    ['nul', 'syntax '],
    ['nullx', 'syntax '],
    ['True', 'syntax '],
    ['01', 'syntax '],
    ['-', 'syntax '],
    ['+1', 'syntax '],
    ['.5', 'syntax '],
    ['1.', 'syntax '],
    ['1e', 'syntax '],
    ['0x10', 'syntax '],
    ['NaN', 'syntax '],
    ['-Infinity', 'syntax '],
    ['"abc', 'syntax '],
    ['"a\nb"', 'syntax '],
    ['"a\u0000b"', 'syntax '],
    ['"\\x41"', 'syntax '],
    ['"\\u12G4"', 'syntax '],
    ['"\\u12', 'syntax '],
    ['"\\', 'syntax '],
    ['[1]]', 'syntax '],
    ['1 2', 'syntax '],
    ['// no\n1', 'syntax '],
    ['[1\u00a0]', 'syntax '],
    ['[1\u000b]', 'syntax '],
    ['{"a":1]', 'syntax '],
  ])('refuses the text %j as %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('names line, column and offset of a syntax error', () => {
    expect(detailOf('{\n  "a": 1,\n  "b": ?\n}')).toBe(
      'Found "?" at line 3, column 8 (offset 19), where a value should stand.',
    );
    expect(detailOf('[1')).toBe(
      'The text ends at line 1, column 3 (offset 2), where "," or "]" should stand.',
    );
    expect(detailOf('[1\u00a0]')).toContain('Found U+00A0');
  });

  it.each([
    ['a repeated name', '{"a":1,"b":{"c":1,"c":2},"a":3}', ['duplicate-name /b/c', 'duplicate-name /a']],
    ['a name repeated by an escape', '{"a":1,"\\u0061":2}', ['duplicate-name /a']],
    ['a name that Object has anyway', '{"toString":1,"constructor":2}', []],
    ['__proto__', '{"x":{"__proto__":{"admin":true}}}', ['forbidden-name /x/__proto__']],
    ['__proto__ by an escape', '{"__pr\\u006fto__":1}', ['forbidden-name /__proto__']],
    [
      'an escaped lone surrogate',
      '["\\ud800","\\udc00x","\\ud83d\\ude00"]',
      ['lone-surrogate /0', 'lone-surrogate /1'],
    ],
    ['a raw lone surrogate', '["\ud800"]', ['lone-surrogate /0']],
    ['half a pair raw, half escaped', '["\ud83d\\ude00"]', ['lone-surrogate ']],
    ['a lone surrogate in a name', '{"a\\udfff":1}', ['lone-surrogate ']],
    [
      'an integer beyond 2^53 - 1',
      '[9007199254740991,9007199254740992,-9007199254740993]',
      ['unsafe-number /1', 'unsafe-number /2'],
    ],
    ['a large integer as exponent', '[1e21,1.5e300]', ['unsafe-number /0', 'unsafe-number /1']],
    ['a negative zero', '[-0,-0.0,-0e5,0]', ['unsafe-number /0', 'unsafe-number /1', 'unsafe-number /2']],
    ['an overflow', '{"a":1e400,"b":-1e400}', ['unsafe-number /a', 'unsafe-number /b']],
    ['an underflow', '[1e-400,-1e-400,0e-400,0.000]', ['unsafe-number /0', 'unsafe-number /1']],
    ['a fraction, which is none of its business', '[0.1,-1.25,1e-7,5e-324]', []],
    ['names that need escaping in a pointer', '{"a/b":{"~":-0}}', ['unsafe-number /a~1b/~0']],
  ])('judges %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
    if (isWellFormed(text)) expect(problemsOf(toUtf8(text))).toEqual(problems);
  });

  it('reports every problem of a text at once, and goes on after each', () => {
    expect(problemsOf('\ufeff{"a":-0,"b":["\\ud800"],"a":1,"__proto__":1e999,"c":')).toEqual([
      'byte-order-mark ',
      'unsafe-number /a',
      'lone-surrogate /b/0',
      'duplicate-name /a',
      'forbidden-name /__proto__',
      'unsafe-number /__proto__',
      'syntax /c',
    ]);
  });

  it('never pollutes a prototype', () => {
    readJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    const result = readJson('{"constructor":{"prototype":{"polluted":1}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(result.ok && Object.getPrototypeOf(result.value)).toBe(Object.prototype);
  });

  it('refuses bytes that are not UTF-8, and says where', () => {
    expect(problemsOf(concatBytes(toUtf8('["é'), Uint8Array.of(0xff), toUtf8('"]')))).toEqual(['not-utf8 ']);
    expect(detailOf(concatBytes(toUtf8('["é'), Uint8Array.of(0xff), toUtf8('"]')))).toBe(
      'Invalid UTF-8 at byte 4.',
    );
    expect(problemsOf(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toEqual(['not-utf8 ']);
    expect(problemsOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31))).toEqual(['byte-order-mark ']);
  });
});

describe('the limits of readJson', () => {
  it('bounds depth, counts both kinds of nesting, and goes on behind what is too deep', () => {
    expect(problemsOf('[{"a":[1]}]', { depth: 3 })).toEqual([]);
    expect(problemsOf('[{"a":[1,"]}\\"",{"b":2}],"c":-0}]', { depth: 2 })).toEqual([
      'too-deep /0/a',
      'unsafe-number /0/c',
    ]);
    expect(problemsOf('['.repeat(32) + ']'.repeat(32))).toEqual([]);
    expect(problemsOf('['.repeat(33) + ']'.repeat(33))).toEqual([`too-deep ${'/0'.repeat(32)}`]);
  });

  it('survives a hundred thousand brackets, whatever depth it is told', () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000);
    const objects = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000);
    for (const depth of [1, 32, 1e9]) {
      expect(problemsOf(text, { depth })[0]).toMatch(/^too-deep/);
      expect(problemsOf(objects, { depth })[0]).toMatch(/^too-deep/);
      expect(readCanonicalJson(text, { depth }).ok).toBe(false);
    }
    expect(problemsOf('['.repeat(100_000))).toEqual([
      `too-deep ${'/0'.repeat(32)}`,
      `syntax ${'/0'.repeat(32)}`,
    ]);
  });

  it('bounds members, items, names, length', () => {
    expect(problemsOf('{"a":{"b":1,"c":2,"d":3}}', { members: 2 })).toEqual(['too-many-members /a']);
    expect(problemsOf('[[1,2,3]]', { items: 2 })).toEqual(['too-many-items /0']);
    expect(problemsOf('{"abcd":{"x":-0}}', { nameLength: 3 })).toEqual([
      'name-too-long ',
      'unsafe-number /abcd…/x',
    ]);
    expect(problemsOf('[1,2]', { length: 4 })).toEqual(['too-large ']);
    expect(problemsOf('[1,2]', { length: 5 })).toEqual([]);
  });

  it('reads no further than an object or array may be long: the rest could be millions', () => {
    expect(problemsOf('{"a":1,"b":2,"c":3,"d":-0,broken', { members: 2 })).toEqual(['too-many-members ']);
    expect(problemsOf('{"a":[1,2,3,-0,broken', { items: 2 })).toEqual(['too-many-items /a']);
  });

  it('stops after so many problems', () => {
    const text = `[${Array(1000).fill('-0').join()}]`;
    expect(problemsOf(text, { problems: 3 })).toEqual([
      'unsafe-number /0',
      'unsafe-number /1',
      'unsafe-number /2',
      'too-many-problems ',
    ]);
  });

  it('takes time in proportion to the text', () => {
    const texts = [
      '"' + '\\u0041'.repeat(500_000) + '"',
      '[' + '"\\n",'.repeat(99_000) + '0]',
      '{' + Array.from({ length: 9_000 }, (_, i) => `"${'k'.repeat(200)}${i}":-0`).join() + '}',
      '9'.repeat(2_000_000),
      ' '.repeat(5_000_000) + '1',
      '['.repeat(2_000_000),
      '"' + 'a'.repeat(5_000_000),
    ];
    const started = process.cpuUsage();
    for (const text of texts) readJson(text);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(10);
  });
});

describe('readCanonicalJson', () => {
  it('takes exactly the canonical texts, and gives the same value as the slow reader', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const loose = JSON.stringify(value);
        const read = readJson(loose);
        const isOneSpelling = read.ok && canonicalize(read.value) === loose;
        expect(isCanonical(loose)).toBe(isOneSpelling);
        if (read.ok) expect(readCanonicalJson(canonicalize(read.value))).toEqual(read);
      }),
    );
  });

  it.each([
    ['{"b":1,"a":2}', 'not-canonical'],
    ['{"9":1,"10":2}', 'not-canonical'],
    ['[1.0]', 'not-canonical'],
    ['[1e2]', 'not-canonical'],
    ['[ 1]', 'not-canonical'],
    ['1\n', 'not-canonical'],
    ['"\\u0041"', 'not-canonical'],
    ['"\\/"', 'not-canonical'],
    ['"\\u000A"', 'not-canonical'],
    ['{"a":1,"a":1}', 'duplicate-name'],
    ['{"a":1,"a":1} ', 'duplicate-name'],
    ['-0', 'unsafe-number'],
    ['9007199254740992', 'unsafe-number'],
    ['9007199254740993', 'unsafe-number'],
    ['1e+21', 'unsafe-number'],
    ['1e400', 'unsafe-number'],
    ['"\\ud800"', 'lone-surrogate'],
    ['{"__proto__":1}', 'forbidden-name'],
    ['\ufeff1', 'byte-order-mark'],
  ])('refuses %s as %s', (text, code) => {
    const result = readCanonicalJson(toUtf8(text));
    expect(result.ok ? undefined : result.problems[0]?.code).toBe(code);
    expect(isCanonical(toUtf8(text))).toBe(false);
  });

  it.each(['{"10":1,"9":2}', '1', '"é😀"', 'null', '{"":{"a":[]}}', '0.1', '1e-7', '"\\u0000"'])(
    'takes %s',
    (text) => {
      expect(readCanonicalJson(toUtf8(text)).ok).toBe(true);
      expect(isCanonical(text)).toBe(true);
    },
  );

  it('says where a text stops being canonical', () => {
    expect(readCanonicalJson('{"a":1, "b":2}')).toMatchObject({
      problems: [{ code: 'not-canonical', detail: 'Not the canonical form (RFC 8785) from offset 7 on.' }],
    });
  });

  it('holds canonical texts to the same limits', () => {
    const limits = { depth: 2, members: 2, items: 2, nameLength: 3 };
    for (const text of ['[[[1]]]', '[1,2,3]', '{"a":1,"b":2,"c":3}', '{"abcd":1}']) {
      expect(isCanonical(text)).toBe(true);
      expect(isCanonical(text, limits)).toBe(false);
      expect(readCanonicalJson(text, limits).ok).toBe(false);
    }
    expect(isCanonical('[1,2]', { length: 4 })).toBe(false);
  });
});

describe('every JSON reader', () => {
  const mutated = fc
    .tuple(fc.jsonValue({ maxDepth: 3 }), fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }), fc.nat(3))
    .map(([value, at, inserted, removed]) => {
      const text = JSON.stringify(value);
      const place = at % (text.length + 1);
      return text.slice(0, place) + inserted + text.slice(place + removed);
    });

  it('lets out nothing but its own results, and takes nothing that JSON.parse refuses', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const result = readJson(text);
        if (result.ok) expect(JSON.parse(text)).toEqual(result.value);
        else expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with itself: the fast way takes only what the slow way takes', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const fast = readCanonicalJson(text);
        const slow = new JsonTextReader(text, DEFAULT_JSON_LIMITS);
        const value = slow.read();
        if (fast.ok) {
          expect(slow.problems).toEqual([]);
          expect(value).toEqual(fast.value);
          expect(canonicalize(value)).toBe(text);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(typeof readJson(bytes).ok).toBe('boolean');
        expect(typeof isCanonical(bytes)).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});

function isUnsafe(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (typeof value === 'number') return !Number.isSafeInteger(value) && Number.isInteger(value);
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).some((key) => /\p{Surrogate}/u.test(key))
  );
}
