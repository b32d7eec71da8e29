import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nodeSignatures } from '@lodemark/platform';
import {
  canonicalize,
  fromBase64,
  isAdmissible,
  parseVerifierKey,
  sha256Hex,
  toUtf8,
  verifyReceipt,
  type PublicJwk,
} from '@lodemark/transparency';
import { keyBody, newKey, signStatement } from './support/parties.js';
import {
  expectRecorded,
  facilityBody,
  faults,
  organizationBody,
  TestRegistry,
  typeOf,
} from './support/registry.js';

describe('the registrar', () => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await TestRegistry.start('statements');
  });

  afterAll(() => registry.stop());

  it('registers an organization, whose receipt verifies under the root log key', async () => {
    const answer = await registry.post('/v1/organizations', organizationBody('tau-mining'));
    expect(answer.status).toBe(201);
    const { origin, index, leaf, recordedAt, receipt, statementId, payloadDigest } = answer.json as Record<
      string,
      unknown
    >;
    const key = parseVerifierKey(registry.service.logKey);
    if (!key.ok) throw new Error('no verifier key');
    const verified = await verifyReceipt(String(receipt), key.value.publicKey, nodeSignatures(isAdmissible));
    expect(verified).toEqual({
      ok: true,
      value: { v: 1, origin, index, leaf, eventId: statementId, payloadDigest, recordedAt },
    });
    const found = await registry.get('/v1/organizations/tau-mining');
    expect(found.json).toMatchObject({ organization: 'tau-mining', recorded: { index }, facilities: [] });
  });

  it('gets the same answer for the same statement, and 409 for another one under its id', async () => {
    const body = organizationBody('once');
    const first = await registry.post('/v1/organizations', body);
    registry.clock.advance(60_000);
    const again = await registry.post('/v1/organizations', body);
    expect([again.status, again.text]).toEqual([201, first.text]);
    const other = await registry.post('/v1/organizations', { ...body, legalName: 'Somebody else' });
    expect([other.status, typeOf(other), faults(other)]).toEqual([
      409,
      'statement-contradicts',
      ['statement-contradicts /statementId'],
    ]);
    expect(other.json['index']).toBe(first.json['index']);
    const found = await registry.get(`/v1/statements/${String(body['statementId'])}`);
    expect(found.text).toBe(first.text);
  });

  it('counts a statement that names its own time as another one when that time differs', async () => {
    const body = { ...organizationBody('timed'), statedAt: '2026-11-24T10:00:00+05:00' };
    expectRecorded(await registry.post('/v1/organizations', body));
    const other = await registry.post('/v1/organizations', { ...body, statedAt: '2026-11-24T05:00:00Z' });
    expect(typeOf(other)).toBe('statement-contradicts');
  });

  it('cannot register an id twice', async () => {
    expectRecorded(await registry.post('/v1/organizations', organizationBody('double')));
    const again = await registry.post('/v1/organizations', organizationBody('double'));
    expect([again.status, faults(again)]).toEqual([409, ['organization-exists /organization']]);
  });

  it('is told every fault of a malformed body at once, with pointers', async () => {
    const answer = await registry.post('/v1/organizations', {
      ...organizationBody('Bad Id'),
      statementId: 'not-a-uuid',
      incorporatedIn: 'XX',
      colour: 'blue',
      accreditations: [{ scheme: 'ISO/IEC 17025', number: '1', from: '2024-02-30', shade: 1 }],
    });
    expect(answer.status).toBe(400);
    expect(new Set(faults(answer))).toEqual(
      new Set([
        'wrong-form /organization',
        'wrong-form /statementId',
        'wrong-form /incorporatedIn',
        'unknown-field /colour',
        'wrong-form /accreditations/0/from',
        'unknown-field /accreditations/0/shade',
      ]),
    );
  });

  it.each([
    [
      'an accreditation that ends before it begins',
      { accreditations: [{ scheme: 's', number: '1', from: '2025-01-02', to: '2025-01-01' }] },
      'interval-empty /accreditations/0/to',
    ],
    ['a time in the future', { statedAt: '2026-12-24T12:00:00Z' }, 'stated-in-future /statedAt'],
  ])('cannot state %s', async (_, more, fault) => {
    const answer = await registry.post('/v1/organizations', organizationBody('faulty', more));
    expect([answer.status, faults(answer)]).toEqual([422, [fault]]);
    expect((await registry.get('/v1/organizations/faulty')).status).toBe(404);
  });

  it('is the only one who registers, and needs a token for it', async () => {
    for (const [as, status] of [
      [null, 401],
      ['operator', 403],
      ['nobody', 401],
    ] as const) {
      const answer = await registry.post('/v1/organizations', organizationBody('intruder'), as);
      expect([as, answer.status]).toEqual([as, status]);
    }
    expect((await registry.get('/v1/organizations/intruder')).status).toBe(404);
  });

  describe('on ownership', () => {
    const half = (holder: unknown) => ({ holder, equity: '50', votes: '50', seats: '50' });

    beforeAll(async () => {
      for (const id of ['held', 'holder']) {
        expectRecorded(await registry.post('/v1/organizations', organizationBody(id)));
      }
    });

    const declare = (body: Record<string, unknown>) =>
      registry.post('/v1/organizations/held/ownership', {
        statementId: randomUUID(),
        from: '2024-01-01',
        holders: [],
        ...body,
      });

    it('declares holders, in whatever order the declarations come', async () => {
      expectRecorded(await declare({ holders: [half({ organization: 'holder' })], from: '2025-01-01' }));
      const person = { name: 'Free float', kind: 'public-float', country: 'CA' };
      expectRecorded(await declare({ holders: [half(person)], from: '2020-01-01', to: '2024-12-31' }));
      const { ownership } = (await registry.get('/v1/organizations/held')).json as Record<string, unknown>;
      expect(ownership).toMatchObject([{ from: '2025-01-01' }, { from: '2020-01-01', to: '2024-12-31' }]);
    });

    it.each([
      [{ holders: [half({ organization: 'stranger' })] }, 'holder-unknown /holders/0/holder/organization'],
      [{ holders: [half({ organization: 'held' })] }, 'holder-is-itself /holders/0/holder/organization'],
      [
        { holders: [half({ organization: 'holder' }), half({ organization: 'holder' })] },
        'listed-twice /holders/1/holder/organization',
      ],
      [{ to: '2023-12-31' }, 'interval-empty /to'],
    ])('refuses what cannot be (%#)', async (body, fault) => {
      const answer = await declare(body);
      expect([answer.status, faults(answer)]).toEqual([422, [fault]]);
    });

    it('adds shares up exactly, without floating point', async () => {
      const share = (percent: string) => ({
        holder: { name: 'Somebody', kind: 'other-entity', country: 'CA' },
        ...{ equity: percent, votes: '0', seats: '0' },
      });
      // In floating point these ten are 0.9999999999999999 of the whole, and the eleventh would fit.
      const tenths = Array.from({ length: 10 }, () => share('10.0000000000'));
      expectRecorded(await declare({ holders: tenths }));
      const over = await declare({ holders: [...tenths, share('0.000000000001')] });
      expect(faults(over)).toEqual(['holders-exceed-whole /holders']);
      expect(over.json['measure']).toBe('equity');
    });

    it('refuses an owner of an organization that is not there', async () => {
      const answer = await registry.post('/v1/organizations/nobody/ownership', {
        statementId: randomUUID(),
        from: '2024-01-01',
        holders: [],
      });
      expect([answer.status, faults(answer)]).toEqual([422, ['organization-unknown /organization']]);
    });

    it('refuses a statement that does not fit into an entry', async () => {
      const long = { name: '\u{1F9F2}'.repeat(100), kind: 'other-entity', country: 'CA' };
      const share = { holder: long, equity: '1', votes: '1', seats: '1' };
      const answer = await declare({ holders: Array.from({ length: 100 }, () => share) });
      expect([answer.status, typeOf(answer)]).toEqual([413, 'statement-too-large']);
    });
  });

  describe('on policies', () => {
    const document = { name: 'WC-X', rules: [{ rule: 'C32@1' }], 'a é': [1.5, null, true, '\u2028'] };

    it('publishes a document by the digest of its canonical bytes, and serves exactly those', async () => {
      await registry.approved(canonicalize(document));
      const body = { statementId: randomUUID(), policy: 'WC-X', document };
      const answer = await registry.post('/v1/policies', body);
      expect(answer.status).toBe(201);
      const listed = (await registry.get('/v1/policies')).json as Record<string, unknown>;
      const [{ document: digest }] = listed['policies'] as [{ document: string }];
      const bytes = await registry.get(`/v1/policies/${digest}`);
      expect(bytes.text).toBe('{"a é":[1.5,null,true,"\u2028"],"name":"WC-X","rules":[{"rule":"C32@1"}]}');
      expect(bytes.headers['content-type']).toBe('application/json');
      expect(sha256Hex(toUtf8(bytes.text))).toBe(digest);
      expect((await registry.post('/v1/policies', body)).text).toBe(answer.text);
    });

    it('publishes a document only after another person approved this very one, and names both', async () => {
      const document = '{"id":"WC-TWO","rules":[]}';
      const digest = sha256Hex(toUtf8(document));
      const body = { statementId: randomUUID(), policy: 'WC-TWO', document: JSON.parse(document) as object };
      const approve = (as: string, of = digest) =>
        registry.send('POST', `/v1/policies/${of}/approval`, { as });
      const early = await approve('second-registrar');
      expect([early.status, typeOf(early)]).toEqual([422, 'policy-document-unknown']);
      const alone = await registry.post('/v1/policies', body);
      expect([alone.status, faults(alone)]).toEqual([409, ['policy-not-approved /document']]);
      expect((await approve('operator')).status).toBe(403);
      // His own approval is no second one.
      const own = await approve('registrar');
      expect(own.json).toMatchObject({ document: digest, approvedBy: [own.json['you']] });
      expect(faults(await registry.post('/v1/policies', body))).toEqual(['policy-not-approved /document']);
      // One of another document is none of this one.
      await registry.approved('{"id":"WC-TWO","rules":[1]}');
      expect(faults(await registry.post('/v1/policies', body))).toEqual(['policy-not-approved /document']);
      const second = await approve('second-registrar');
      expectRecorded(await registry.post('/v1/policies', body));
      const listed = (await registry.get('/v1/policies')).json as Record<string, unknown>;
      expect(listed['policies']).toContainEqual(
        expect.objectContaining({
          policy: 'WC-TWO',
          proposedBy: own.json['you'],
          approvedBy: [second.json['you']],
        }),
      );
      expect(JSON.stringify(listed)).not.toContain('second-registrar');
    });

    it('lets nobody say himself who approved', async () => {
      const body = {
        statementId: randomUUID(),
        policy: 'WC-X',
        document: { a: 1 },
        approvedBy: ['somebody'],
      };
      const answer = await registry.post('/v1/policies', body);
      expect([answer.status, faults(answer)]).toEqual([400, ['unknown-field /approvedBy']]);
    });

    it('publishes no document under the name of another policy', async () => {
      const body = { statementId: randomUUID(), policy: 'WC-3', document: { id: 'WC-0', rules: [] } };
      const answer = await registry.post('/v1/policies', body);
      expect([answer.status, faults(answer)]).toEqual([422, ['policy-id-mismatch /policy']]);
    });

    it('publishes a document once, whatever its spelling', async () => {
      const again = await registry.post('/v1/policies', {
        statementId: randomUUID(),
        policy: 'WC-X',
        document: Object.fromEntries(Object.entries(document).reverse()),
      });
      expect([again.status, faults(again)]).toEqual([409, ['policy-published /document']]);
    });

    it.each(['[]', '"text"', 'null', '1'])('takes no document that is no object: %s', async (text) => {
      const answer = await registry.send('POST', '/v1/policies', {
        body: `{"statementId":"${randomUUID()}","policy":"WC-X","document":${text}}`,
      });
      expect(answer.status).toBe(400);
    });

    it.each([
      '{"constructor":"x"}',
      '{"hasOwnProperty":[],"toString":{"valueOf":1}}',
      '{"length":3,"then":"x","type":"Buffer"}',
      '{"a":{"b":[{"constructor":{"name":"x","prototype":null}}],"toJSON":"x"}}',
      '{"0":"x","get":1,"set":{"size":2}}',
    ])('keeps a document whole, whatever its members are called: %s', async (text) => {
      await registry.approved(text);
      const answer = await registry.send('POST', '/v1/policies', {
        body: `{"statementId":"${randomUUID()}","policy":"WC-Y","document":${text}}`,
      });
      expect(answer.status).toBe(201);
      const kept = await registry.get(`/v1/policies/${sha256Hex(toUtf8(text))}`);
      expect([kept.status, kept.text]).toEqual([200, text]);
    });

    it('takes a document beforehand, and only as the bytes that its digest names', async () => {
      const digest = '1585871d19730a916ae4d60a45a2efe3a190b5b026e527534db4fea1c7e2a982';
      const wrong = await registry.send('PUT', `/v1/policies/${digest}`, { body: '{"a":1}' });
      expect([wrong.status, typeOf(wrong)]).toEqual([422, 'policy-not-canonical']);
      const loose = await registry.send('PUT', `/v1/policies/${digest}`, { body: '{"b":1, "a":1}' });
      expect(typeOf(loose)).toBe('policy-not-canonical');
      expect((await registry.get(`/v1/policies/${digest}`)).status).toBe(404);
    });
  });

  describe('with a key of his own', () => {
    it('hands in statements that he signed, once genesis names his key', async () => {
      const own = await newKey('ES256');
      const other = await TestRegistry.start('own key', { registrarKeys: [own.jwk] });
      try {
        const { organization, ...fields } = organizationBody('self-signed');
        const statement = {
          ...fields,
          organization,
          type: 'OrganizationRegistered',
          statedAt: '2026-11-24T11:00:00Z',
        };
        const jws = await signStatement(statement, own);
        const answer = await other.hand(jws);
        expect([answer.status, answer.json['statement']]).toEqual([201, jws]);
        // ES256 signatures differ each time: the same statement under another one is still the same statement.
        const again = await other.hand(await signStatement(statement, own));
        expect([again.status, again.text]).toEqual([201, answer.text]);
        const genesis = (await other.get('/v1/root/genesis')).json as Record<string, unknown>;
        expect((genesis['registrarKeys'] as PublicJwk[])[1]).toEqual(own.jwk);
        expect(new TextDecoder().decode(fromBase64(String(genesis['entry'])))).toContain(own.jwk.x);

        const document = '{"rules":[]}';
        const policy = {
          ...{ type: 'PolicyPublished', statementId: randomUUID(), statedAt: '2026-11-24T11:00:00Z' },
          ...{ policy: 'P', document: sha256Hex(toUtf8(document)), proposedBy: 'holder of the key' },
        };
        const early = await other.hand(await signStatement(policy, own));
        expect(faults(early)).toEqual(['policy-document-unknown /document']);
        const kept = await other.send('PUT', `/v1/policies/${policy.document}`, { body: document });
        expect(kept.json).toEqual({ document: policy.document });
        const alone = await other.hand(await signStatement(policy, own));
        expect(faults(alone)).toEqual(['policy-not-approved /document']);
        const invented = { ...policy, approvedBy: ['somebody'] };
        expect(faults(await other.hand(await signStatement(invented, own)))).toEqual([
          'policy-not-approved /document',
        ]);
        const { json } = await other.send('POST', `/v1/policies/${policy.document}/approval`);
        const approved = { ...policy, approvedBy: [json['you']] };
        expectRecorded(await other.hand(await signStatement(approved, own)));
      } finally {
        await other.stop();
      }
    });

    it('is refused when genesis does not name it', async () => {
      const stranger = await newKey();
      const { organization, ...fields } = organizationBody('strange');
      const statement = {
        ...fields,
        organization,
        type: 'OrganizationRegistered',
        statedAt: '2026-11-24T11:00:00Z',
      };
      const answer = await registry.hand(await signStatement(statement, stranger));
      expect([answer.status, typeOf(answer)]).toEqual([403, 'signer-unknown']);
    });

    it('is refused when the bytes are not what was signed, or no statement', async () => {
      expectRecorded(await registry.post('/v1/organizations', organizationBody('operator')));
      expectRecorded(await registry.post('/v1/facilities', facilityBody('src', 'operator')));
      const key = await registry.key('src', 'event');
      const replaced = await newKey();
      const body = await keyBody(
        replaced,
        { owner: { facility: 'src' }, purpose: 'event' },
        { overlapUntil: '2026-12-01T00:00:00Z' },
      );
      const jws = await signStatement(
        { ...body, type: 'KeyRotated', replaces: key.kid, statedAt: '2026-11-24T11:00:00Z' },
        key,
      );
      const [header = '', payload = '', signature = ''] = jws.split('.');
      const bent = Buffer.from(payload, 'base64url').toString().replace('2026-12-01', '2027-12-01');
      const forged = `${header}.${Buffer.from(bent).toString('base64url')}.${signature}`;
      const cases: readonly (readonly [string, number, string])[] = [
        [forged, 403, 'signature-invalid'],
        ['nonsense', 400, 'statement-malformed'],
        [`${header}..${signature}`, 400, 'statement-malformed'],
        [
          await signStatement({ type: 'Nonsense', statementId: randomUUID() }, key),
          400,
          'statement-malformed',
        ],
      ];
      for (const [text, status, type] of cases) {
        const answer = await registry.hand(text);
        expect([answer.status, typeOf(answer)]).toEqual([status, type]);
      }
      const kind = await registry.send('POST', '/v1/statements', { body: jws, as: null, type: 'text/plain' });
      expect(kind.status).toBe(415);
    });
  });

  it('never answers bad input with a fault of its own', async () => {
    const nasty = ['%00', '%ff', '..%2f', 'a'.repeat(300), '%F0%9F%A7%B2', "'; DROP TABLE entry"];
    for (const text of nasty) {
      for (const path of ['organizations', 'facilities', 'keys', 'policies', 'statements', 'checkpoints']) {
        const { status } = await registry.get(`/v1/${path}/${text}`);
        expect([path, text, status >= 400 && status < 500]).toEqual([path, text, true]);
      }
    }
    for (const body of ['', '{', '[]', 'null', '{"__proto__":{}}', '{"a":1,"a":2}', '"\\ud800"', '1e400']) {
      const { status } = await registry.send('POST', '/v1/organizations', { body });
      expect([body, status]).toEqual([body, 400]);
    }
    expect(registry.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
