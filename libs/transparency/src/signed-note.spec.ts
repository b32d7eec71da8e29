import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ORIGIN, codesOf, examples, keyOf, opened, signers } from '../test/notes.js';
import { fromBase64, toBase64 } from './base64.js';
import { concatBytes, toHex, toUtf8 } from './bytes.js';
import { parseCheckpoint } from './checkpoint.js';
import { formatNote, parseNote, signNote, verifyNote, type SignedNote } from './signed-note.js';
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from './verifier-key.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';

async function verdict(note: string, keys: readonly VerifierKey[]): Promise<string[]> {
  return codesOf(await verifyNote(opened(note), keys, webCryptoSignatures));
}

describe('the specification’s example note', () => {
  it('verifies under its own key, and under no other', async () => {
    const key = parseVerifierKey(examples.signedNote.vkey);
    if (!key.ok) throw new Error('unreadable');
    expect(formatVerifierKey(key.value)).toBe(examples.signedNote.vkey);
    const note = opened(examples.signedNote.note);
    expect(await verifyNote(note, [key.value], webCryptoSignatures)).toEqual({
      ok: true,
      value: [key.value],
    });
    expect(await verdict(examples.signedNote.note, [keyOf(0, 'example.com/foo')])).toEqual([
      'no-known-signature',
    ]);
    expect(formatNote(note)).toBe(examples.signedNote.note);
  });

  it('no longer verifies with one character changed', async () => {
    const key = parseVerifierKey(examples.signedNote.vkey);
    const changed = examples.signedNote.note.replace('example message', 'Example message');
    expect(key.ok && (await verdict(changed, [key.value]))).toEqual(['signature-invalid /signatures/0']);
  });

  it('that is a checkpoint is read with its cosignature, whatever kind of key made it', () => {
    const expected = examples.checkpointParse;
    const note = opened(expected.note);
    const root = toHex(fromBase64(expected.rootBase64)!);
    expect(parseCheckpoint(note.text)).toEqual({
      ok: true,
      value: { origin: expected.origin, size: Number(expected.size), root },
    });
    const found = note.signatures.map(({ name, keyId }) => ({ name, keyIdHex: keyId }));
    expect(found).toEqual(expected.signatures.map(({ name, keyIdHex }) => ({ name, keyIdHex })));
    expect(note.signatures[1]!.signature).toHaveLength(8 + 64);
  });
});

describe('parseNote', () => {
  const line = `\u2014 example.com ${toBase64(new Uint8Array(68))}\n`;

  it('splits at the last empty line, however many the text has', () => {
    expect(opened(`a\n\nb\n\n\n${line}`)).toMatchObject({ text: 'a\n\nb\n\n' });
    expect(opened(`\n\n${line}`)).toMatchObject({ text: '\n' });
  });

  it('takes 16 post-quantum signatures', () => {
    const large = `\u2014 example.com ${toBase64(new Uint8Array(5000))}\n`;
    expect(opened(`text\n\n${large.repeat(16)}`).signatures).toHaveLength(16);
  });

  it.each([
    ['nothing', '', 'no-signatures'],
    ['no empty line', `text\n${line}`, 'no-signatures'],
    ['no signature', 'text\n\n', 'no-signatures'],
    ['no closing newline', `text\n\n${line.trimEnd()}`, 'no-signatures'],
    ['an empty line at the end', `text\n\n${line}\n`, 'no-signatures'],
    ['a carriage return', `text\r\n\n${line}`, 'control-character'],
    ['a tab', `te\txt\n\n${line}`, 'control-character'],
    ['a nul', `te\u0000xt\n\n${line}`, 'control-character'],
    ['a lone surrogate', `te\ud800xt\n\n${line}`, 'not-utf8'],
    ['a hyphen for the dash', `text\n\n${line.replace('\u2014', '-')}`, 'bad-signature-line /signatures/0'],
    ['another dash', `text\n\n${line.replace('\u2014', '\u2013')}`, 'bad-signature-line /signatures/0'],
    ['no name', `text\n\n\u2014  ${toBase64(new Uint8Array(68))}\n`, 'bad-signature-line /signatures/0'],
    [
      'a plus in the name',
      `text\n\n${line.replace('example', 'exa+mple')}`,
      'bad-signature-line /signatures/0',
    ],
    [
      'a space in the name',
      `text\n\n${line.replace('example', 'exa mple')}`,
      'bad-signature-line /signatures/0',
    ],
    [
      'a Unicode space in the name',
      `text\n\n${line.replace('example', 'exa\u0085mple')}`,
      'bad-signature-line /signatures/0',
    ],
    ['a trailing space', `text\n\n${line.replace('\n', ' \n')}`, 'bad-signature-line /signatures/0'],
    ['unused bits', 'text\n\n\u2014 a AAAAAAB=\n', 'bad-signature-line /signatures/0'],
    ['missing padding', 'text\n\n\u2014 a AAAAAAA\n', 'bad-signature-line /signatures/0'],
    ['no bytes after the key id', 'text\n\n\u2014 a AAAAAA==\n', 'bad-signature-line /signatures/0'],
    ['text among the signatures', `text\n\n${line}text\n`, 'bad-signature-line /signatures/1'],
    ['65 signatures', `text\n\n${line.repeat(65)}`, 'too-many-signatures'],
    ['more than 256 KiB', `${'x'.repeat(256 * 1024)}\n\n${line}`, 'too-large'],
  ])('refuses a note with %s', (_, note, code) => {
    expect(codesOf(parseNote(note))).toEqual([code]);
    if (code !== 'not-utf8') expect(codesOf(parseNote(toUtf8(note)))).toEqual([code]);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(codesOf(parseNote(concatBytes(Uint8Array.of(0xff), toUtf8(`\n\n${line}`))))).toEqual(['not-utf8']);
  });

  it('lets out nothing but its own results, and takes no other spelling of what it takes', () => {
    const note = examples.checkpointParse.note;
    const mutated = fc
      .tuple(fc.nat(note.length), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(2))
      .map(([at, inserted, removed]) => note.slice(0, at) + inserted + note.slice(at + removed));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' })), (text) => {
        const result = parseNote(text);
        if (result.ok) expect(formatNote(result.value)).toBe(text);
        else expect(result.problems.length).toBeGreaterThan(0);
        parseCheckpoint(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('formatNote', () => {
  const signature = { name: 'example.com', keyId: '01020304', signature: new Uint8Array(64) };

  it.each<[string, SignedNote]>([
    ['a text without newline', { text: 'text', signatures: [signature] }],
    ['no signature', { text: 'text\n', signatures: [] }],
    ['a name with a space', { text: 'text\n', signatures: [{ ...signature, name: 'a b' }] }],
    ['a name with a newline', { text: 'text\n', signatures: [{ ...signature, name: 'a\n\nb' }] }],
    ['a key id of three bytes', { text: 'text\n', signatures: [{ ...signature, keyId: '010203' }] }],
    ['an empty signature', { text: 'text\n', signatures: [{ ...signature, signature: new Uint8Array() }] }],
  ])('refuses %s', (_, note) => {
    expect(() => formatNote(note)).toThrow(expect.objectContaining({ code: 'bad-note' }));
  });
});

describe('verifyNote', () => {
  async function signedByAll(): Promise<string> {
    const lines = await Promise.all(
      signers.map((signer, i) => signNote('text\n', `log${i}.example`, signer)),
    );
    return formatNote({ text: 'text\n', signatures: lines.flatMap((note) => opened(note).signatures) });
  }

  it('names the known keys that signed, and ignores the others', async () => {
    const note = opened(await signedByAll());
    const [first, third] = [keyOf(0, 'log0.example'), keyOf(2, 'log2.example')];
    expect(await verifyNote(note, [first], webCryptoSignatures)).toEqual({ ok: true, value: [first] });
    const both = await verifyNote(note, [third, first], webCryptoSignatures);
    expect(both.ok && both.value.map(({ name }) => name)).toEqual(['log0.example', 'log2.example']);
    expect(codesOf(await verifyNote(note, [], webCryptoSignatures))).toEqual(['no-known-signature']);
    expect(codesOf(await verifyNote(note, [keyOf(0, 'log1.example')], webCryptoSignatures))).toEqual([
      'no-known-signature',
    ]);
  });

  it('refuses the whole note if one known key fails, although another holds', async () => {
    const note = opened(await signedByAll());
    const broken = note.signatures.map((one, i) =>
      i === 1 ? { ...one, signature: note.signatures[0]!.signature } : one,
    );
    const keys = [keyOf(0, 'log0.example'), keyOf(1, 'log1.example')];
    const result = await verifyNote({ ...note, signatures: broken }, keys, webCryptoSignatures);
    expect(codesOf(result)).toEqual(['signature-invalid /signatures/1']);
    const cut = note.signatures.map((one, i) =>
      i === 1 ? { ...one, signature: one.signature.slice(1) } : one,
    );
    expect(codesOf(await verifyNote({ ...note, signatures: cut }, keys, webCryptoSignatures))).toEqual([
      'signature-invalid /signatures/1',
    ]);
    expect(
      (await verifyNote({ ...note, signatures: broken }, keys.slice(0, 1), webCryptoSignatures)).ok,
    ).toBe(true);
  });

  it('counts a key that signed twice once', async () => {
    const [signature] = opened(await signNote('text\n', ORIGIN, signers[0]!)).signatures;
    const result = await verifyNote(
      { text: 'text\n', signatures: [signature!, signature!] },
      [keyOf(0)],
      webCryptoSignatures,
    );
    expect(result.ok && result.value).toHaveLength(1);
  });

  it('asks the key that made it when two keys share name and id', async () => {
    const note = opened(await signNote('text\n', ORIGIN, signers[0]!));
    const twin = { ...keyOf(1), keyId: keyOf(0).keyId };
    for (const keys of [
      [twin, keyOf(0)],
      [keyOf(0), twin],
    ]) {
      const result = await verifyNote(note, keys, webCryptoSignatures);
      expect(result).toEqual({ ok: true, value: [keyOf(0)] });
    }
    expect(codesOf(await verifyNote(note, [twin], webCryptoSignatures))).toEqual([
      'signature-invalid /signatures/0',
    ]);
  });
});
