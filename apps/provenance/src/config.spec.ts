import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@lodemark/platform';
import { readProvenanceConfig } from './config.js';

const ENVIRONMENT = {
  PROVENANCE_NETWORK: 'demo.lodemark.example',
  PROVENANCE_DATABASE_URL: 'postgres://provenance@localhost/provenance',
  PROVENANCE_GENESIS: 'ab'.repeat(32),
  // RFC 8032 test 1's key under this name; its id is checked.
  PROVENANCE_ROOT_LOG_KEY: 'demo.lodemark.example/root+00000000+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea',
  PROVENANCE_REGISTRY_URL: 'https://registry.demo.lodemark.example',
  PROVENANCE_ISSUERS: '[{"issuer":"https://id.example","audience":"provenance"}]',
};

function problemsWith(changes: Record<string, string>): string[] {
  try {
    readProvenanceConfig({ ...ENVIRONMENT, ...changes });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ name }) => name).sort();
  }
}

describe('the configuration', () => {
  it('names every wrong value at once', () => {
    expect(
      problemsWith({
        PROVENANCE_NETWORK: 'https://demo',
        PROVENANCE_GENESIS: 'nothing',
        PROVENANCE_REGISTRY_URL: 'registry',
        PROVENANCE_POLL: 'soon',
      }),
    ).toEqual([
      'PROVENANCE_GENESIS',
      'PROVENANCE_NETWORK',
      'PROVENANCE_POLL',
      'PROVENANCE_REGISTRY_URL',
      'PROVENANCE_ROOT_LOG_KEY',
    ]);
  });

  it('takes no verifier key whose id is not its own', () => {
    expect(problemsWith({})).toEqual(['PROVENANCE_ROOT_LOG_KEY']);
  });

  it('takes no service tokens that are none', () => {
    expect(problemsWith({ PROVENANCE_SERVICE_TOKENS: '["secret"]' })).toContain('PROVENANCE_SERVICE_TOKENS');
  });
});
