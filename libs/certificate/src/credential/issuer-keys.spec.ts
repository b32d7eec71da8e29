import { describe, expect, it } from '@jest/globals';
import { issuerKeysIn } from './issuer-keys.js';

const JWK = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
/** RFC 8037, appendix A.3. */
const THUMBPRINT = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
const DID = 'did:web:certifier.example';

describe('the keys of an issuer', () => {
  it('are named by their own thumbprints, whatever the document calls them, and each once', () => {
    const method = { id: `${DID}#first`, type: 'JsonWebKey', controller: DID, publicKeyJwk: JWK };
    const multikey = { id: `${DID}#z6Mk`, type: 'Multikey', controller: DID, publicKeyMultibase: 'z6Mk' };
    const verificationMethod = [method, multikey, { ...method, id: `${DID}#second` }];
    expect(issuerKeysIn({ id: DID, verificationMethod })).toEqual([THUMBPRINT]);
  });

  it.each([
    ['nothing', undefined],
    ['no object', 'did'],
    ['no methods', { id: DID }],
    ['methods that are none', { verificationMethod: [null, 'x', { type: 'JsonWebKey' }] }],
    [
      'a key that is none',
      { verificationMethod: [{ type: 'JsonWebKey', publicKeyJwk: { ...JWK, x: 'x' } }] },
    ],
  ])('are none in %s', (_, document) => {
    expect(issuerKeysIn(document)).toEqual([]);
  });
});
