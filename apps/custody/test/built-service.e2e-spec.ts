import { createHash, createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NodeSigner, type PrivateJwk } from '@lodemark/platform';
import { BuiltSite } from '../../../test/support/built-site.js';
import type { Installation } from '../../../test/support/installation.js';
import { fetchDocument, operationsOf, type OpenApiDocument } from '../../../test/support/openapi/document.js';
import { outsideRequests } from '../../../test/support/openapi/docs-page.js';
import { ExampleClient } from '../../../test/support/openapi/example-client.js';
import { shortcomings } from '../../../test/support/openapi/shortcomings.js';
import type { Party } from './support/parties.js';

/** In this order each example finds what it needs; reads come after all of them, and what takes away comes last. */
const WRITES = [
  'post /v1/facilities',
  'post /v1/events/check',
  'post /v1/events',
  'put /v1/documents',
  'put /v1/disclosures',
  'post /v1/logs/{facility}/recovery',
];
const LAST = 'delete /v1/disclosures/{digest}';

describe('the built custody service', () => {
  let site: BuiltSite;
  let custody: Installation;
  let document: OpenApiDocument;
  let client: ExampleClient;

  beforeAll(async () => {
    site = await BuiltSite.start({ label: 'custody examples' });
    custody = await site.addCustody();
    await site.join('kokbulak', custody);
    await site.eventKey('kokbulak', exampleKey());
    const token = await site.identity.token(
      'clerk',
      { role: 'facility-operator', facilities: ['kokbulak'] },
      { role: 'administrator' },
    );
    document = await fetchDocument(custody.url);
    client = new ExampleClient(document, { serviceUrl: custody.url, token });
  });

  afterAll(() => site.remove());

  it('documents every operation in OpenAPI 3.1, its problems too, and leaves no body open', () => {
    expect(shortcomings(document)).toEqual([]);
  });

  it('shows the document on a page that asks no other origin for anything', async () => {
    expect(await outsideRequests(custody.url)).toEqual([]);
  });

  it('gives the documented answer to every example', async () => {
    const names = [...operationsOf(document).keys()];
    const reads = names.filter((name) => name.startsWith('get '));
    expect([...WRITES, LAST, ...reads].sort()).toEqual(names.sort());
    // Custody learns of the example key in the next rounds.
    await site.settled(custody);
    for (const name of WRITES) expect(await client.tryOut(name)).toEqual([]);
    // The log has no checkpoint before the round after its first entry.
    await site.covered('kokbulak/0');
    for (const name of [...reads, LAST]) expect(await client.tryOut(name)).toEqual([]);
  });

  it('withstands every example with any one thing wrong in it: no answer is a fault or undocumented', async () => {
    for (const name of operationsOf(document).keys()) expect(await client.withstands(name)).toEqual([]);
  });

  it('gives a documented problem to whoever has no token or asks for what there is not', async () => {
    for (const name of operationsOf(document).keys()) expect(await client.provoke(name)).toEqual([]);
  });
});

/** The throw-away key of the signed examples. */
function exampleKey(): Party {
  const seed = createHash('sha256').update('lodemark example key: event').digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const signer = NodeSigner.fromJwk(key.export({ format: 'jwk' }) as PrivateJwk);
  return { signer, jwk: signer.publicKey, kid: signer.kid };
}
