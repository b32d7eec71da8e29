import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, environmentTable, readEnvironment } from './environment.js';
import { parsers } from './parsers.js';
import { optionalVariable, variable } from './variable.js';

const declaration = {
  port: variable('CUSTODY_PORT', {
    description: 'Where it listens.',
    parse: parsers.port(),
    default: '3001',
  }),
  databaseUrl: variable('CUSTODY_DATABASE_URL', {
    description: 'As the service role.',
    parse: parsers.url('postgres', 'postgresql'),
    secret: true,
  }),
  facilities: variable('CUSTODY_FACILITIES', {
    description: 'The facilities | one or more.',
    parse: parsers.list(parsers.text({ pattern: /^[a-z0-9-]{1,63}$/, syntax: 'a facility id' })),
  }),
  drain: variable('CUSTODY_DRAIN', { description: 'Patience.', parse: parsers.duration(), default: '10s' }),
  proxy: optionalVariable('CUSTODY_PROXY', { description: 'A proxy.', parse: parsers.url('https') }),
} as const;

const good = {
  CUSTODY_DATABASE_URL: 'postgres://custody:hush@db/custody',
  CUSTODY_FACILITIES: 'kokbulak, src',
  UNRELATED: 'x',
};

function problemsOf(env: Record<string, string>): string {
  try {
    readEnvironment(declaration, env, { prefix: 'CUSTODY_' });
  } catch (cause) {
    if (cause instanceof ConfigurationError) return cause.message;
    throw cause;
  }
  return '';
}

describe('readEnvironment', () => {
  it('gives typed, frozen values, with defaults where nothing or an empty text is set', () => {
    const config = readEnvironment(declaration, { ...good, CUSTODY_PORT: '' });
    const port: number = config.port;
    const proxy: string | undefined = config.proxy;
    expect({ ...config, port, proxy }).toEqual({
      port: 3001,
      databaseUrl: good.CUSTODY_DATABASE_URL,
      facilities: ['kokbulak', 'src'],
      drain: 10_000,
      proxy: undefined,
    });
    expect(Object.isFrozen(config) && Object.isFrozen(config.facilities)).toBe(true);
  });

  it('names every wrong, missing and misspelt variable at once', () => {
    const message = problemsOf({
      CUSTODY_PORT: '70000',
      CUSTODY_FACILITIES: 'Kokbulak',
      CUSTODY_DRAIN: '10 s',
      CUSTODY_DRIAN: '1s',
      CUSTODY_COLOUR_OF_THE_WALLS: 'blue',
    });
    expect(message.split('\n').slice(1)).toEqual([
      '  CUSTODY_PORT must be an integer from 0 to 65535, not "70000"',
      '  CUSTODY_DATABASE_URL is not set; it must be a URL starting with postgres: or postgresql:',
      '  CUSTODY_FACILITIES must be a facility id, not "Kokbulak"',
      '  CUSTODY_DRAIN must be a duration such as 250ms, 30s, 5m, 2h or 7d, not "10 s"',
      '  CUSTODY_DRIAN is not a setting; CUSTODY_DRAIN is',
      '  CUSTODY_COLOUR_OF_THE_WALLS is not a setting',
    ]);
  });

  it('never shows the text of a secret', () => {
    const message = problemsOf({ ...good, CUSTODY_DATABASE_URL: 'mysql://custody:hush@db/custody' });
    expect(message).toContain('CUSTODY_DATABASE_URL must be a URL');
    expect(message).not.toContain('hush');
  });
});

describe('environmentTable', () => {
  it('documents every variable with what to write and what holds otherwise', () => {
    expect(environmentTable(declaration).split('\n').slice(2)).toEqual([
      '| `CUSTODY_PORT` | an integer from 0 to 65535 | `3001` | Where it listens. |',
      '| `CUSTODY_DATABASE_URL` | a URL starting with postgres: or postgresql: | **required** | As the service role. Secret. |',
      '| `CUSTODY_FACILITIES` | a list, separated by commas, of: a facility id | **required** | The facilities \\| one or more. |',
      '| `CUSTODY_DRAIN` | a duration such as 250ms, 30s, 5m, 2h or 7d | `10s` | Patience. |',
      '| `CUSTODY_PROXY` | a URL starting with https: | absent | A proxy. |',
      '',
    ]);
  });
});

describe('parsers', () => {
  it.each([
    [parsers.integer({ min: -5 }), '-5', -5],
    [parsers.duration(), '250ms', 250],
    [parsers.duration(), '2h', 7_200_000],
    [parsers.byteSize(), '64KiB', 65_536],
    [parsers.byteSize(), '65535', 65_535],
    [parsers.boolean(), 'false', false],
    [parsers.oneOf('info', 'debug'), 'debug', 'debug'],
    [parsers.key(), 'ab'.repeat(32), new Uint8Array(32).fill(0xab)],
    [parsers.key(), Buffer.alloc(32, 7).toString('base64'), new Uint8Array(32).fill(7)],
    [parsers.json('an array', (value) => (Array.isArray(value) ? value.length : undefined)), '[1]', 1],
  ])('reads what it should (%#)', (parse, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each([
    [parsers.integer(), '1e3'],
    [parsers.integer(), '007'],
    [parsers.integer(), ' 1'],
    [parsers.integer(), '9007199254740993'],
    [parsers.integer({ max: 3 }), '4'],
    [parsers.duration(), '30'],
    [parsers.duration(), '-1s'],
    [parsers.duration(), '1toString'],
    [parsers.duration({ max: '1m' }), '61s'],
    [parsers.duration(), '99999999d'],
    [parsers.byteSize({ max: '1MiB' }), '2MiB'],
    [parsers.byteSize(), '1MB'],
    [parsers.boolean(), 'yes'],
    [parsers.boolean(), 'constructor'],
    [parsers.oneOf('info'), 'INFO'],
    [parsers.url('https'), 'http://a'],
    [parsers.url('https'), 'not a url'],
    [parsers.key(), 'ab'.repeat(31)],
    [parsers.keyEncryption(), `a:${'ab'.repeat(32)},a:${'cd'.repeat(32)}`],
    [parsers.keyEncryption(), 'ab'.repeat(32)],
    [parsers.json('an object', () => undefined), '{}'],
    [parsers.json('an object', (value) => value), '{'],
  ])('refuses what it should (%#)', (parse, text) => {
    expect(() => parse(text)).toThrow(`must be ${parse.syntax}`);
  });

  it('takes the key-encryption key written first for the current one', () => {
    const value = parsers.keyEncryption()(`2026:${'ab'.repeat(32)}, 1:${'cd'.repeat(32)}`);
    expect(value.current).toBe('2026');
    expect(Object.keys(value.keys).sort()).toEqual(['1', '2026']);
  });
});
