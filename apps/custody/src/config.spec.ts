import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@lodemark/platform';
import { formatVerifierKey, verifierKey } from '@lodemark/transparency';
import { readCustodyConfig } from './config.js';

// RFC 8032 section 7.1, test 1.
const KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;

const GOOD = {
  CUSTODY_NETWORK: 'demo.lodemark.example',
  CUSTODY_DATABASE_URL: 'postgres://service:secret@localhost/custody',
  CUSTODY_REGISTRY_URL: 'https://registry.example',
  CUSTODY_GENESIS: 'ab'.repeat(32),
  CUSTODY_ROOT_LOG_KEY: formatVerifierKey(verifierKey('demo.lodemark.example/root', KEY)),
  CUSTODY_KEY_ENCRYPTION: `2026:${'ab'.repeat(32)}`,
  CUSTODY_PSEUDONYM_SECRET: 'cd'.repeat(32),
  CUSTODY_ISSUERS: '[{"issuer":"https://id.example","audience":"custody"}]',
};

function problems(env: Record<string, string>): string[] {
  try {
    readCustodyConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ name }) => name);
    throw error;
  }
}

describe('readCustodyConfig', () => {
  it('needs little, and has a default for the rest', () => {
    expect(readCustodyConfig(GOOD)).toMatchObject({
      host: '0.0.0.0',
      port: 3001,
      unreadyMs: 0,
      custody: {
        network: 'demo.lodemark.example',
        genesis: 'ab'.repeat(32),
        rootLogKey: GOOD.CUSTODY_ROOT_LOG_KEY,
        keyEncryption: { current: '2026' },
        issuers: [{ issuer: 'https://id.example', audience: 'custody' }],
        roundMs: 1_000,
        limits: { bodyBytes: 8 * 1024 * 1024, batchItems: 5_000, depth: 32, documentBytes: 16 * 1024 * 1024 },
      },
    });
  });

  it('takes limits and rates as configured', () => {
    const env = {
      ...GOOD,
      CUSTODY_BODY_LIMIT: '64KiB',
      CUSTODY_BATCH_ITEMS: '10',
      CUSTODY_JSON_DEPTH: '20',
      CUSTODY_DOCUMENT_LIMIT: '1MiB',
      CUSTODY_DOCUMENT_FOLDER: '/var/lib/lodemark/documents',
      CUSTODY_RATE: '5',
      CUSTODY_RATE_BURST: '6',
      CUSTODY_EVENT_RATE: '7',
      CUSTODY_EVENT_BURST: '8',
    };
    expect(readCustodyConfig(env).custody).toMatchObject({
      limits: { bodyBytes: 65_536, batchItems: 10, depth: 20, documentBytes: 1_048_576 },
      documentFolder: '/var/lib/lodemark/documents',
      rateLimit: { perSecond: 5, burst: 6 },
      eventRate: { perSecond: 7, burst: 8 },
    });
  });

  it('takes what only the migration needs, so that both can run with one environment', () => {
    const env = { CUSTODY_OWNER_URL: 'postgres://owner@localhost/c', CUSTODY_SERVICE_ROLE: 'service' };
    expect(problems({ ...GOOD, ...env })).toEqual([]);
  });

  it('names every wrong, missing and unknown setting at once', () => {
    const env = {
      CUSTODY_NETWORK: 'https://demo.lodemark.example',
      CUSTODY_REGISTRY_URL: 'registry.example:3000',
      CUSTODY_GENESIS: 'AB'.repeat(32),
      CUSTODY_ROOT_LOG_KEY: 'demo.lodemark.example/root+00000000+AAAA',
      CUSTODY_KEY_ENCRYPTION: 'short',
      CUSTODY_PSEUDONYM_SECRET: 'too short to be secret',
      CUSTODY_ISSUERS: '[]',
      CUSTODY_BATCH_ITEMS: '0',
      CUSTODY_ROUND: 'soon',
      CUSTODY_COLOUR: 'blue',
    };
    expect(problems(env).sort()).toEqual([...Object.keys(env), 'CUSTODY_DATABASE_URL'].sort());
  });

  it('never quotes a secret', () => {
    const env = { ...GOOD, CUSTODY_KEY_ENCRYPTION: 'hush-hush', CUSTODY_PSEUDONYM_SECRET: 'hush-hush' };
    expect(() => readCustodyConfig(env)).toThrow(ConfigurationError);
    expect(() => readCustodyConfig(env)).not.toThrow('hush');
  });
});
