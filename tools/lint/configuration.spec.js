import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';

const eslint = new ESLint({ cwd: fileURLToPath(new URL('../..', import.meta.url)) });

/** The rules that fire on `code` if it stood in `file`, which has to exist for types to be known. */
async function rulesFiring(file, code) {
  const [result] = await eslint.lintText(code, { filePath: file });
  return result.messages.map((message) => message.ruleId ?? message.message);
}

const PURE = ['libs/domain/src/index.ts', 'libs/policy/src/index.ts', 'libs/transparency/src/index.ts'];

describe('the lint configuration', () => {
  describe.each(PURE)('in %s', (file) => {
    it.each([
      ['the clock', 'export const now = (): number => Date.now();', 'no-restricted-properties'],
      ['the clock as a date', 'export const now = (): Date => new Date();', 'no-restricted-syntax'],
      ['randomness', 'export const dice = (): number => Math.random();', 'no-restricted-properties'],
      ['the environment', 'export const env = (): unknown => process;', 'no-restricted-globals'],
      ['the console', 'export const say = (): void => { console.log("x"); };', 'no-console'],
      [
        'the local time zone',
        'export const h = (at: Date): number => at.getHours();',
        'no-restricted-syntax',
      ],
      [
        'the locale',
        'export const o = (a: string, b: string): number => a.localeCompare(b);',
        'no-restricted-syntax',
      ],
    ])('forbids %s', async (_what, code, rule) => {
      expect(await rulesFiring(file, code)).toContain(rule);
    });
  });

  it.each([
    ['any', 'export const f = (x: any): void => { void x; };', '@typescript-eslint/no-explicit-any'],
    ['a floating promise', 'Promise.resolve(1);', '@typescript-eslint/no-floating-promises'],
    [
      'a use of any',
      'export const f = (): unknown => JSON.parse("1").x;',
      '@typescript-eslint/no-unsafe-member-access',
    ],
    ['a silenced compiler', '// @ts-ignore\nexport const x = 1;', '@typescript-eslint/ban-ts-comment'],
    [
      'a long list of parameters',
      'export const f = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];',
      'no-restricted-syntax',
    ],
    [
      'a needless exemption',
      '// eslint-disable-next-line eqeqeq\nexport const x = 1;',
      /Unused eslint-disable/,
    ],
    ['a long file', `${'export {};\n'.repeat(401)}`, 'max-lines'],
  ])('forbids %s in a service', async (_what, code, rule) => {
    const expected = rule instanceof RegExp ? expect.stringMatching(rule) : rule;
    expect(await rulesFiring('apps/custody/src/index.ts', code)).toContainEqual(expected);
  });

  it('forbids arithmetic with numbers in the domain, and in a service only where quantities are imported', async () => {
    const multiply = 'export const f = (a: number, b: number) => a * b;';
    expect(await rulesFiring('libs/domain/src/index.ts', multiply)).toEqual([
      'lodemark/no-number-on-quantities',
    ]);
    expect(await rulesFiring('apps/custody/src/index.ts', multiply)).toEqual([]);
  });

  it('lets a module of Nest be an empty class', async () => {
    const code = 'declare const Module: () => ClassDecorator;\n@Module()\nexport class CustodyModule {}\n';
    expect(await rulesFiring('apps/custody/src/index.ts', code)).toEqual([]);
  });

  it('leaves imports of injected classes alone, whose metadata a type import would erase', async () => {
    const { rules } = await eslint.calculateConfigForFile('apps/custody/src/index.ts');
    expect(rules['@typescript-eslint/consistent-type-imports']?.[0] ?? 0).toBe(0);
  });
});
