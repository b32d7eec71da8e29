import { describe, it } from '@jest/globals';
import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { noNumberOnQuantities } from './no-number-on-quantities.js';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: {
      projectService: { allowDefaultProject: ['*.ts'] },
      tsconfigRootDir: import.meta.dirname,
    },
  },
});

const filename = `${import.meta.dirname}/sample.ts`;
const always = { filename, options: [{ always: true }] };
const good = (name, code) => ({ ...always, name, code });
const bad = (name, code, ...messageIds) => ({
  ...always,
  name,
  code,
  errors: messageIds.map((messageId) => ({ messageId })),
});

tester.run('no-number-on-quantities, where quantities live', noNumberOnQuantities, {
  valid: [
    good('bigint arithmetic', 'const f = (a: bigint, b: bigint) => (a * b + 1n) / 2n ** 3n;'),
    good('joining text', 'const f = (mass: string, n: number) => mass + " kg, " + n;'),
    good('stepping an index', 'for (let i = 0; i < 3; i++) { const after = i + 1; }'),
    good('stepping something nameless by a whole number', 'const f = (found: number) => found - 1;'),
    good('lengths and sizes', 'const f = (a: string[], from: number) => a.length - from;'),
    good(
      'arithmetic between counts',
      'const f = (pageSize: number, pageCount: number) => pageSize * pageCount;',
    ),
    good('sorting by position', 'const f = (a: { index: number }[]) => a.sort((x, y) => x.index - y.index);'),
    good(
      'whole-number functions of counts',
      'const f = (a: string[], limit: number) => Math.min(a.length, limit);',
    ),
    good(
      'calendar arithmetic',
      'const f = (at: Date, days: number) => new Date(at.getTime() + days * 86400000);',
    ),
    good(
      'a count read from text',
      'const f = (text: string) => { const year = Number(text); return year; };',
    ),
    good(
      'the parts of a date',
      'const f = (y: string, m: string) => new Date(Date.UTC(Number(y), Number(m) - 1));',
    ),
    good('a big integer from text', 'const f = (text: string) => BigInt(text);'),
    good(
      'a big integer from a count',
      'const f = (text: string, places: number) => BigInt(text.length - places);',
    ),
    good(
      'a rounding method of an exact type',
      'const f = (r: { toFixed(n: number): string }) => r.toFixed(3);',
    ),
    good('negative one, as an ordering', 'const f = (a: bigint, b: bigint) => (a < b ? -1 : 1);'),
    good('comparing numbers', 'const f = (mass: number, other: number) => mass < other;'),
  ],
  invalid: [
    bad('adding', 'const f = (a: number, b: number) => a + b;', 'arithmetic'),
    bad('subtracting', 'const f = (before: number, after: number) => before - after;', 'arithmetic'),
    bad('multiplying', 'const f = (mass: number, share: number) => mass * share;', 'arithmetic'),
    bad('scaling by a whole number', 'const f = (mass: number) => mass * 1000;', 'arithmetic'),
    bad('dividing', 'const f = (total: number) => total / 2;', 'arithmetic'),
    bad('a remainder', 'const f = (total: number) => total % 7;', 'arithmetic'),
    bad('a power', 'const f = (sigma: number) => sigma ** 2;', 'arithmetic'),
    bad('a whole step on a quantity', 'const f = (massKg: number) => massKg + 1;', 'arithmetic'),
    bad('counting a quantity up', 'let mass = 1; mass++;', 'arithmetic'),
    bad('adding up', 'let total = 0; for (const part of [1, 2]) total += part;', 'arithmetic'),
    bad('scaling in place', 'let total = 3; total *= 2;', 'arithmetic'),
    bad('a fold', 'const f = (parts: number[]) => parts.reduce((a, b) => a + b, 0);', 'arithmetic'),
    bad(
      'numbers behind a type parameter',
      'const f = <T extends number>(a: T, b: T) => a * b;',
      'arithmetic',
    ),
    bad(
      'a number that may be missing',
      'const f = (a: number | undefined, b: number) => a! * b;',
      'arithmetic',
    ),
    bad(
      'a branded number',
      'type Kg = number & { kg: true }; const f = (a: Kg, b: Kg) => a * b;',
      'arithmetic',
    ),
    bad('unary plus on text', 'const f = (mass: string) => +mass;', 'arithmetic'),
    bad('negating', 'const f = (mass: number) => -mass;', 'arithmetic'),
    bad('Number()', 'const f = (mass: string) => Number(mass);', 'conversion'),
    bad('Number as a function', 'const f = (masses: string[]) => masses.map(Number);', 'conversion'),
    bad(
      'parseFloat',
      'const f = (text: string) => { const index = parseFloat(text); return index; };',
      'conversion',
    ),
    bad('Number.parseFloat', 'const f = (mass: string) => Number.parseFloat(mass);', 'conversion'),
    bad('parseInt', 'const f = (mass: string) => parseInt(mass, 10);', 'conversion'),
    bad('a square root', 'const f = (count: number) => Math.sqrt(count);', 'math'),
    bad('rounding', 'const f = (mass: number) => Math.round(mass);', 'math'),
    bad(
      'the larger of two quantities',
      'const f = (mass: number, other: number) => Math.max(mass, other);',
      'math',
    ),
    bad('Math as a function', 'const f = (masses: number[]) => masses.map(Math.floor);', 'math'),
    bad('a constant of Math', 'const circle = Math.PI;', 'math'),
    bad('toFixed', 'const f = (mass: number) => mass.toFixed(3);', 'rounding'),
    bad('toPrecision', 'const f = (mass: number) => mass.toPrecision(3);', 'rounding'),
    bad('BigInt of a number', 'const f = (mass: number) => BigInt(mass);', 'bigint'),
    bad('BigInt of a fraction', 'const half = BigInt(1.5);', 'bigint', 'fraction'),
    bad('a fraction', 'const factor = 0.8574;', 'fraction'),
    bad('a negative fraction', 'const factor = -0.5;', 'fraction'),
    bad('a literal that is no longer exact', 'const atoms = 6.02214076e23;', 'fraction'),
  ],
});

const elsewhere = (code) => ({ filename, code });
const multiply = 'const f = (a: number, b: number) => a * b;';

tester.run('no-number-on-quantities, elsewhere', noNumberOnQuantities, {
  valid: [
    { ...elsewhere(multiply), name: 'a file without quantities' },
    { ...elsewhere(`import { LotId } from "@lodemark/domain"; ${multiply}`), name: 'other imports' },
  ],
  invalid: ['Rational', 'Quantity', 'type Quantity as Q'].map((imported) => ({
    ...elsewhere(`import { ${imported} } from "@lodemark/domain"; ${multiply}`),
    name: `a file that imports ${imported}`,
    errors: [{ messageId: 'arithmetic' }],
  })),
});
