import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityProvider } from '../../../test/support/identity-provider.js';
import { Installation } from '../../../test/support/installation.js';
import { outsideRequests } from '../../../test/support/openapi/docs-page.js';
import { fetchDocument, operationsOf, type OpenApiDocument } from '../../../test/support/openapi/document.js';
import { ExampleClient } from '../../../test/support/openapi/example-client.js';
import { shortcomings } from '../../../test/support/openapi/shortcomings.js';
import { until } from '../../../test/support/until.js';

/** In this order each example finds what it needs; reads come after all of them. */
const WRITES = [
  'post /v1/organizations',
  'post /v1/organizations/{id}/ownership',
  'post /v1/facilities',
  'post /v1/facilities/{id}/amendments',
  'post /v1/keys',
  'post /v1/certificates',
  'post /v1/status-lists',
  'post /v1/statements',
  'post /v1/keys/{kid}/rotation',
  'post /v1/keys/{kid}/revocation',
  'put /v1/policies/{digest}',
  'post /v1/policies/{digest}/approval',
  'post /v1/policies',
  'post /v1/checkpoints',
  'post /v1/reattestations',
  'post /v1/root/recovery',
];
/** Ends the log of the other examples, so it comes last. */
const LAST = 'post /v1/log-faults';

describe('the built registry', () => {
  let identity: IdentityProvider;
  let registry: Installation;
  let document: OpenApiDocument;
  let client: ExampleClient;

  beforeAll(async () => {
    identity = await IdentityProvider.start();
    registry = await Installation.prepare('registry', {
      label: 'built',
      durable: true,
      environment: {
        REGISTRY_NETWORK: 'demo.lodemark.example',
        REGISTRY_KEY_ENCRYPTION: `1:${'ab'.repeat(32)}`,
        REGISTRY_ISSUERS: identity.issuers,
        REGISTRY_ROUND: '50ms',
      },
    });
    await registry.serve();
    document = await fetchDocument(registry.url);
    const token = await identity.token('registrar', { role: 'registrar' }, { role: 'administrator' });
    client = new ExampleClient(document, { serviceUrl: registry.url, token });
  });

  afterAll(async () => {
    await registry.remove();
    await identity.close();
  });

  it('documents every operation in OpenAPI 3.1, its problems too, and leaves no body open', () => {
    expect(shortcomings(document)).toEqual([]);
  });

  it('shows the document on a page that asks no other origin for anything', async () => {
    expect(await outsideRequests(registry.url)).toEqual([]);
  });

  it('gives the documented answer to every example', async () => {
    const names = [...operationsOf(document).keys()];
    const reads = names.filter((name) => name.startsWith('get '));
    expect([...WRITES, LAST, ...reads].sort()).toEqual(names.sort());
    const colleague = new ExampleClient(document, {
      serviceUrl: registry.url,
      token: await identity.token('second-registrar', { role: 'registrar' }),
    });
    for (const name of WRITES) {
      // The re-attestation is about a checkpoint, which enters the root log with the next round.
      if (name === 'post /v1/reattestations') await covered('kokbulak/1');
      // Nobody publishes a policy that nobody else approved.
      const caller = name.endsWith('/approval') ? colleague : client;
      expect(await caller.tryOut(name)).toEqual([]);
    }
    for (const name of [...reads, LAST]) expect(await client.tryOut(name)).toEqual([]);
  });

  function covered(entry: string): Promise<void> {
    return until(async () => (await fetch(`${registry.url}/v1/horizons?covers=${entry}`)).ok);
  }

  it('withstands every example with any one thing wrong in it: no answer is a fault or undocumented', async () => {
    for (const name of operationsOf(document).keys()) expect(await client.withstands(name)).toEqual([]);
  });

  it('gives a documented problem to whoever has no token or asks for what there is not', async () => {
    for (const name of operationsOf(document).keys()) expect(await client.provoke(name)).toEqual([]);
  });

  it('is ready on a server that keeps what is committed', async () => {
    const response = await fetch(`${registry.url}/health/ready`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"database"')]);
  });

  it('prints what verifiers pin, the same whenever it is asked', async () => {
    const genesis = (await (await fetch(`${registry.url}/v1/root/genesis`)).json()) as Record<
      string,
      unknown
    >;
    const printed = await registry.run('init');
    expect([printed.code, printed.err]).toEqual([0, '']);
    expect(JSON.parse(printed.out)).toEqual({
      origin: 'demo.lodemark.example/root',
      genesis: genesis['leaf'],
      logKey: genesis['logKey'],
    });
  });

  it('stops on SIGTERM with a last round: nothing accepted stays out of the root log', async () => {
    expect(await registry.stop()).toBe(0);
    await registry.serve();
    const size = (await (await fetch(`${registry.url}/v1/root/entries?limit=1`)).json()) as { size: number };
    const checkpoint = await (await fetch(`${registry.url}/v1/root/checkpoint`)).text();
    expect(checkpoint.split('\n')[1]).toBe(String(size.size));
  });

  it('says everything that is wrong with its configuration, and how it is used', async () => {
    const wrong = await registry.run('serve', { REGISTRY_NETWORK: 'x', REGISTRY_COLOUR: 'blue' });
    expect([wrong.code, wrong.err]).toEqual([
      1,
      expect.stringMatching(/REGISTRY_NETWORK[^]*REGISTRY_DATABASE_URL[^]*REGISTRY_COLOUR/),
    ]);
    const unknown = await registry.run('dance');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('usage:')]);
  });
});
