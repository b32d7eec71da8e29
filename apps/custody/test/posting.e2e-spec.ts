import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { nodeSignatures } from '@lodemark/platform';
import {
  decodeFacilityLogEntry,
  fromBase64,
  isAdmissible,
  isReceiptFor,
  openCheckpoint,
  verifierKey,
  verifyReceipt,
  type Ed25519PublicJwk,
  type Receipt,
} from '@lodemark/transparency';
import { call, codeOf, type Answer } from './support/http.js';
import { NETWORK, operator, TestNetwork, token } from './support/network.js';
import { event, kg, lotCreated, lotNumber, signEvent, type Party } from './support/parties.js';

jest.setTimeout(120_000);

const CHECKER = nodeSignatures(isAdmissible);

describe('a facility posts events', () => {
  let network: TestNetwork;
  let key: Party;
  let p256: Party;
  let logKey: Ed25519PublicJwk;
  const clerk = operator('kokbulak');

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'posting' });
    await network.join('kokbulak');
    const [log] = await network.openFacility('kokbulak', false);
    logKey = log?.['jwk'] as Ed25519PublicJwk;
    key = await network.key({ facility: 'kokbulak' }, 'event');
    p256 = await network.key({ facility: 'kokbulak' }, 'event', { alg: 'ES256' });
    await network.settle();
  });

  afterEach(async () => {
    expect(await network.audit('kokbulak')).toEqual([]);
  });

  afterAll(() => network.stop());

  const receiptOf = (answer: Answer) => answer.json['receipt'] as unknown as Receipt;
  const find = (eventId: unknown) => network.get(`/v1/events/kokbulak/${String(eventId)}`, clerk);
  const entries = async () =>
    (await network.sql<{ kind: string }>('SELECT kind FROM ledger.entry ORDER BY idx')).map(
      ({ kind }) => kind,
    );

  it('gets a receipt that the log key signed, and the root log covers the entry after a round', async () => {
    const posted = lotCreated('kokbulak');
    const jws = await signEvent(posted, key);
    const answer = await network.postSigned(jws);
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      outcome: 'recorded',
      receipt: { index: 0, eventId: posted['eventId'] },
    });
    const receipt = receiptOf(answer);
    expect(await verifyReceipt(String(answer.json['signedReceipt']), logKey, CHECKER)).toEqual({
      ok: true,
      value: receipt,
    });

    const found = await find(posted['eventId']);
    expect(found.json).toMatchObject({
      receipt,
      jws,
      event: posted,
      signedReceipt: answer.json['signedReceipt'],
    });
    const bytes = fromBase64(String(found.json['entry'])) ?? new Uint8Array();
    expect(isReceiptFor(receipt, bytes)).toBe(true);

    await network.settle();
    const note = await network.get('/v1/logs/kokbulak/checkpoint');
    const vkey = verifierKey(`${NETWORK}/log/kokbulak`, logKey);
    expect(await openCheckpoint(note.text, [vkey], CHECKER)).toMatchObject({ ok: true, value: { size: 2 } });
    expect(await entries()).toEqual(['event', 'heads']);
    const horizon = await call(`${network.registryUrl}/v1/horizons?covers=kokbulak/0`);
    expect(horizon.status).toBe(200);
  });

  it('has every entry name the root checkpoint that was verified last', async () => {
    const rootOf = async () => {
      const posted = lotCreated('kokbulak');
      await network.postSigned(await signEvent(posted, key));
      const { json } = await find(posted['eventId']);
      const entry = decodeFacilityLogEntry(fromBase64(String(json['entry'])) ?? new Uint8Array());
      if (!entry.ok) throw new Error('the entry does not decode');
      return entry.value.root;
    };
    const before = await rootOf();
    await network.settle();
    const after = await rootOf();
    expect(after.size).toBeGreaterThan(before.size);
    const checkpoint = await call(`${network.registryUrl}/v1/root/checkpoint`);
    expect(checkpoint.text.split('\n').slice(1, 3)).toEqual([
      String(after.size),
      Buffer.from(after.hash, 'hex').toString('base64'),
    ]);
  });

  it('gets the first receipt for the same payload, under the same signature, another or the service’s own', async () => {
    const posted = lotCreated('kokbulak');
    const first = await network.postSigned(await signEvent(posted, key));
    const size = (await entries()).length;
    for (const again of [
      await network.postSigned(await signEvent(posted, key)),
      await network.postSigned(await signEvent(posted, p256)),
      await network.postJson(posted, clerk),
    ]) {
      expect(again.status).toBe(200);
      expect(again.json).toEqual({ ...first.json, outcome: 'repeated' });
    }
    expect((await entries()).length).toBe(size);
  });

  it('has clerks’ events signed with the key that the service holds, the clerk’s pseudonym inside', async () => {
    const posted = lotCreated('kokbulak');
    const first = await network.postJson(posted, clerk);
    expect([first.status, first.json['outcome']]).toEqual([201, 'recorded']);
    const { json } = await find(posted['eventId']);
    const recorded = json['event'] as unknown as Record<string, unknown>;
    expect(recorded).toEqual({ ...posted, clerk: expect.stringMatching(/^clerk-[0-9a-f]{16}$/) });
    expect(JSON.stringify(json)).not.toContain('clerk-of-kokbulak');

    const again = await network.postJson(posted, clerk);
    expect([again.status, again.json]).toEqual([200, { ...first.json, outcome: 'repeated' }]);
    // What is recorded is recorded, whoever repeats it and in whatever order its members stand.
    const colleague = token('somebody else', { role: 'facility-operator', facilities: ['kokbulak'] });
    const reversed = Object.fromEntries(Object.entries(posted).reverse());
    expect((await network.postJson(reversed, colleague)).json).toEqual({
      ...first.json,
      outcome: 'repeated',
    });
    expect((await network.postJson(recorded, colleague)).json).toEqual({
      ...first.json,
      outcome: 'repeated',
    });

    const other = await network.postJson(lotCreated('kokbulak'), colleague);
    const second = await find(receiptOf(other).eventId);
    expect((second.json['event'] as unknown as Record<string, unknown>)['clerk']).not.toBe(recorded['clerk']);
  });

  it('contradicts itself when it names another clerk, for that is another payload', async () => {
    const posted = lotCreated('kokbulak', { clerk: 'shift-a' });
    expect((await network.postJson(posted, clerk)).status).toBe(201);
    expect(codeOf(await network.postJson({ ...posted, clerk: 'shift-b' }, clerk))).toBe(
      'conflicting-statement',
    );
  });

  it('has a contradiction recorded once, for everybody to see', async () => {
    const posted = lotCreated('kokbulak');
    const first = await network.postSigned(await signEvent(posted, key));
    const other = { ...posted, mass: kg('41000') };
    const before = await entries();
    const checked = await network.postSigned(await signEvent(other, key), '/v1/events/check');
    expect([checked.status, codeOf(checked)]).toEqual([409, 'conflicting-statement']);
    expect(await entries()).toEqual(before);

    const conflict = await network.postSigned(await signEvent(other, key));
    expect([conflict.status, codeOf(conflict)]).toEqual([409, 'conflicting-statement']);
    expect(conflict.json).toMatchObject({
      original: receiptOf(first),
      conflict: { index: before.length },
      errors: [{ pointer: '/eventId' }],
    });
    const again = await network.postSigned(await signEvent(other, p256));
    expect(again.json['conflict']).toEqual(conflict.json['conflict']);
    expect(await entries()).toEqual([...before, 'conflict']);
    // The statement that stands is still the first one, with its first receipt.
    expect(receiptOf(await find(posted['eventId']))).toEqual(receiptOf(first));
    expect((await network.postSigned(await signEvent(posted, key))).json['outcome']).toBe('repeated');
  });

  it('gets one entry and identical receipts for fifty identical posts at once', async () => {
    const posted = lotCreated('kokbulak');
    const jws = await signEvent(posted, key);
    const before = (await entries()).length;
    const answers = await Promise.all(Array.from({ length: 50 }, () => network.postSigned(jws)));
    const outcomes = answers.map(({ json }) => String(json['outcome'])).sort();
    expect(outcomes).toEqual(['recorded', ...Array<string>(49).fill('repeated')]);
    expect(new Set(answers.map(({ json }) => json['signedReceipt'])).size).toBe(1);
    expect(new Set(answers.map(({ json }) => JSON.stringify(json['receipt']))).size).toBe(1);
    expect((await entries()).length).toBe(before + 1);
  });

  it('has fifty identical posts of a clerk at once recorded once', async () => {
    const posted = lotCreated('kokbulak');
    const answers = await Promise.all(Array.from({ length: 50 }, () => network.postJson(posted, clerk)));
    expect(new Set(answers.map(({ json }) => json['signedReceipt'])).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('has twenty clerks who post the same event at once told that it is recorded, and contradicted by none', async () => {
    const posted = lotCreated('kokbulak');
    const before = await entries();
    const clerks = Array.from({ length: 20 }, (_, i) =>
      token(`clerk ${String(i)}`, { role: 'facility-operator', facilities: ['kokbulak'] }),
    );
    const answers = await Promise.all(clerks.map((one) => network.postJson(posted, one)));
    const outcomes = answers.map(({ json }) => String(json['outcome'])).sort();
    expect(outcomes).toEqual(['recorded', ...Array<string>(19).fill('repeated')]);
    expect(new Set(answers.map(({ json }) => json['signedReceipt'])).size).toBe(1);
    expect(await entries()).toEqual([...before, 'event']);
  });

  it('has two clerks who use up the same lot at once told that one was first', async () => {
    const lot = `kokbulak/${lotNumber()}`;
    await network.postSigned(await signEvent(lotCreated('kokbulak', { lot }), key));
    const uses = Array.from({ length: 10 }, () =>
      event('Dispatched', 'kokbulak', {
        shipment: randomUUID(),
        ...{ to: 'src', nonce: randomUUID(), lots: [{ lot, form: 'CONCENTRATE', mass: kg('40000') }] },
      }),
    );
    const answers = await Promise.all(uses.map((use) => network.postJson(use, clerk)));
    expect(answers.map((answer) => (answer.status === 201 ? 'recorded' : codeOf(answer))).sort()).toEqual([
      ...Array<string>(9).fill('lot-in-transit'),
      'recorded',
    ]);
  });

  it('checks an event without recording it', async () => {
    const before = await entries();
    const posted = lotCreated('kokbulak');
    for (const answer of [
      await network.postSigned(await signEvent(posted, key), '/v1/events/check'),
      await network.postJson(posted, clerk, '/v1/events/check'),
    ])
      expect([answer.status, answer.json]).toEqual([200, { outcome: 'acceptable' }]);
    expect(await entries()).toEqual(before);
    expect((await find(posted['eventId'])).status).toBe(404);
    const jws = await signEvent(posted, key);
    const receipt = receiptOf(await network.postSigned(jws));
    expect((await network.postSigned(jws, '/v1/events/check')).json).toMatchObject({
      outcome: 'repeated',
      receipt,
    });
  });

  it('asks for a log that nobody opened, or whose key nobody registered, in vain', async () => {
    await network.state('/v1/facilities', {
      ...{ facility: 'euclid', organization: 'kokbulak-org', name: 'Euclid (invented)', country: 'US' },
      ...{
        steps: [{ step: 'ALLOY_MELT' }],
        operating: { from: '2020-01-01' },
        custodyUrl: network.custodyUrl,
      },
    });
    const own = await network.key({ facility: 'euclid' }, 'event');
    await network.settle();
    const jws = await signEvent(lotCreated('euclid'), own);
    const answer = await network.postSigned(jws);
    expect([answer.status, codeOf(answer)]).toEqual([404, 'facility-not-served']);
    await network.openFacility('euclid', true);
    expect((await network.postSigned(jws)).status).toBe(201);
    // The custodial key exists and is not registered: what it signs does not get in.
    const signed = await network.postJson(lotCreated('euclid'), operator('euclid'));
    expect([signed.status, codeOf(signed)]).toEqual([401, 'key-unknown']);
    // Neither is the log key, so the registry takes no checkpoint; nobody else's log waits for that.
    await expect(network.custody.flush()).rejects.toThrow('euclid');
    expect(await network.audit('euclid')).toEqual([]);
  });
});
