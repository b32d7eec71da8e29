import { describe, expect, it } from '@jest/globals';
import { ORIGIN, codesOf, examples, keyOf, opened, signers } from '../test/notes.js';
import { MlDsa44Witness, TIME, checkpointOf, cosignedBy, noteWith, witnessKey } from '../test/witnesses.js';
import { leavesOf } from '../test/trees.js';
import { p256Signer } from '../test/signers.js';
import { fromUtf8 } from './bytes.js';
import { parseCheckpoint } from './checkpoint.js';
import { cosign, verifyCosignatures } from './cosignature.js';
import { cosignerKey, formatCosignerKey, parseCosignerKey, type CosignerKey } from './cosigner-key.js';
import { rootOf } from './merkle.js';
import { formatVerifierKey } from './verifier-key.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';

const checkpoint = checkpointOf(5, rootOf(leavesOf(5)));

async function cosignaturesOf(
  note: string,
  keys: readonly CosignerKey[],
): ReturnType<typeof verifyCosignatures> {
  return verifyCosignatures(opened(note), keys, webCryptoSignatures);
}

describe('an Ed25519 cosignature', () => {
  it('signs the message that tlog-cosignature gives as its example', async () => {
    const signed: string[] = [];
    const signer = {
      ...signers[1]!,
      sign: (message: Uint8Array) => (signed.push(fromUtf8(message)!), signers[1]!.sign(message)),
    };
    const example = parseCheckpoint(opened(examples.checkpointParse.note).text);
    if (!example.ok) throw new Error('unreadable');
    await cosign(example.value, { name: 'witness.example.com/w1', signer, time: 1679315147 });
    expect(signed).toEqual([(examples as unknown as { cosignatureMessage: string }).cosignatureMessage]);
  });

  it('holds under its witness’s key, which is not the key of a log with the same bytes', async () => {
    const note = await noteWith(checkpoint, [await cosignedBy(1, checkpoint)]);
    const key = witnessKey(1);
    expect(await cosignaturesOf(note, [key])).toEqual({ ok: true, value: [{ key, time: TIME }] });
    expect(key.keyId).not.toBe(keyOf(1, key.name).keyId);
    expect(await cosignaturesOf(note, [witnessKey(2)])).toEqual({ ok: true, value: [] });
  });

  it('counts each statement of a witness that cosigned twice', async () => {
    const twice = [await cosignedBy(1, checkpoint), await cosignedBy(1, checkpoint, { time: TIME + 5 })];
    const result = await cosignaturesOf(await noteWith(checkpoint, twice), [witnessKey(1)]);
    expect(result.ok && result.value.map(({ time }) => time)).toEqual([TIME, TIME + 5]);
  });

  it.each([
    ['another time', (bytes: Uint8Array) => bytes.with(7, bytes[7]! ^ 1)],
    ['a time above 2^53', (bytes: Uint8Array) => bytes.with(0, 1)],
    ['a time above 2^63', (bytes: Uint8Array) => bytes.with(0, 0x80)],
    ['a changed signature', (bytes: Uint8Array) => bytes.with(20, bytes[20]! ^ 1)],
    ['a byte more', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0)],
    ['a byte less', (bytes: Uint8Array) => bytes.slice(1)],
    ['nothing but a time', (bytes: Uint8Array) => bytes.slice(0, 8)],
    ['one byte', (bytes: Uint8Array) => bytes.slice(0, 1)],
  ])('with %s fails the note', async (_, change) => {
    const one = await cosignedBy(1, checkpoint);
    const note = await noteWith(checkpoint, [{ ...one, signature: change(one.signature) }]);
    expect(codesOf(await cosignaturesOf(note, [witnessKey(1)]))).toEqual(['signature-invalid /signatures/1']);
    expect(await cosignaturesOf(note, [witnessKey(2)])).toEqual({ ok: true, value: [] });
  });

  it('of another checkpoint fails the note', async () => {
    const other = checkpointOf(6, rootOf(leavesOf(6)));
    const note = await noteWith(checkpoint, [await cosignedBy(1, other)]);
    expect(codesOf(await cosignaturesOf(note, [witnessKey(1)]))).toEqual(['signature-invalid /signatures/1']);
  });

  it('is not made with another kind of key, at a time that is none, or of a text that is no checkpoint', async () => {
    const signer = signers[1]!;
    const name = 'w';
    await expect(cosign(checkpoint, { name, signer: await p256Signer(), time: 1 })).rejects.toThrow(
      'Ed25519',
    );
    for (const time of [-1, 0.5, NaN, 2 ** 60])
      await expect(cosign(checkpoint, { name, signer, time })).rejects.toMatchObject({ code: 'bad-time' });
    await expect(cosign({ ...checkpoint, root: '' }, { name, signer, time: 1 })).rejects.toMatchObject({
      code: 'bad-note',
    });
    await expect(cosign(checkpoint, { name: 'a b', signer, time: 1 })).rejects.toMatchObject({
      code: 'bad-name',
    });
  });
});

describe('an ML-DSA-44 cosignature', () => {
  const witness = new MlDsa44Witness('witness.example/pq');

  it('holds under its witness’s key, with a time or without', async () => {
    const note = await noteWith(checkpoint, [
      witness.cosign(checkpoint, TIME),
      witness.cosign(checkpoint, 0),
    ]);
    expect(await cosignaturesOf(note, [witness.key])).toEqual({
      ok: true,
      value: [
        { key: witness.key, time: TIME },
        { key: witness.key, time: undefined },
      ],
    });
  });

  it('commits to the witness’s name, the log’s origin and the tree', async () => {
    const renamed = cosignerKey('witness.example/other', witness.key.publicKey);
    const one = witness.cosign(checkpoint, TIME);
    for (const [cosignature, key] of [
      [{ ...one, name: renamed.name, keyId: renamed.keyId }, renamed],
      [witness.cosign({ ...checkpoint, size: 6 }, TIME), witness.key],
      [witness.cosign({ ...checkpoint, origin: 'other.example' }, TIME), witness.key],
      [{ ...one, signature: one.signature.with(7, 0) }, witness.key],
      [{ ...one, signature: one.signature.with(100, one.signature[100]! ^ 1) }, witness.key],
      [{ ...one, signature: one.signature.slice(0, -1) }, witness.key],
    ] as const) {
      const note = await noteWith(checkpoint, [cosignature]);
      expect(codesOf(await cosignaturesOf(note, [key]))).toEqual(['signature-invalid /signatures/1']);
    }
  });

  it('cannot be of a log whose origin takes more than 255 bytes', async () => {
    const long = { ...checkpoint, origin: 'x'.repeat(256) };
    const text = `${long.origin}\n5\n${opened(await noteWith(checkpoint, [])).text.split('\n')[2]!}\n`;
    const result = await verifyCosignatures(
      { text, signatures: [witness.cosign(checkpoint, 0)] },
      [witness.key],
      webCryptoSignatures,
    );
    expect(codesOf(result)).toEqual(['signature-invalid /signatures/0']);
  });

  it('does not stand in the way of an Ed25519 cosignature of the same note', async () => {
    const note = await noteWith(checkpoint, [
      witness.cosign(checkpoint, TIME),
      await cosignedBy(1, checkpoint),
    ]);
    const result = await cosignaturesOf(note, [witnessKey(1), witness.key]);
    expect(result.ok && result.value.map(({ key }) => key.alg)).toEqual(['ML-DSA-44', 'Ed25519']);
  });
});

describe('a witness’s verifier key', () => {
  const vkey = formatCosignerKey(witnessKey(1));
  const [name, id, base64] = vkey.split('+', 3) as [string, string, string];

  it('reads as what was written, of either kind', () => {
    for (const key of [witnessKey(0), witnessKey(2), new MlDsa44Witness('pq').key])
      expect(parseCosignerKey(formatCosignerKey(key))).toEqual({ ok: true, value: key });
    expect(new MlDsa44Witness('pq').vkey).toBe(formatCosignerKey(new MlDsa44Witness('pq').key));
  });

  it.each([
    ['a log', formatVerifierKey(keyOf(1, ORIGIN)), 'unsupported-key-type'],
    ['another name', `other+${id}+${base64}`, 'key-id-mismatch'],
    [
      'an ML-DSA-44 key too short',
      `${name}+${id}+${Buffer.concat([Buffer.of(6), Buffer.alloc(1311)]).toString('base64')}`,
      'bad-coordinate',
    ],
    [
      'low order',
      `${name}+${id}+${Buffer.concat([Buffer.of(4, 1), Buffer.alloc(31)]).toString('base64')}`,
      'key-low-order',
    ],
    ['no key', `${name}+${id}`, 'bad-vkey'],
  ])('of %s is refused', (_, text, code) => {
    expect(codesOf(parseCosignerKey(text))).toEqual([code]);
  });

  it('is not made of bytes of another length', () => {
    expect(() => cosignerKey('w', new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'bad-key' }));
  });
});
