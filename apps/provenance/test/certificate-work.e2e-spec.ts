import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { CallerRole } from '@lodemark/platform';
import type { CertificateIssuer } from '@lodemark/provenance';
import { until } from '../../../test/support/until.js';
import { mined } from './support/events.js';
import { newSigner } from './support/keys.js';
import { EVERYTHING, KEY_ENCRYPTION, TestService } from './support/test-service.js';
import { WebhookReceiver } from './support/webhook-receiver.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(300_000);

interface Certificate {
  readonly id: string;
  readonly digest: string;
  readonly status: string;
  readonly rootIndex: number | null;
}

interface Change {
  readonly id: number;
  readonly certificate: string;
  readonly lot: string;
  readonly what: string;
}

interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly secret?: string;
  readonly state: string;
  readonly told: number;
  readonly failures: number;
  readonly lastFailure?: string;
}

const OF_QUARRY: CallerRole = { role: 'facility-operator', facilities: ['quarry'] };

/** A mine and a quarry that have nothing to do with one another, under a policy that asks for signatures alone. */
describe('certificates after their issue', () => {
  let world: World;
  let service: TestService;
  let issuer: CertificateIssuer;
  let lots = 0;
  const receivers: WebhookReceiver[] = [];

  beforeAll(async () => {
    world = await openWorld();
    const { custody, registry } = world;
    const signer = await newSigner();
    issuer = {
      party: { id: 'did:web:certifier.example', name: 'Certifier' },
      signer,
      url: 'https://c.example',
    };
    const text = await readFile(new URL(`../../../policies/WC-3.json`, import.meta.url), 'utf8');
    const wide = JSON.parse(text) as object;
    await registry.publishPolicy('SIGNED', { ...wide, id: 'SIGNED', rules: ['C01@1', 'C02@1', 'C03@1'] });
    for (const facility of ['mine', 'quarry']) await custody.join(facility);
    for (const facility of ['mine', 'quarry']) await custody.seeRoot(facility);
    service = await start();
  });

  afterEach(async () => {
    for (const receiver of receivers.splice(0)) await receiver.close();
    const { webhooks } = (await service.get('/v1/webhooks')).body as { webhooks: Webhook[] };
    for (const { id } of webhooks) expect((await service.delete(`/v1/webhooks/${id}`)).status).toBe(204);
  });

  afterAll(async () => {
    await service.close();
    await closeWorld(world);
  });

  const start = (more: object = {}) =>
    TestService.start(world, { certificates: issuer, rejudging: true, webhooksAllowPrivate: true, ...more });

  /** A certificate on a lot that nobody has seen before. */
  async function certified(facility = 'mine'): Promise<Certificate & { readonly lot: string }> {
    lots += 1;
    const lot = `${facility}/L-${String(lots)}`;
    await world.custody.post(facility, mined(lot, '10'));
    await world.custody.round(facility);
    await service.provenance.caughtUp();
    const { status, body } = await service.post('/v1/certificates', { lot, policy: 'SIGNED' });
    if (status !== 201) throw new Error(JSON.stringify(body));
    const { certificates } = body as { certificates: Certificate[] };
    return { ...certificates[0]!, lot };
  }

  const find = async (id: string) => (await service.get(`/v1/certificates/${id}`)).body as Certificate;

  async function changes(after = 0, roles: readonly CallerRole[] = [EVERYTHING]) {
    const { status, body } = await service.get(`/v1/certificates/changes?after=${String(after)}`, roles);
    expect(status).toBe(200);
    return body as { changes: Change[]; next: number; more: boolean };
  }

  async function receive(): Promise<WebhookReceiver> {
    const receiver = await WebhookReceiver.start();
    receivers.push(receiver);
    return receiver;
  }

  async function hook(url: string, more: object = {}, roles: readonly CallerRole[] = [EVERYTHING]) {
    const { status, body } = await service.post('/v1/webhooks', { url, ...more }, roles);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body as Webhook & { secret: string };
  }

  async function stateOf(id: string): Promise<Webhook> {
    const { webhooks } = (await service.get('/v1/webhooks')).body as { webhooks: Webhook[] };
    return webhooks.find((one) => one.id === id)!;
  }

  it('are handed in again until the registry has taken them, status lists first', async () => {
    world.server.isDown = true;
    const waiting = await certified();
    expect(waiting.rootIndex).toBeNull();
    expect((await find(waiting.id)).rootIndex).toBeNull();
    world.server.isDown = false;
    await until(async () => (await find(waiting.id)).rootIndex !== null);
    const at = (await find(waiting.id)).rootIndex!;
    expect(world.server.documents.get(waiting.digest)?.index).toBe(at);
    const status = await service.get('/v1/status/suspension/0');
    const list = [...world.server.documents.values()].find(({ text }) => text === status.text);
    expect(list?.index).toBeLessThan(at);
  });

  it('follow what was recorded while nobody was there, once though two processes are at it', async () => {
    const { id, lot } = await certified();
    await service.stop();
    await world.custody.postUnreadable('mine', lot);
    await world.custody.round('mine');
    service = await start({ on: service.database });
    const second = await start({ on: service.database });
    try {
      await until(async () => (await find(id)).status === 'suspended');
      // Further news of the lot, and time for the other process to come by.
      await world.custody.postUnreadable('mine', lot);
      await world.custody.round('mine');
      await service.provenance.caughtUp();
      await Promise.all([service.provenance.rejudge(), second.provenance.rejudge()]);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const mine = (await changes()).changes.filter(({ certificate }) => certificate === id);
      expect(mine.map(({ what }) => what)).toEqual(['issued', 'suspended']);
    } finally {
      await second.stop();
    }
    const { body } = await service.get(`/v1/certificates/${id}`);
    expect(body).toMatchObject({
      changes: [{ purpose: 'suspension', isSet: true, cause: { origin: world.custody.originOf('mine') } }],
    });
  });

  it('are listed and followed page by page, and only by those who may see their lots', async () => {
    const { next } = await changes();
    const [first, other, last] = [await certified(), await certified('quarry'), await certified()];
    const all = await changes(next);
    expect(all.changes.map(({ certificate }) => certificate)).toEqual([first.id, other.id, last.id]);
    const page = await service.get(`/v1/certificates/changes?after=${String(next)}&limit=1`);
    expect(page.body).toMatchObject({ changes: [{ certificate: first.id }], more: true });
    const seen = await changes(next, [OF_QUARRY]);
    expect(seen.changes.map(({ certificate }) => certificate)).toEqual([other.id]);
    expect(seen.next).toBe(all.next);
    const listed = async (url: string, roles?: readonly CallerRole[]) =>
      (await service.get(url, roles)).body as { certificates: Certificate[]; next?: number };
    const ids: string[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const found: { certificates: Certificate[]; next?: number } = await listed(
        `/v1/certificates?limit=2&after=${String(after)}`,
      );
      ids.push(...found.certificates.map((one) => one.id));
      after = found.next;
    }
    expect(ids.slice(-3)).toEqual([first.id, other.id, last.id]);
    expect(new Set(ids).size).toBe(ids.length);
    expect((await listed('/v1/certificates', [OF_QUARRY])).certificates.map(({ id }) => id)).toEqual([
      other.id,
    ]);
    const stranger = await service.get(`/v1/certificates?descendsFrom=${first.lot}`, [OF_QUARRY]);
    expect([stranger.status, stranger.body]).toEqual([
      404,
      expect.objectContaining({ type: expect.stringMatching(/lot-unknown$/) }),
    ]);
  });

  it('are told of in order to a receiver that was down, over a restart, and again on a replay', async () => {
    const receiver = await receive();
    receiver.status = 500;
    const { id, secret } = await hook(receiver.url);
    const issued = [await certified(), await certified()];
    await until(async () => (await stateOf(id)).failures > 0);
    expect(await stateOf(id)).toMatchObject({ state: 'retrying', lastFailure: 'it answered 500' });
    await service.stop();
    receiver.status = 204;
    service = await start({ on: service.database });
    await until(() => receiver.taken.length === 2);
    const told = () => receiver.verified(secret).map(({ data }) => data['certificate']);
    expect(told()).toEqual(issued.map((one) => one.id));
    await until(async () => (await stateOf(id)).failures === 0);
    const { told: place, state } = await stateOf(id);
    expect(state).toBe('following');
    const again = await service.post(`/v1/webhooks/${id}/replay?after=${String(place - 1)}`, {});
    expect(again.status).toBe(202);
    await until(() => receiver.taken.length === 3);
    const ids = receiver.taken.map(({ headers }) => headers['webhook-id']);
    expect(ids[2]).toBe(ids[1]);
    expect(receiver.taken[2]?.text).toBe(receiver.taken[1]?.text);
  });

  it('are told of to everybody else while one receiver never answers', async () => {
    const silent: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      await hook(`http://127.0.0.1:${String((silent.address() as AddressInfo).port)}/`);
      const receiver = await receive();
      await hook(receiver.url);
      const started = Date.now();
      await certified();
      await until(() => receiver.taken.length === 1);
      expect(Date.now() - started).toBeLessThan(9_000);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it('are told of to nobody who may not see the lot', async () => {
    const [ofQuarry, ofAll] = [await receive(), await receive()];
    const { id, secret } = await hook(ofQuarry.url, {}, [OF_QUARRY]);
    await hook(ofAll.url);
    await certified();
    const theirs = await certified('quarry');
    await until(() => ofAll.taken.length === 2 && ofQuarry.taken.length === 1);
    expect(ofQuarry.verified(secret).map(({ data }) => data['certificate'])).toEqual([theirs.id]);
    await until(async () => (await stateOf(id)).told === (await changes()).next);
  });

  it('are told of nowhere that a redirect points to, and no more where the receiver is gone', async () => {
    const [receiver, target] = [await receive(), await receive()];
    [receiver.status, receiver.location] = [307, target.url];
    const { id } = await hook(receiver.url);
    await certified();
    await until(async () => (await stateOf(id)).lastFailure === 'it answered 307');
    receiver.status = 410;
    await until(async () => (await stateOf(id)).state === 'ended');
    receiver.status = 200;
    await certified();
    expect((await service.post(`/v1/webhooks/${id}/replay`, {})).status).toBe(202);
    await until(async () => (await stateOf(id)).told === (await changes()).next);
    expect(target.taken).toEqual([]);
    expect(receiver.taken.length).toBe((await changes()).changes.length);
  });

  it('show the secret of a webhook once, and take one that is brought along', async () => {
    const receiver = await receive();
    const brought = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const made = await hook(receiver.url, { secret: brought });
    expect(made.secret).toBe(brought);
    expect((await service.get('/v1/webhooks')).text).not.toContain('whsec_');
    await certified();
    await until(() => receiver.taken.length === 1);
    expect(receiver.verified(brought)).toHaveLength(1);
  });

  it('are told of with secrets that nobody finds in the database, under a new key when there is one', async () => {
    const receiver = await receive();
    const { id, secret } = await hook(receiver.url);
    const kept = () => service.tell(`SELECT secret, sealed_secret FROM asked.webhook`);
    expect(JSON.stringify(await kept())).not.toContain(secret.slice('whsec_'.length));
    // As a version before left it, which knew no key.
    await service.tell(
      `UPDATE asked.webhook SET sealed_secret = NULL, secret = '${secret}' WHERE id = '${id}'`,
    );
    const keys = { ...KEY_ENCRYPTION.keys, newer: new Uint8Array(32).fill(9) };
    for (const [keyEncryption, kek] of [
      [KEY_ENCRYPTION, 'test'],
      [{ current: 'newer', keys }, 'newer'],
      [{ current: 'newer', keys: { newer: keys.newer } }, 'newer'],
    ] as const) {
      await service.stop();
      service = await start({ on: service.database, keyEncryption });
      const sealed = expect.stringContaining(`"kek":"${kek}"`) as unknown;
      expect(await kept()).toEqual([{ secret: null, sealed_secret: sealed }]);
      expect(JSON.stringify(await kept())).not.toContain(secret.slice('whsec_'.length));
      const { id: certificate } = await certified();
      // Once or, where the service was stopped before it wrote that it had told, once more.
      await until(() => receiver.verified(secret).some(({ data }) => data['certificate'] === certificate));
    }
    await service.stop();
    service = await start({ on: service.database });
  });

  it('are told of to nobody new by a service without a key, which says what it cannot unseal', async () => {
    const receiver = await receive();
    const { id, secret } = await hook(receiver.url);
    let certificate = '';
    await service.stop();
    service = await start({ on: service.database, keyEncryption: 'none' });
    try {
      const { status, body } = await service.post('/v1/webhooks', { url: receiver.url });
      expect([status, body]).toEqual([
        404,
        expect.objectContaining({ type: expect.stringMatching(/webhooks-not-taken$/) as unknown }),
      ]);
      certificate = (await certified()).id;
      await until(async () => (await stateOf(id)).failures > 0);
      expect((await stateOf(id)).lastFailure).toBe('its secret cannot be unsealed: this service has no key');
      expect(service.lines.join('')).toContain('secrets of webhooks cannot be unsealed');
    } finally {
      await service.stop();
      service = await start({ on: service.database });
    }
    expect(
      (await service.post(`/v1/webhooks/${id}/replay?after=${String((await stateOf(id)).told)}`, {})).status,
    ).toBe(202);
    await until(() => receiver.verified(secret).some(({ data }) => data['certificate'] === certificate));
  });

  it('are counted while they wait for the registry, and while somebody waits to be told', async () => {
    const measured = async (name: string): Promise<number | undefined> => {
      const { text } = await service.get('/metrics', []);
      const line = text.split('\n').find((one) => one.startsWith(name));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    };
    const all = (...names: readonly string[]) => Promise.all(names.map(measured));
    const label = (outcome: string) => `{outcome="${outcome}",service="provenance"}`;
    const receiver = await receive();
    receiver.status = 503;
    const { id } = await hook(receiver.url);
    const [taken, delivered] = [
      `lodemark_certificate_hand_ins_total${label('taken')}`,
      `lodemark_webhook_deliveries_total${label('delivered')}`,
    ];
    const before = await all(taken, delivered);

    world.server.isDown = true;
    const { id: certificate } = await certified();
    await until(async () => (await measured('lodemark_certificates_waiting')) === 1);
    expect(await measured('lodemark_certificates_oldest_waiting_seconds')).toBeGreaterThanOrEqual(0);
    expect(await measured(`lodemark_certificate_hand_ins_total${label('failed')}`)).toBeGreaterThan(0);
    await until(async () => (await measured('lodemark_webhooks_waiting')) === 1);
    await until(async () => (await measured('lodemark_webhooks{state="retrying"')) === 1);
    expect(await measured(`lodemark_webhook_deliveries_total${label('failed')}`)).toBeGreaterThan(0);
    world.clock.advance(60_000);
    await until(async () => Number(await measured('lodemark_webhooks_oldest_waiting_seconds')) >= 60);
    await until(async () => Number(await measured('lodemark_certificates_oldest_waiting_seconds')) >= 60);

    world.server.isDown = false;
    receiver.status = 200;
    await until(async () => (await find(certificate)).rootIndex !== null);
    await until(async () => (await stateOf(id)).state === 'following');
    await until(async () => (await measured('lodemark_certificates_waiting')) === 0);
    await until(async () => (await measured('lodemark_webhooks_waiting')) === 0);
    expect(await all(taken, delivered)).toEqual(before.map((count) => (count ?? 0) + 1));
    expect(await measured('lodemark_webhooks_oldest_waiting_seconds')).toBe(0);
  });

  it('are told of only on the public network and under TLS, whatever a name resolves to', async () => {
    await service.stop();
    service = await start({ on: service.database, webhooksAllowPrivate: false });
    try {
      for (const url of [
        'http://hooks.example/',
        'https://127.0.0.1/',
        'https://[::1]/',
        'https://10.0.0.1/',
      ]) {
        const { status, body } = await service.post('/v1/webhooks', { url });
        expect([url, status, (body as { type: string }).type]).toEqual([
          ...[url, 422, expect.stringMatching(/webhook-address-refused$/)],
        ]);
      }
      const { id } = await hook('https://localhost:1/');
      await certified();
      await until(async () => (await stateOf(id)).failures > 0);
      expect((await stateOf(id)).lastFailure).toMatch(/is no public address$/);
    } finally {
      await service.stop();
      service = await start({ on: service.database });
    }
  });
});
