import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ed25519Signer, p256Signer } from '../test/signers.js';
import { toHex, toUtf8 } from './bytes.js';
import { canonicalBytes } from './canonical-json.js';
import { buildJws } from './jws.js';
import { leafHash } from './merkle.js';
import { buildReceipt, isReceiptFor, parseReceipt, verifyReceipt, type Receipt } from './receipt.js';
import type { Signer } from './signature.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';

const ENTRY = toUtf8('{"an":"entry"}');
const RECEIPT: Receipt = {
  v: 1,
  origin: 'demo.lodemark.example/log/kokbulak',
  index: 17,
  leaf: toHex(leafHash(ENTRY)),
  eventId: '0190f6a2-1c3d-7e4f-8a5b-6c7d8e9f0a1b',
  payloadDigest: 'ab'.repeat(32),
  recordedAt: '2026-03-04T05:06:07.089Z',
};

let signer: Signer;
let text: string;

beforeAll(async () => {
  signer = await ed25519Signer();
  text = await buildReceipt(RECEIPT, signer);
});

async function verdict(receipt: string, by = signer): Promise<string[]> {
  const result = await verifyReceipt(receipt, by.publicKey, webCryptoSignatures);
  return result.ok ? [] : result.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

async function signed(payload: unknown): Promise<string> {
  return buildJws(canonicalBytes(payload), signer, 'lodemark-receipt+jws');
}

describe('a receipt', () => {
  it('is what the operator signed, and nobody else can have', async () => {
    expect(await verifyReceipt(text, signer.publicKey, webCryptoSignatures)).toEqual({
      ok: true,
      value: RECEIPT,
    });
    expect(await verdict(text, await ed25519Signer(1))).toEqual(['signature-invalid /signature']);
    expect(await verdict(text, await p256Signer())).toEqual(['signature-invalid /signature']);
  });

  it('may be signed with either algorithm', async () => {
    const p256 = await p256Signer();
    expect(await verdict(await buildReceipt(RECEIPT, p256), p256)).toEqual([]);
  });

  it('is for one entry', () => {
    expect(isReceiptFor(RECEIPT, ENTRY)).toBe(true);
    expect(isReceiptFor(RECEIPT, toUtf8('{"another":"entry"}'))).toBe(false);
    expect(isReceiptFor({ ...RECEIPT, leaf: 'x' }, ENTRY)).toBe(false);
  });

  it('is not taken for an event, nor an event for a receipt', async () => {
    const event = await buildJws(canonicalBytes(RECEIPT), signer, 'lodemark-event+jws');
    expect(await verdict(event)).toEqual(['wrong-typ /protected/typ']);
  });

  it.each<[string, object, string[]]>([
    ['an unknown member', { lots: {} }, ['unknown-member /payload/lots']],
    ['another version', { v: 2 }, ['bad-value /payload/v']],
    ['a negative index', { index: -1 }, ['bad-value /payload/index']],
    ['an event id in capitals', { eventId: RECEIPT.eventId.toUpperCase() }, ['bad-value /payload/eventId']],
    ['two faults', { leaf: '', origin: 'a b' }, ['bad-value /payload/origin', 'bad-value /payload/leaf']],
  ])('with %s is refused, however well signed', async (_, members, codes) => {
    expect(await verdict(await signed({ ...RECEIPT, ...members }))).toEqual(codes);
    await expect(buildReceipt({ ...RECEIPT, ...members }, signer)).rejects.toMatchObject({
      code: 'receipt-invalid',
    });
  });

  it('is refused if its payload is no object', async () => {
    expect(await verdict(await signed([]))).toEqual(['bad-value /payload']);
  });

  it('lets out nothing but its own results', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.string({ unit: 'binary', maxLength: 2 }),
        fc.nat(2),
        (at, inserted, removed) => {
          const place = at % text.length;
          const result = parseReceipt(text.slice(0, place) + inserted + text.slice(place + removed));
          if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
