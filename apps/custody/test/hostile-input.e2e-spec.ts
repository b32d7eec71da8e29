import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { canonicalBytes, canonicalize, toUtf8 } from '@lodemark/transparency';
import { forge, told } from './support/forge.js';
import { codeOf, faults } from './support/http.js';
import { operator, TestNetwork } from './support/network.js';
import { event, kg, lotCreated, lotNumber, signEvent, type Fields, type Party } from './support/parties.js';

jest.setTimeout(120_000);

describe('what a custody service does not take', () => {
  let network: TestNetwork;
  let key: Party;
  let clerk: string;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'hostile input' });
    await network.join('kokbulak');
    await network.join('src', { steps: ['SEPARATE'] });
    key = await network.key({ facility: 'kokbulak' }, 'event');
    clerk = operator('kokbulak');
    await network.settle();
  });

  afterAll(async () => {
    expect(await network.audit('kokbulak')).toEqual([]);
    // Whatever was thrown at it: nothing of it is in the log.
    expect(await network.sql(`SELECT count(*)::int AS n FROM ledger.entry WHERE kind <> 'heads'`)).toEqual([
      { n: 1 },
    ]);
    await network.stop();
  });

  const post = async (jws: string) => told(await network.postSigned(jws));
  const postJson = async (body: unknown) => told(await network.postJson(body, clerk));
  const postText = async (body: string | Uint8Array, mediaType = 'application/json') =>
    told(await network.custodyCall('/v1/events', { method: 'POST', body, mediaType, token: clerk }));

  describe('in a payload that is no canonical JSON', () => {
    const signedText = async (payload: string) => post(await forge(toUtf8(payload), key));

    it.each([
      ['spaces', (canonical: string) => canonical.replace(',', ', ')],
      ['members out of order', (canonical: string) => `{"v":1,${canonical.slice(1).replace(',"v":1', '')}`],
      ['a needless escape', (canonical: string) => canonical.replace('KZ-DEMO', '\\u004bZ-DEMO')],
      ['1.0 for 1', (canonical: string) => canonical.replace('"v":1', '"v":1.0')],
    ])('refuses %s', async (_, change) => {
      const canonical = canonicalize(lotCreated('kokbulak'));
      const changed = change(canonical);
      expect(changed).not.toBe(canonical);
      expect(await signedText(changed)).toContain('422 not-canonical not-canonical ');
    });

    it.each([
      [
        'a name twice',
        (canonical: string) => canonical.replace('{"composition', '{"v":1,"composition'),
        'duplicate-name /v',
      ],
      [
        'a name twice, one of them escaped',
        (canonical: string) => canonical.replace('{"composition', '{"\\u0076":1,"composition'),
        'duplicate-name /v',
      ],
      [
        'a lone surrogate',
        (canonical: string) => canonical.replace('KZ-DEMO', '\\ud800'),
        'lone-surrogate /origin/licence',
      ],
      [
        '2^53 + 1',
        (canonical: string) => canonical.replace('"v":1', '"v":9007199254740993'),
        'unsafe-number /v',
      ],
      ['1e400', (canonical: string) => canonical.replace('"v":1', '"v":1e400'), 'unsafe-number /v'],
      ['-0', (canonical: string) => canonical.replace('"v":1', '"v":-0'), 'unsafe-number /v'],
      ['NaN', (canonical: string) => canonical.replace('"v":1', '"v":NaN'), 'syntax'],
      [
        '__proto__',
        (canonical: string) => canonical.replace('"v":1', '"v":1,"__proto__":{}'),
        'forbidden-name',
      ],
      ['a byte order mark', (canonical: string) => `\ufeff${canonical}`, 'byte-order-mark'],
      ['something after it', (canonical: string) => `${canonical}{}`, 'syntax'],
      ['nothing', () => '', 'not-base64url'],
      ['half of it', (canonical: string) => canonical.slice(0, 100), 'syntax'],
    ])('refuses %s', async (_, change, fault) => {
      expect(await signedText(change(canonicalize(lotCreated('kokbulak'))))).toMatch(
        new RegExp(`^400 malformed-(json|jws) ${fault.replaceAll('^', '\\^')}`),
      );
    });

    it('refuses bytes that are no UTF-8', async () => {
      const payload = canonicalBytes(lotCreated('kokbulak', { grade: 'X' }));
      payload[payload.indexOf(0x58)] = 0xff;
      expect(await post(await forge(payload, key))).toContain('400 malformed-json not-utf8');
    });

    it('refuses a raw NUL and an escaped one', async () => {
      const canonical = canonicalize(lotCreated('kokbulak'));
      expect(await signedText(canonical.replace('KZ-DEMO', 'KZ\u0000'))).toContain(
        '400 malformed-json syntax',
      );
      expect(await signedText(canonical.replace('KZ-DEMO', 'KZ\\u0000'))).toContain(
        '422 invalid-event bad-text /origin/licence',
      );
    });

    it('refuses nesting that no event has, however deep', async () => {
      const started = performance.now();
      expect(await signedText(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)).toContain(
        '400 malformed-json too-deep',
      );
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      expect(await postText(deep)).toContain('400 malformed-json too-deep');
      expect(await postText(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toContain('too-deep');
      expect(await postText(`[${deep}]`)).toContain('400 malformed-json too-deep');
      expect(performance.now() - started).toBeLessThan(10_000);
    });

    it('refuses what is JSON and no event', async () => {
      for (const payload of ['1', '"event"', 'null', 'true', '[]', '{}', '[{}]'])
        expect([payload, await signedText(payload)]).toEqual([
          payload,
          expect.stringContaining('422 invalid-event'),
        ]);
    });
  });

  describe('in an event whose fields are wrong', () => {
    const changed = (fields: Fields) => postJson({ ...lotCreated('kokbulak'), ...fields });

    it.each<[string, Fields, string]>([
      ['an unknown field', { colour: 'red' }, 'unknown-field /colour'],
      ['an unknown type', { type: 'LotDestroyed' }, '/type'],
      ['a number for a text', { lot: 17 }, '/lot'],
      ['a text for a number', { v: '1' }, '/v'],
      ['a list for an object', { mass: [] }, '/mass'],
      ['null', { form: null }, '/form'],
      ['a negative mass', { mass: kg('-5') }, '/mass/net/value'],
      ['no mass', { mass: kg('0.000') }, 'not-positive /mass/net/value'],
      ['a mass as a number', { mass: { net: { value: 40_000, unit: 'kg' } } }, '/mass/net/value'],
      ['an exponent', { mass: kg('4e4') }, '/mass/net/value'],
      ['a decimal comma', { mass: kg('40000,0') }, '/mass/net/value'],
      ['an unknown unit', { mass: kg('40000', 'pud') }, '/mass/net/unit'],
      ['an assay without basis', { composition: { analytes: [] } }, '/composition/basis'],
      ['no event id', { eventId: undefined }, '/eventId'],
      ['an event id in capitals', { eventId: randomUUID().toUpperCase() }, '/eventId'],
      ['a day that is not there', { occurredAt: '2026-02-30T10:00:00Z' }, 'bad-date /occurredAt'],
      ['a time without offset', { occurredAt: '2026-11-20T10:00:00' }, 'bad-date /occurredAt'],
      ['a lot id with a Cyrillic letter', { lot: 'kokbulak/2026-А' }, '/lot'],
      ['a lot id with a path in it', { lot: 'kokbulak/../src/1' }, '/lot'],
      ['a right-to-left override', { grade: 'safe\u202egnp' }, 'bad-text /grade'],
      ['a private value in the clear', { private: { customer: 'Example Motors' } }, '/private/customer'],
      ['an attestation that is no JWS', { attestations: ['Trust me'] }, 'not-compact-jws /attestations/0'],
      ['a document without digest', { documents: [{ kind: 'invoice' }] }, '/documents/0/digest'],
      ['constructor as a field', { constructor: { name: 'x' } }, 'unknown-field /constructor'],
    ])('refuses %s', async (_, fields, fault) => {
      const answer = await changed(fields);
      expect(answer).toContain('422 invalid-event');
      expect(answer).toContain(fault);
    });

    it('tells everything that is wrong at once', async () => {
      const answer = await changed({ colour: 'red', occurredAt: 'yesterday', form: 'SAND', mass: kg('-1') });
      for (const pointer of ['/colour', '/occurredAt', '/form', '/mass/net/value'])
        expect(answer).toContain(pointer);
    });

    it('names the likely unit mistake of an absurd mass', async () => {
      const body = lotCreated('kokbulak', { mass: kg('40000000', 't') });
      const answer = await network.postJson(body, clerk);
      expect(told(answer)).toContain('422 invalid-event');
      expect(answer.text).toMatch(/kg given as t|absurd|more than/);
    });

    it('refuses a schema version that it does not know', async () => {
      expect(await changed({ v: 2 })).toBe('422 unknown-version unknown-version /v');
    });

    it('refuses a thousand faults with a hundred of them listed', async () => {
      const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`field${i}`, i]));
      const answer = await network.postJson({ ...lotCreated('kokbulak'), ...fields }, clerk);
      expect(answer.status).toBe(422);
      expect(faults(answer)).toHaveLength(100);
    });
  });

  describe('because of what the facility’s own log holds', () => {
    let lot: string;

    beforeAll(async () => {
      lot = `kokbulak/${lotNumber()}`;
      const answer = await network.postSigned(await signEvent(lotCreated('kokbulak', { lot }), key));
      expect(answer.status).toBe(201);
    });

    const transformed = (fields: Fields) =>
      event('Transformed', 'kokbulak', {
        step: 'BENEFICIATE',
        inputs: [{ lot, mass: kg('40000') }],
        outputs: [
          { lot: `kokbulak/${lotNumber()}`, form: 'CONCENTRATE', mass: kg('39000'), role: 'product' },
        ],
        ...fields,
      });

    it.each<[string, () => Fields, string]>([
      [
        'the future',
        () => lotCreated('kokbulak', { occurredAt: '2026-11-24T12:05:01.001Z' }),
        '422 event-in-future event-in-future /occurredAt',
      ],
      [
        'a lot number of another facility',
        () => lotCreated('kokbulak', { lot: 'src/1' }),
        '422 foreign-lot-number foreign-lot-number /lot',
      ],
      ['a lot that exists', () => lotCreated('kokbulak', { lot }), '409 lot-exists lot-exists /lot'],
      [
        'a lot that was never here',
        () => transformed({ inputs: [{ lot: 'src/9', mass: kg('1') }] }),
        '422 lot-unknown lot-unknown /inputs/0/lot',
      ],
      [
        'more than there is',
        () => transformed({ inputs: [{ lot, mass: kg('90000') }] }),
        '409 mass-exceeds-held mass-exceeds-held /inputs/0/mass/net',
      ],
      [
        'a dispatch to itself',
        () =>
          event('Dispatched', 'kokbulak', {
            shipment: 'S-1',
            to: 'kokbulak',
            nonce: 'abcdefgh',
            lots: [{ lot, form: 'CONCENTRATE', mass: kg('40000') }],
          }),
        '422 own-dispatch own-dispatch /to',
      ],
      [
        'a correction of nothing',
        () =>
          event('Corrected', 'kokbulak', {
            target: { eventId: randomUUID(), payload: 'ab'.repeat(32) },
            reason: 'none',
            replacement: null,
          }),
        '422 target-unknown target-unknown /target/eventId',
      ],
    ])('refuses %s', async (_, make, expected) => {
      expect(await postJson(make())).toBe(expected);
      expect(await post(await signEvent(make(), key))).toBe(expected);
    });

    it('names pounds posted as kilograms, and says what would be right', async () => {
      const answer = await network.postJson(transformed({ inputs: [{ lot, mass: kg('88185') }] }), clerk);
      expect(told(answer)).toContain('409 mass-exceeds-held');
      expect(answer.text).toContain('lb');
      expect(answer.json['cure']).toEqual(expect.any(String));
      expect(answer.json['facts']).toMatchObject({ lot });
    });
  });

  describe('in a body that it cannot use', () => {
    it('refuses a media type that it does not know, and names those that it does', async () => {
      for (const mediaType of ['text/plain', 'application/xml', 'multipart/form-data', 'application/jwt'])
        expect(await postText('{}', mediaType)).toBe('415 unsupported-media-type');
      expect(await postText('{}', 'application/json; charset=utf-16')).toBe('415 unsupported-media-type');
    });

    it('refuses a compressed body before it is unpacked', async () => {
      const answer = await network.custodyCall('/v1/events', {
        method: 'POST',
        body: gzipSync(JSON.stringify(lotCreated('kokbulak'))),
        headers: { 'content-encoding': 'gzip' },
        token: clerk,
      });
      expect(told(answer)).toBe('415 unsupported-media-type');
    });

    it('refuses a huge body', async () => {
      const huge = new Uint8Array(20 * 1024 * 1024).fill(0x20);
      for (const mediaType of ['application/json', 'application/x-ndjson', 'application/jose'])
        expect(await postText(huge, mediaType)).toBe('413 body-too-large');
      const long = new Uint8Array(9 * 1024 * 1024).fill(0x20);
      expect(await postText(long)).toBe('413 body-too-large');
    });

    it('refuses an event that fits into no entry', async () => {
      const packages = Array.from({ length: 500 }, (_, i) => ({
        id: `drum-${'x'.repeat(50)}-${i}`,
        net: { value: '80.000000000000', unit: 'kg' },
      }));
      const body = lotCreated('kokbulak', { packages });
      expect(await postJson(body)).toBe('413 event-too-large');
    });

    it('refuses bodies that are no JSON text', async () => {
      for (const [body, fault] of [
        ['', 'syntax'],
        [' ', 'syntax'],
        ['{', 'syntax'],
        ["{'a':1}", 'syntax'],
        ['\ufeff{}', 'byte-order-mark'],
        ['{"a":1,"a":2}', 'duplicate-name /a'],
        ['{"a":"\\ud800"}', 'lone-surrogate /a'],
        ['{"a":9007199254740993}', 'unsafe-number /a'],
        ['{"__proto__":{"polluted":true}}', 'forbidden-name'],
        [new Uint8Array([0xff, 0xfe, 0x7b, 0x00]), 'not-utf8'],
        [new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0x00, 0x22, 0x7d]), 'syntax'],
      ] as const)
        expect([body, await postText(body)]).toEqual([
          body,
          expect.stringContaining(`400 malformed-json ${fault}`),
        ]);
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    });

    it('refuses a batch of nothing', async () => {
      expect(await postText('[]')).toBe('400 malformed-json empty ');
      expect(await postText('\n \n', 'application/x-ndjson')).toBe('400 malformed-json empty ');
    });

    it('refuses JSON without a token, from somebody else’s clerk, and for a facility that is not here', async () => {
      expect(told(await network.postJson(lotCreated('kokbulak')))).toBe('401 unauthenticated');
      expect(told(await network.postJson(lotCreated('kokbulak'), operator('src')))).toBe('403 forbidden');
      expect(told(await network.postJson(lotCreated('euclid'), operator('euclid')))).toBe(
        '404 facility-not-served',
      );
      expect(told(await network.postJson({ facility: ['kokbulak'] }, clerk))).toContain('422 invalid-event');
    });

    it('refuses query parameters that it does not know', async () => {
      const jws = await signEvent(lotCreated('kokbulak'), key);
      expect(told(await network.postSigned(jws, '/v1/events?atomic=yes'))).toContain('400 invalid-request');
      expect(told(await network.postSigned(jws, '/v1/events?force=true'))).toContain('400 invalid-request');
    });
  });

  it('refuses paths and queries that name nothing, and never fails over them', async () => {
    const paths = [
      '/v1/events/kokbulak/not-a-uuid',
      '/v1/events/kok%00bulak/0190a1b2-0000-7000-8000-000000000001',
      '/v1/events/KOKBULAK/0190a1b2-0000-7000-8000-000000000001',
      '/v1/lots/kokbulak/%00',
      '/v1/lots/kokbulak/%F0%9F%92%A3',
      '/v1/lots/kokbulak/..%2Fsrc',
      `/v1/lots/kokbulak/${'9'.repeat(65)}`,
      '/v1/lots?facility=kok%00',
      '/v1/lots',
      '/v1/lots?facility=kokbulak&limit=0',
      '/v1/lots?facility=kokbulak&limit=1e3',
      '/v1/lots?facility=kokbulak&after=%00',
      '/v1/lots?facility=kokbulak&standing=gone',
      '/v1/lots?facility=kokbulak&facility=src',
      '/v1/lots/kokbulak/1?at=..',
      '/v1/logs/kok%00/checkpoint',
      '/v1/logs/kokbulak/entries?from=-1',
      '/v1/logs/kokbulak/entries?from=9007199254740993',
      '/v1/logs/kokbulak/entries?limit=1001',
      '/v1/logs/kokbulak/proofs/inclusion?index=0',
      '/v1/logs/kokbulak/proofs/consistency?from=0&to=1',
      '/v1/documents/zz',
      '/v1/disclosures/zz?facility=kokbulak',
      `/v1/disclosures/${'ab'.repeat(32)}`,
    ];
    for (const path of paths) {
      const answer = await network.get(path, clerk);
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 400, 'invalid-request']);
    }
  });
});
