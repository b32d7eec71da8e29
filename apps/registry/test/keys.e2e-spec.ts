import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyBody, LogInMemory, newKey, signStatement, type Party } from './support/parties.js';
import { expectRecorded, faults, TestRegistry, typeOf } from './support/registry.js';

/** All encodings of the eight points of order 1, 2, 4, 8 (verifiability.md section 3). */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
];
/** y = p + 3 and y = p + 18: points like others, spelled above the prime. */
const NOT_CANONICAL = [
  'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

const EVENT = { owner: { facility: 'kokbulak' }, purpose: 'event' } as const;
const STATED_AT = '2026-11-24T11:59:00Z';

describe('keys', () => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await TestRegistry.start('keys');
    await registry.join('kokbulak', 'tau');
    await registry.join('src', 'tau-canada');
  });

  afterAll(() => registry.stop());

  const register = (body: object) => registry.post('/v1/keys', body);

  it.each(['EdDSA', 'ES256'] as const)(
    'registers a key that proves itself (%s) and serves it',
    async (alg) => {
      const key = await newKey(alg);
      const body = await keyBody(key, EVENT, { validUntil: '2030-01-01T00:00:00Z' });
      const answer = await register(body);
      expect(answer.status).toBe(201);
      const found = await registry.get(`/v1/keys/${key.kid}`);
      expect(found.json).toEqual({
        kid: key.kid,
        owner: EVENT.owner,
        purpose: 'event',
        alg,
        jwk: key.jwk,
        validFrom: '2026-01-01T00:00:00Z',
        validUntil: '2030-01-01T00:00:00Z',
        statementId: body.statementId,
        recorded: { index: answer.json['index'], recordedAt: answer.json['recordedAt'] },
      });
      const facility = await registry.get('/v1/facilities/kokbulak');
      expect(facility.json['keys']).toContainEqual({ kid: key.kid, purpose: 'event' });
    },
  );

  it.each([...LOW_ORDER, ...NOT_CANONICAL])('refuses the point %s', async (hex) => {
    const x = Buffer.from(hex, 'hex').toString('base64url');
    const body = await keyBody(await newKey(), EVENT);
    const answer = await register({ ...body, jwk: { kty: 'OKP', crv: 'Ed25519', x } });
    expect([answer.status, typeOf(answer), faults(answer)]).toEqual([
      422,
      'key-refused',
      ['key-refused /jwk/x'],
    ]);
  });

  it('refuses a P-256 point that is not on the curve, and base64url with stray bits', async () => {
    const key = await newKey('ES256');
    const body = await keyBody(key, EVENT);
    const off = { ...(key.jwk as { kty: 'EC'; crv: 'P-256'; x: string; y: string }) };
    const answer = await register({ ...body, jwk: { ...off, y: off.x } });
    expect(faults(answer)).toEqual(['key-refused /jwk']);
    // Of the last character of 43, two bits carry nothing and must be 0.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const stray = last[last.indexOf(off.y.at(-1) ?? 'A') + 1] ?? '_';
    const loose = await register({ ...body, jwk: { ...off, y: off.y.slice(0, -1) + stray } });
    expect(faults(loose)).toEqual(['key-refused /jwk/y']);
  });

  it('refuses a private key, without repeating it', async () => {
    const key = await newKey();
    const answer = await register({ ...(await keyBody(key, EVENT)), jwk: { ...key.jwk, d: 'c2VjcmV0' } });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('c2VjcmV0');
    expect(registry.log.join()).not.toContain('c2VjcmV0');
  });

  it('refuses a proof of possession by another key, or one made for another registration', async () => {
    const key = await newKey();
    const body = await keyBody(key, EVENT);
    const stolen = await keyBody(await newKey(), EVENT, { statementId: body.statementId });
    const replayed = await keyBody(
      key,
      { ...EVENT, owner: { facility: 'src' } },
      { statementId: body.statementId },
    );
    const earlier = await keyBody(key, EVENT);
    for (const { proofOfPossession } of [stolen, replayed, earlier]) {
      const answer = await register({ ...body, proofOfPossession });
      expect([answer.status, faults(answer)]).toEqual([422, ['possession-not-proved /proofOfPossession']]);
    }
    expect((await registry.get(`/v1/keys/${key.kid}`)).status).toBe(404);
  });

  it('lets nobody register a key again, for another owner or another purpose', async () => {
    const key = await registry.key('kokbulak', 'event');
    for (const other of [
      EVENT,
      { ...EVENT, purpose: 'log' },
      { ...EVENT, owner: { facility: 'src' } },
      { owner: { organization: 'tau' }, purpose: 'attestation' },
    ]) {
      const answer = await register(await keyBody(key, other));
      expect([answer.status, faults(answer)]).toEqual([409, ['key-exists /kid']]);
    }
  });

  it.each([
    [{ owner: { facility: 'ghost' }, purpose: 'event' }, 'facility-unknown /owner/facility'],
    [
      { owner: { organization: 'ghost' }, purpose: 'attestation' },
      'organization-unknown /owner/organization',
    ],
    [{ owner: { organization: 'tau' }, purpose: 'event' }, 'purpose-not-for-owner /purpose'],
    [{ owner: { facility: 'src' }, purpose: 'attestation' }, 'purpose-not-for-owner /purpose'],
  ])('refuses an owner that cannot have it (%#)', async (owner, fault) => {
    const answer = await register(await keyBody(await newKey(), owner));
    expect([answer.status, faults(answer)]).toEqual([422, [fault]]);
  });

  it('refuses a log key that is not Ed25519', async () => {
    const answer = await register(await keyBody(await newKey('ES256'), { ...EVENT, purpose: 'log' }));
    expect(faults(answer)).toEqual(['log-key-not-ed25519 /jwk']);
  });

  describe('that are rotated', () => {
    const rotation = async (old: Party, more: Readonly<Record<string, unknown>> = {}) => {
      const next = await newKey();
      const body = await keyBody(next, EVENT, { overlapUntil: '2026-12-01T00:00:00Z', ...more });
      return { next, body, send: () => registry.post(`/v1/keys/${old.kid}/rotation`, body) };
    };

    it('hold beside their successor until the overlap ends', async () => {
      const old = await registry.key('kokbulak', 'event');
      const { next, send } = await rotation(old);
      expectRecorded(await send());
      const found = (await registry.get(`/v1/keys/${old.kid}`)).json;
      expect(found).toMatchObject({ replacedBy: { kid: next.kid, overlapUntil: '2026-12-01T00:00:00Z' } });
      expect((await registry.get(`/v1/keys/${next.kid}`)).json).toMatchObject({ replaces: old.kid });
      const again = await (await rotation(old)).send();
      expect([again.status, faults(again)]).toEqual([409, ['key-replaced /replaces']]);
    });

    it('may hand over themselves, by their own signature', async () => {
      const old = await registry.key('kokbulak', 'event');
      const { next, body } = await rotation(old);
      const statement = { ...body, type: 'KeyRotated', replaces: old.kid, statedAt: STATED_AT };
      expectRecorded(await registry.hand(await signStatement(statement, old)));
      expect((await registry.get(`/v1/keys/${next.kid}`)).json).toMatchObject({ replaces: old.kid });
    });

    it('do not hand over another key, nor any once they are revoked or over', async () => {
      const victim = await registry.key('kokbulak', 'event');
      const thief = await registry.key('src', 'event');
      const { body } = await rotation(victim);
      const statement = { ...body, type: 'KeyRotated', replaces: victim.kid, statedAt: STATED_AT };
      const stolen = await registry.hand(await signStatement(statement, thief));
      expect([stolen.status, typeOf(stolen)]).toEqual([403, 'signer-not-entitled']);

      const revocation = { statementId: randomUUID(), reason: 'compromised', suspectFrom: STATED_AT };
      expectRecorded(await registry.post(`/v1/keys/${victim.kid}/revocation`, revocation));
      const late = await registry.hand(await signStatement(statement, victim));
      expect([late.status, typeOf(late)]).toEqual([403, 'signer-not-entitled']);
      const byRegistrar = await registry.post(`/v1/keys/${victim.kid}/rotation`, body);
      expect(faults(byRegistrar)).toEqual(['key-revoked /replaces']);
    });

    it('keep owner and purpose', async () => {
      const old = await registry.key('kokbulak', 'event');
      const next = await newKey();
      const elsewhere = { owner: { facility: 'src' }, purpose: 'event' };
      const body = await keyBody(next, elsewhere, { overlapUntil: '2026-12-01T00:00:00Z' });
      const answer = await registry.post(`/v1/keys/${old.kid}/rotation`, body);
      expect(faults(answer)).toEqual(['rotation-changes-owner /owner']);
    });

    it('cannot be ended in the past', async () => {
      const { send } = await rotation(await registry.key('kokbulak', 'event'), {
        overlapUntil: '2026-11-20T00:00:00Z',
      });
      expect(faults(await send())).toEqual(['overlap-over /overlapUntil']);
    });
  });

  describe('that are revoked', () => {
    const revoke = (kid: string, suspectFrom: string) =>
      registry.post(`/v1/keys/${kid}/revocation`, {
        statementId: randomUUID(),
        reason: 'compromised',
        suspectFrom,
      });

    it('say from when they are suspect, and may be found suspect from earlier on', async () => {
      const key = await registry.key('kokbulak', 'event');
      expectRecorded(await revoke(key.kid, '2026-11-20T00:00:00Z'));
      const later = await revoke(key.kid, '2026-11-21T00:00:00Z');
      expect([later.status, faults(later)]).toEqual([409, ['key-revoked /kid']]);
      expectRecorded(await revoke(key.kid, '2026-11-19T00:00:00Z'));
      const found = await registry.get(`/v1/keys/${key.kid}`);
      expect(found.json).toMatchObject({ revocation: { suspectFrom: '2026-11-19T00:00:00Z' } });
    });

    it('must be there, and the time must have come', async () => {
      expect(faults(await revoke('x'.repeat(43), '2026-11-20T00:00:00Z'))).toEqual(['key-unknown /kid']);
      const key = await registry.key('kokbulak', 'event');
      expect(faults(await revoke(key.kid, '2027-01-01T00:00:00Z'))).toEqual([
        'stated-in-future /suspectFrom',
      ]);
    });
  });

  describe('of a facility that attests its entries again', () => {
    const log = () => new LogInMemory(registry.logOrigin('src'), ['a', 'b', 'c']);
    const attested = (more: object = {}) => ({
      ...{
        statementId: randomUUID(),
        facility: 'src',
        fromIndex: 1,
        size: 3,
        rootHash: log().root(),
        ...more,
      },
    });
    let event: Party;

    beforeAll(async () => {
      event = await registry.key('src', 'event');
      const logKey = await registry.key('src', 'log');
      expect((await registry.checkpoint(await log().note(logKey))).status).toBe(202);
    });

    it('may not do so before the root log holds the checkpoint', async () => {
      expect(faults(await registry.post('/v1/reattestations', attested()))).toEqual([
        'checkpoint-unknown /size',
      ]);
      await registry.service.flush();
      expectRecorded(await registry.post('/v1/reattestations', attested()));
    });

    it('may not name another root, or no entries at all', async () => {
      const other = await registry.post('/v1/reattestations', attested({ rootHash: 'a'.repeat(64) }));
      expect(faults(other)).toEqual(['checkpoint-unknown /size']);
      const nothing = await registry.post('/v1/reattestations', attested({ fromIndex: 3 }));
      expect(faults(nothing)).toEqual(['interval-empty /fromIndex']);
    });

    it('do so by an event key of that facility, and by no other', async () => {
      const statement = { ...attested(), type: 'EntriesReattested', statedAt: STATED_AT };
      const stranger = await registry.key('kokbulak', 'event');
      const refused = await registry.hand(await signStatement(statement, stranger));
      expect([refused.status, typeOf(refused)]).toEqual([403, 'signer-not-entitled']);
      expectRecorded(await registry.hand(await signStatement(statement, event)));
    });
  });
});
