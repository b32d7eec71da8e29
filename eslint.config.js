import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { lodemark } from './tools/lint/plugin.js';

const TYPESCRIPT = ['{libs,apps}/*/{src,test}/**/*.ts', 'test/**/*.ts'];
const TESTS = ['**/*.spec.ts', '**/*.e2e-spec.ts', '{libs,apps}/*/test/**/*.ts', 'test/**/*.ts'];
const PURE = ['libs/{domain,policy,transparency,certificate,epcis}/src/**/*.ts'];

const nodeGlobals = Object.fromEntries(
  ['console', 'process', 'Buffer', 'URL', 'setTimeout', 'clearTimeout', 'structuredClone'].map((name) => [
    name,
    'readonly',
  ]),
);

const plain = ':not(MethodDefinition) > FunctionExpression, FunctionDeclaration, ArrowFunctionExpression';
const parameters = [
  {
    selector: `:matches(${plain}, MethodDefinition[kind!="constructor"][decorators.length=0] > FunctionExpression)[params.length>3]`,
    message: 'At most three parameters, else one named object.',
  },
  {
    selector: ':matches(MethodDefinition, TSAbstractMethodDefinition) > FunctionExpression[params.length>5]',
    message: 'At most five collaborators or request parts.',
  },
];

const local = '(Date|Day|FullYear|Hours|Milliseconds|Minutes|Month|Seconds)';
const ambient = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
    message: 'A pure library has no clock: take the time as an argument.',
  },
  {
    selector: `CallExpression[callee.property.name=/^((get|set)${local}|getTimezoneOffset|toLocale.*String|localeCompare)$/]`,
    message:
      'Depends on the machine’s time zone or locale: the same evidence must give the same bytes everywhere.',
  },
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.lodemark/', 'coverage/', 'test/vectors/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: { globals: { ...nodeGlobals, module: 'readonly' } },
  },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { lodemark },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...parameters],
      'lodemark/no-number-on-quantities': 'error',
      // Nest's modules are empty classes that carry a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/require-array-sort-compare': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: PURE,
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'fetch', 'performance', 'navigator', 'Intl', 'queueMicrotask'],
        ...['setTimeout', 'setInterval', 'setImmediate'],
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message: 'A pure library has no clock: take the time as an argument.',
        },
        {
          object: 'Math',
          property: 'random',
          message: 'A pure library has no randomness: take it as an argument.',
        },
      ],
      'no-restricted-syntax': ['error', ...parameters, ...ambient],
    },
  },
  {
    files: ['libs/{domain,policy}/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'lodemark/no-number-on-quantities': ['error', { always: true }] },
  },
  {
    // Request and response classes are shapes for the OpenAPI document; Nest sends plain objects of that shape.
    files: ['apps/*/src/**/*.ts', 'libs/platform/src/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    // The command line and the demo speak to a person; everything else logs.
    files: ['apps/cli/src/**/*.ts', 'apps/standalone/src/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // A suite is one long callback, and a null dereference in a test is a failed test.
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'lodemark/no-number-on-quantities': 'off',
    },
  },
);
