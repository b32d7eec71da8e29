import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { canonicalBytes, toBase64Url } from '@lodemark/transparency';
import { forge, told } from './support/forge.js';
import { TestNetwork } from './support/network.js';
import { lotCreated, newKey, signEvent, type Party } from './support/parties.js';

jest.setTimeout(120_000);

describe('an event whose signature does not hold', () => {
  let network: TestNetwork;
  let key: Party;
  let p256: Party;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'hostile signatures' });
    await network.join('kokbulak');
    await network.join('src', { steps: ['SEPARATE'] });
    key = await network.key({ facility: 'kokbulak' }, 'event');
    p256 = await network.key({ facility: 'kokbulak' }, 'event', { alg: 'ES256' });
    await network.settle();
  });

  afterAll(async () => {
    expect(await network.audit('kokbulak')).toEqual([]);
    // Whatever was thrown at it: nothing of it is in the log.
    expect(await network.sql('SELECT count(*)::int AS entries FROM ledger.entry')).toEqual([{ entries: 0 }]);
    await network.stop();
  });

  const post = async (jws: string) => told(await network.postSigned(jws));

  it('refuses a signature over something else', async () => {
    const [head, , signature] = (await signEvent(lotCreated('kokbulak'), key)).split('.') as [
      string,
      string,
      string,
    ];
    const other = toBase64Url(canonicalBytes(lotCreated('kokbulak')));
    expect(await post(`${head}.${other}.${signature}`)).toBe(
      '401 signature-invalid signature-invalid /signature',
    );
  });

  it('refuses a key that nobody registered', async () => {
    const stranger = await newKey();
    expect(await post(await signEvent(lotCreated('kokbulak'), stranger))).toBe(
      '401 key-unknown key-unknown /protected/kid',
    );
  });

  it('refuses a stranger’s signature under a registered key’s name', async () => {
    const stranger = await newKey();
    const jws = await forge(canonicalBytes(lotCreated('kokbulak')), stranger, { kid: key.kid });
    expect(await post(jws)).toBe('401 signature-invalid signature-invalid /signature');
  });

  it('refuses another facility’s key', async () => {
    const other = await network.key({ facility: 'src' }, 'event');
    await network.settle();
    expect(await post(await signEvent(lotCreated('kokbulak'), other))).toBe(
      '403 wrong-facility wrong-facility /facility',
    );
  });

  it('refuses keys for other purposes, of organizations, and not valid now', async () => {
    const keys = await Promise.all([
      network.key({ facility: 'kokbulak' }, 'log'),
      network.key({ organization: 'kokbulak-org' }, 'attestation'),
      network.key({ facility: 'kokbulak' }, 'event', { validFrom: '2026-12-24T00:00:00Z' }),
      network.key({ facility: 'kokbulak' }, 'event', { validUntil: '2026-11-24T12:00:01Z' }),
    ]);
    await network.settle();
    network.clock.set(new Date('2026-11-24T12:00:01Z'));
    for (const one of keys)
      expect(await post(await signEvent(lotCreated('kokbulak'), one))).toBe(
        '401 key-not-valid key-not-valid /protected/kid',
      );
  });

  it('refuses a revoked key', async () => {
    const lost = await network.key({ facility: 'kokbulak' }, 'event');
    await network.settle();
    const jws = await signEvent(lotCreated('kokbulak'), lost);
    expect((await network.postSigned(jws, '/v1/events/check')).json).toEqual({ outcome: 'acceptable' });
    await network.state(`/v1/keys/${lost.kid}/revocation`, {
      reason: 'compromised',
      suspectFrom: '2026-11-24T00:00:00Z',
    });
    await network.settle();
    expect(await post(jws)).toBe('401 key-revoked key-revoked /protected/kid');
  });

  it('refuses a replaced key once its overlap is over', async () => {
    const old = await network.key({ facility: 'kokbulak' }, 'event');
    await network.rotate(old, { facility: 'kokbulak' }, '2026-11-24T12:00:00Z');
    await network.settle();
    expect(await post(await signEvent(lotCreated('kokbulak'), old))).toBe(
      '401 key-not-valid key-not-valid /protected/kid',
    );
  });

  it.each(['none', 'None', 'HS256', 'RS256', 'Ed25519', 'EdDSA ', ''])(
    'refuses alg %j, whatever is signed',
    async (alg) => {
      const jws = await forge(canonicalBytes(lotCreated('kokbulak')), key, { alg });
      expect(await post(jws)).toBe('400 malformed-jws alg-not-supported /protected/alg');
    },
  );

  it('refuses an unsigned JWS', async () => {
    const [head, payload] = (await forge(canonicalBytes(lotCreated('kokbulak')), key, { alg: 'none' })).split(
      '.',
    );
    expect(await post(`${head}.${payload}.`)).toContain('400 malformed-jws');
  });

  it('believes the key, not the message, about the algorithm', async () => {
    for (const [signer, alg] of [
      [key, 'ES256'],
      [p256, 'EdDSA'],
    ] as const) {
      const jws = await forge(canonicalBytes(lotCreated('kokbulak')), signer, { alg });
      expect(await post(jws)).toBe('401 signature-invalid signature-invalid /protected/alg');
    }
  });

  it('refuses the other form of an ES256 signature, which would be a second JWS of the same statement', async () => {
    const jws = await signEvent(lotCreated('kokbulak'), p256);
    const [head, payload, signature] = jws.split('.') as [string, string, string];
    const bytes = Buffer.from(signature, 'base64url');
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const high = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const flipped = Buffer.concat([
      bytes.subarray(0, 32),
      Buffer.from(high.toString(16).padStart(64, '0'), 'hex'),
    ]);
    expect(await post(`${head}.${payload}.${flipped.toString('base64url')}`)).toBe(
      '401 signature-invalid signature-invalid /signature',
    );
  });

  it.each([
    ['an unknown member', { b64: false }, 'unknown-header-member /protected/b64'],
    ['crit', { crit: ['exp'] }, 'crit-not-supported /protected/crit'],
    ['a key of its own', { jwk: {} }, 'unknown-header-member /protected/jwk'],
    ['an address of a key', { jku: 'https://evil.example' }, 'unknown-header-member /protected/jku'],
    ['another typ', { typ: 'JWT' }, 'wrong-typ /protected/typ'],
    ['a statement’s typ', { typ: 'lodemark-statement+jws' }, 'wrong-typ /protected/typ'],
    ['a kid that is no thumbprint', { kid: 'key-1' }, 'bad-kid /protected/kid'],
    ['a kid that is no text', { kid: 7 }, 'bad-kid /protected/kid'],
  ])('refuses a header with %s', async (_, header, fault) => {
    const jws = await forge(canonicalBytes(lotCreated('kokbulak')), key, header);
    expect(await post(jws)).toBe(`400 malformed-jws ${fault}`);
  });

  it.each([
    [
      'spaces',
      (kid: string) => `{"alg": "EdDSA","kid":"${kid}","typ":"lodemark-event+jws"}`,
      'not-canonical',
    ],
    [
      'a name twice',
      (kid: string) => `{"alg":"none","alg":"EdDSA","kid":"${kid}","typ":"lodemark-event+jws"}`,
      'duplicate-name',
    ],
    ['an array for a header', () => '["EdDSA"]', 'not-an-object'],
    ['no JSON for a header', () => 'EdDSA', 'syntax'],
  ])('refuses %s', async (_, header, code) => {
    const jws = await forge(canonicalBytes(lotCreated('kokbulak')), key, header(key.kid));
    expect(await post(jws)).toContain(`400 malformed-jws ${code} /protected`);
  });

  it('refuses what is no compact JWS in canonical base64url', async () => {
    const jws = await signEvent(lotCreated('kokbulak'), key);
    const [head, payload, signature] = jws.split('.') as [string, string, string];
    for (const wrong of [
      'hello',
      '',
      '..',
      `${jws}.${signature}`,
      `${head}.${payload}`,
      `${head}=.${payload}.${signature}`,
      `${head}.${payload}.${signature.replaceAll('-', '+')}+`,
      `${head}.${payload}.${signature.slice(0, -2)}`,
      ` ${jws}`,
      `${jws} `,
      `${jws}\n\n`,
      `\ufeff${jws}`,
      `${head}\n.${payload}.${signature}`,
      // The last character holds bits that are no part of the 64 bytes.
      `${head}.${payload}.${signature.slice(0, -1)}${nextCharacter(signature.slice(-1))}`,
      JSON.stringify({ payload, signatures: [{ protected: head, signature }] }),
    ])
      expect([wrong, await post(wrong)]).toEqual([wrong, expect.stringContaining('400 malformed-jws')]);
  });

  it('refuses a JWS longer than any entry', async () => {
    expect(await post(`${'A'.repeat(70_000)}.e30.AA`)).toBe('413 event-too-large');
  });
});

function nextCharacter(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(character) + 1] ?? 'A';
}
