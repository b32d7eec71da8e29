import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../config/environment.js';
import { serviceVariables } from './service-variables.js';

const declaration = serviceVariables('CUSTODY_', { port: 3001 });
const ISSUERS = '[{"issuer":"https://id.example","audience":"lodemark"}]';

describe('serviceVariables', () => {
  it('needs no more than an issuer', () => {
    expect(readEnvironment(declaration, { CUSTODY_ISSUERS: ISSUERS })).toEqual({
      host: '0.0.0.0',
      port: 3001,
      logLevel: 'info',
      unreadyMs: 0,
      drainMs: 10_000,
      bodyLimit: 1_048_576,
      ratePerSecond: 100,
      rateBurst: 500,
      requestTimeoutMs: 60_000,
      issuers: [{ issuer: 'https://id.example', audience: 'lodemark' }],
      trustProxy: undefined,
    });
  });

  it.each([
    '[]',
    '{}',
    '[{"issuer":"a"}]',
    '[{"issuer":"a","audience":""}]',
    '[{"issuer":"a","audience":"b","jwksUri":"keys"}]',
    '[{"issuer":"a","audience":"b","jwks_uri":"https://id.example/keys"}]',
    'https://id.example',
  ])('refuses issuers that it could not check tokens of: %s', (text) => {
    expect(() => readEnvironment(declaration, { CUSTODY_ISSUERS: text })).toThrow('CUSTODY_ISSUERS must be');
  });
});
