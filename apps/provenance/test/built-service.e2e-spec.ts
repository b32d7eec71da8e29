import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { payloadDigest, canonicalBytes } from '@lodemark/transparency';
import { signEvent, type Party } from '../../custody/test/support/parties.js';
import { BuiltSite } from '../../../test/support/built-site.js';
import { entriesHeld } from '../../../test/support/followed-log.js';
import type { Installation } from '../../../test/support/installation.js';
import { outsideRequests } from '../../../test/support/openapi/docs-page.js';
import { fetchDocument, operationsOf, type OpenApiDocument } from '../../../test/support/openapi/document.js';
import { ExampleClient } from '../../../test/support/openapi/example-client.js';
import { shortcomings } from '../../../test/support/openapi/shortcomings.js';
import { until } from '../../../test/support/until.js';
import { dispatched, mined, received, transformed } from './support/events.js';

const FACILITIES = { kokbulak: 'kokbulak-mining', src: 'src-org', euclid: 'euclid-org' };

describe('the built provenance service', () => {
  let site: BuiltSite;
  let custody: Installation;
  let provenance: Installation;
  let certifier: string;
  let document: OpenApiDocument;
  let client: ExampleClient;
  const keys = new Map<string, Party>();

  beforeAll(async () => {
    site = await BuiltSite.start({ label: 'provenance examples' });
    custody = await site.addCustody();
    for (const [facility, organization] of Object.entries(FACILITIES)) {
      await site.join(facility, custody, organization);
      keys.set(facility, await site.eventKey(facility));
    }
    const policy = await readFile(new URL('../../../policies/WC-3.json', import.meta.url), 'utf8');
    await site.publishPolicy('WC-3', JSON.parse(policy) as object);
    certifier = await site.certifier('https://certifier.example');
    await site.settled(custody);
    await tellStory();
    provenance = await (await site.addProvenance({ PROVENANCE_CERTIFICATES: certifier })).serve();
    const rootSize = await site.rootSize();
    await until(async () => (await entriesHeld(provenance, 'demo.lodemark.example/root')) >= rootSize);
    document = await fetchDocument(provenance.url);
    const token = await site.identity.token('administrator', { role: 'administrator' });
    client = new ExampleClient(document, { serviceUrl: provenance.url, token });
  });

  afterAll(() => site.remove());

  /** What the examples ask about: a lot that Euclid made out of one from Kokbulak, and one on its way to SRC. */
  async function tellStory(): Promise<void> {
    const [sent, onItsWay] = [
      { lot: 'kokbulak/2026-1', kg: '1000' },
      { lot: 'kokbulak/2026-2', kg: '500' },
    ];
    await post('kokbulak', mined(sent.lot, sent.kg));
    await post('kokbulak', mined(onItsWay.lot, onItsWay.kg));
    const dispatch = await post('kokbulak', dispatched('euclid', [sent]));
    await post('kokbulak', dispatched('src', [onItsWay]));
    await post('euclid', received(dispatch, [sent]));
    const made = { lot: 'euclid/A-2027-004', kg: '700' };
    const last = await post('euclid', transformed('CRACK_LEACH', [sent], [made]));
    expect(last).toMatch(/^[0-9a-f]{64}$/);
    for (const entry of ['kokbulak/3', 'euclid/1']) await site.covered(entry);
  }

  /** Posts an event under the facility's own key; gives the digest of its payload. */
  async function post(facility: string, body: object): Promise<string> {
    const event = { v: 1, facility, eventId: randomUUID(), occurredAt: '2026-06-01T10:00:00Z', ...body };
    const response = await fetch(`${custody.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/jose' },
      body: await signEvent(event, keys.get(facility)!),
    });
    if (response.status !== 201) throw new Error(await response.text());
    return payloadDigest(canonicalBytes(event));
  }

  it('gives the same verdict to the byte, and certifies it, when it judges in a thread of its own', async () => {
    const apart = await site.addProvenance({
      PROVENANCE_CERTIFICATES: certifier,
      PROVENANCE_JUDGE_APART_FROM: '1',
    });
    await apart.serve();
    const rootSize = await site.rootSize();
    for (const one of [apart, provenance])
      await until(async () => (await entriesHeld(one, 'demo.lodemark.example/root')) >= rootSize);
    const token = await site.identity.token('administrator', { role: 'administrator' });
    const ask = async ({ url }: { readonly url: string }, path: string, body: object) => {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const asked = { lot: 'euclid/A-2027-004', horizon: rootSize };
    const here = await ask(provenance, '/v1/verdicts', asked);
    expect(here).toMatchObject({ status: 201, body: { verdict: { lot: asked.lot } } });
    // Twice: worked out, and kept.
    for (let time = 0; time < 2; time += 1) expect(await ask(apart, '/v1/verdicts', asked)).toEqual(here);
    expect(await ask(apart, '/v1/certificates', { lot: asked.lot })).toMatchObject({
      ...{ status: 409, body: { type: expect.stringMatching(/not-a-pass$/) } },
    });
    expect(await ask(apart, '/v1/certificates', { lot: asked.lot, refusal: true })).toMatchObject({
      status: 201,
    });
  });

  it('documents every operation in OpenAPI 3.1, its problems too, and leaves no body open', () => {
    expect(shortcomings(document)).toEqual([]);
  });

  it('shows the document on a page that asks no other origin for anything', async () => {
    expect(await outsideRequests(provenance.url)).toEqual([]);
  });

  it('gives the documented answer to every example', async () => {
    const names = [...operationsOf(document).keys()];
    // What was asked and begun is what the reads then ask about.
    const by = (method: string) => names.filter((name) => name.startsWith(`${method} `));
    const verdicts = by('post').filter((name) => name.endsWith('/verdicts'));
    const ordered = new Set([...verdicts, ...by('post'), ...by('get'), ...by('delete')]);
    expect(ordered).toEqual(new Set(names));
    for (const name of ordered) {
      // The bundle needs the certificate's entry in the root log covered, and that root log here.
      if (name.endsWith('/bundle')) await until(async () => (await client.tryOut(name)).length === 0);
      expect(await client.tryOut(name)).toEqual([]);
    }
  });

  it('withstands every example with any one thing wrong in it: no answer is a fault or undocumented', async () => {
    for (const name of operationsOf(document).keys()) expect(await client.withstands(name)).toEqual([]);
  }, 300_000);

  it('gives a documented problem to whoever has no token or asks for what there is not', async () => {
    for (const name of operationsOf(document).keys()) expect(await client.provoke(name)).toEqual([]);
  });
});
