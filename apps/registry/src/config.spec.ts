import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@lodemark/platform';
import { readRegistryConfig } from './config.js';

const GOOD = {
  REGISTRY_NETWORK: 'demo.lodemark.example',
  REGISTRY_DATABASE_URL: 'postgres://service:secret@localhost/registry',
  REGISTRY_KEY_ENCRYPTION: `2026:${'ab'.repeat(32)}`,
  REGISTRY_ISSUERS: '[{"issuer":"https://id.example","audience":"registry"}]',
};

function problems(env: Record<string, string>): string[] {
  try {
    readRegistryConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ name }) => name);
    throw error;
  }
}

describe('readRegistryConfig', () => {
  it('needs little, and has a default for the rest', () => {
    expect(readRegistryConfig(GOOD)).toMatchObject({
      host: '0.0.0.0',
      port: 3000,
      registry: {
        network: 'demo.lodemark.example',
        keyEncryption: { current: '2026' },
        issuers: [{ issuer: 'https://id.example', audience: 'registry' }],
        roundMs: 1_000,
        bodyLimit: 1024 * 1024,
      },
    });
  });

  it('takes what only the migration needs, so that both can run with one environment', () => {
    const env = {
      ...GOOD,
      REGISTRY_OWNER_URL: 'postgres://owner@localhost/r',
      REGISTRY_SERVICE_ROLE: 'service',
    };
    expect(problems(env)).toEqual([]);
  });

  it('names every wrong, missing and unknown setting at once', () => {
    const env = {
      REGISTRY_NETWORK: 'https://demo.lodemark.example',
      REGISTRY_KEY_ENCRYPTION: 'short',
      REGISTRY_ISSUERS: '[{"issuer":"https://id.example"}]',
      REGISTRY_REGISTRAR_KEYS: `[{"kty":"OKP","crv":"Ed25519","x":"${'A'.repeat(43)}"}]`,
      REGISTRY_ROUND: 'soon',
      REGISTRY_COLOUR: 'blue',
    };
    expect(problems(env).sort()).toEqual([
      'REGISTRY_COLOUR',
      'REGISTRY_DATABASE_URL',
      'REGISTRY_ISSUERS',
      'REGISTRY_KEY_ENCRYPTION',
      'REGISTRY_NETWORK',
      // A low-order point: as a registrar's key it could never be taken back.
      'REGISTRY_REGISTRAR_KEYS',
      'REGISTRY_ROUND',
    ]);
  });
});
