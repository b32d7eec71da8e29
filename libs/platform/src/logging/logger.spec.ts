import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { nestLogger } from './nest-logger.js';

const JWT = `eyJhbGciOiJFUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(86)}`;

function logging() {
  const lines: string[] = [];
  const logger = createLogger({ service: 'custody', level: 'debug', write: (line) => lines.push(line) });
  return { lines, logger, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('createLogger', () => {
  it('writes one JSON object a line with time, level, service and message', () => {
    const { lines, logger, last } = logging();
    logger.info({ requestId: 'r-1' }, 'two\nlines');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'custody',
      requestId: 'r-1',
      message: 'two\nlines',
    });
  });

  it.each([
    ['a header', { headers: { Authorization: `Bearer ${JWT}`, cookie: 'sid=hush' } }],
    ['a token in a message of an error', { err: new Error(`bad token ${JWT}`) }],
    ['a password in an address', { url: 'postgres://custody:hush@db:5432/custody' }],
    ['a private key', { key: { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'hush' } }],
    ['a private key in PEM', { pem: '-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----' }],
    ['a disclosure', { event: { disclosures: [{ salt: 'hush', value: 'hush' }] } }],
    ['a private field', { deep: [{ event: { private: { price: 'hush' } } }] }],
    ['a body', { body: { anything: 'hush' } }],
    ['a private key in JSON text', { text: '{"kty":"EC","d": "hush"}' }],
    [
      'a query’s parameters',
      { err: Object.assign(new Error('query failed'), { parameters: ['hush'], detail: 'hush' }) },
    ],
    ['the cause of an error', { err: new Error('outer', { cause: new Error(`Bearer hush`) }) }],
  ])('keeps %s out of the log', (_, fields) => {
    const { lines, logger } = logging();
    logger.error(fields, `seen ${JWT}`);
    logger.child(fields).child(fields).error('child');
    logger.error('%j of %s', fields, JWT);
    expect(lines.join('')).not.toMatch(/hush|eyJ|bbbb/);
  });

  it('keeps what a log is for: type, message, code, stack and cause of an error', () => {
    const { logger, last } = logging();
    const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
    logger.error({ err: new TypeError('cannot append', { cause }) }, 'failed');
    expect(last()['err']).toMatchObject({
      type: 'TypeError',
      message: 'cannot append',
      stack: expect.stringContaining('logger.spec'),
      cause: { message: 'connection refused', code: 'ECONNREFUSED' },
    });
  });

  it('bears cycles, depth, width, big integers, bytes and members that throw', () => {
    const { lines, logger } = logging();
    const cyclic: Record<string, unknown> = { bytes: new Uint8Array(70_000), big: 2n ** 80n };
    cyclic['self'] = cyclic;
    Object.defineProperty(cyclic, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('trap');
      },
    });
    const wide = Array.from({ length: 10_000 }, (_, i) => ({ i }));
    logger.info({ cyclic, wide, long: 'x'.repeat(1_000_000) }, 'odd');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.length).toBeLessThan(50_000);
    expect(lines[0]).toContain('[70000 bytes]');
  });
});

describe('nestLogger', () => {
  it('passes on warnings and errors, and start-up prose only as debug lines', () => {
    const { logger, last } = logging();
    const nest = nestLogger(logger);
    nest.log('Mapped {/v1/events, POST} route', 'RouterExplorer');
    expect(last()).toMatchObject({ level: 'debug', context: 'RouterExplorer' });
    nest.error(new Error('no provider'), undefined, 'ExceptionHandler');
    expect(last()).toMatchObject({
      level: 'error',
      context: 'ExceptionHandler',
      err: { message: 'no provider' },
    });
  });
});
