import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ed25519Signer, p256Signer } from '../test/signers.js';
import { vectorJson } from '../test/vectors.js';
import { fromBase64, toBase64 } from './base64.js';
import { concatBytes, fromHex, toHex, toUtf8 } from './bytes.js';
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Checkpoint,
} from './checkpoint.js';
import type { Ed25519PublicJwk } from './keys.js';
import { EMPTY_ROOT } from './merkle.js';
import type { Parsed } from './problem.js';
import type { Signer } from './signature.js';
import { formatNote, parseNote, signNote, verifyNote, type SignedNote } from './signed-note.js';
import {
  formatVerifierKey,
  isKeyName,
  parseVerifierKey,
  verifierKey,
  type VerifierKey,
} from './verifier-key.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';

interface Examples {
  readonly signedNote: { readonly vkey: string; readonly note: string };
  readonly checkpointParse: {
    readonly note: string;
    readonly origin: string;
    readonly size: string;
    readonly rootBase64: string;
    readonly signatures: readonly { readonly name: string; readonly keyIdHex: string }[];
  };
}

const examples = vectorJson('c2sp-spec-examples/c2sp-examples.json') as Examples;
const ORIGIN = 'demo.lodemark.example/log/kokbulak';
const ROOT = toHex(new Uint8Array(32).fill(7));
const CHECKPOINT: Checkpoint = { origin: ORIGIN, size: 42, root: ROOT };

let signers: Signer[];

beforeAll(async () => {
  signers = await Promise.all([0, 1, 2].map((which) => ed25519Signer(which)));
});

function keyOf(which: number, name = ORIGIN): VerifierKey {
  return verifierKey(name, signers[which]!.publicKey as Ed25519PublicJwk);
}

function codesOf(result: Parsed<unknown>): string[] {
  return result.ok ? [] : result.problems.map(({ code, pointer }) => `${code} ${pointer}`.trim());
}

function opened(note: string): SignedNote {
  const result = parseNote(note);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

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

describe('verifier keys', () => {
  const vkey = examples.signedNote.vkey;
  const [name, id, base64] = vkey.split('+') as [string, string, string];

  it.each([
    ['another id', `${name}+00000000+${base64}`, 'key-id-mismatch'],
    ['another name', `example.com/bar+${id}+${base64}`, 'key-id-mismatch'],
    ['an id in capitals', `${name}+${id.toUpperCase()}+${base64}`, 'bad-vkey'],
    ['a short id', `${name}+${id.slice(1)}+${base64}`, 'bad-vkey'],
    ['no name', `+${id}+${base64}`, 'bad-vkey'],
    ['a space', `exam ple+${id}+${base64}`, 'bad-vkey'],
    ['a trailing newline', `${vkey}\n`, 'bad-vkey'],
    ['missing parts', `${name}+${id}`, 'bad-vkey'],
    [
      'a cosignature key',
      `${name}+${id}+${toBase64(concatBytes(Uint8Array.of(4), new Uint8Array(32)))}`,
      'unsupported-key-type',
    ],
    ['a short key', `${name}+${id}+${toBase64(Uint8Array.of(1, 2, 3))}`, 'bad-coordinate'],
    [
      'a key of low order',
      `${name}+${id}+${toBase64(concatBytes(Uint8Array.of(1, 1), new Uint8Array(31)))}`,
      'key-low-order',
    ],
  ])('are refused with %s', (_, text, code) => {
    expect(codesOf(parseVerifierKey(text))).toEqual([code]);
  });

  it('may have a plus in their base64', () => {
    for (let which = 0; which < 3; which++) {
      const key = keyOf(which, 'a');
      expect(parseVerifierKey(formatVerifierKey(key))).toEqual({ ok: true, value: key });
    }
    expect(codesOf(parseVerifierKey('a+00000000+++++'))).not.toEqual([]);
  });

  it('let out nothing but their own results', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.nat(vkey.length).map((at) => vkey.slice(0, at) + '+' + vkey.slice(at)),
        ),
        (text) => {
          const key = parseVerifierKey(text);
          if (key.ok) expect(formatVerifierKey(key.value)).toBe(text);
        },
      ),
    );
  });

  it('have names without any of Unicode’s white space', () => {
    for (const space of [
      '\u0020',
      '\u0009',
      '\u0085',
      '\u00a0',
      '\u1680',
      '\u2003',
      '\u2028',
      '\u202f',
      '\u205f',
      '\u3000',
    ]) {
      expect(isKeyName(`a${space}b`)).toBe(false);
    }
    // U+FEFF is in JavaScript's \s and yet no White_Space.
    expect([
      isKeyName('a\ufeffb'),
      isKeyName('a+b'),
      isKeyName(''),
      isKeyName('a\u0000b'),
      isKeyName('Кокбулак'),
    ]).toEqual([true, false, false, false, true]);
    expect(() => verifierKey('a b', signers[0]!.publicKey as Ed25519PublicJwk)).toThrow('name');
  });
});

describe('checkpoints', () => {
  it('are three lines, and are read back', () => {
    const text = formatCheckpoint(CHECKPOINT);
    expect(text).toBe(`${ORIGIN}\n42\n${toBase64(fromHex(ROOT)!)}\n`);
    expect(parseCheckpoint(text)).toEqual({ ok: true, value: CHECKPOINT });
  });

  it.each<[string, string, string[]]>([
    ['nothing', '', ['not-a-checkpoint']],
    ['two lines', 'a\n1\n', ['not-a-checkpoint']],
    ['no closing newline', `a\n1\n${toBase64(fromHex(ROOT)!)}`, ['not-a-checkpoint']],
    ['an extension line', `a\n1\n${toBase64(fromHex(ROOT)!)}\nmore\n`, ['extension-lines']],
    ['an empty extension line', `a\n1\n${toBase64(fromHex(ROOT)!)}\n\n`, ['extension-lines']],
    ['no origin', `\n1\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-origin /origin']],
    ['a leading zero', `a\n01\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-size /size']],
    ['a sign', `a\n+1\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-size /size']],
    ['a negative size', `a\n-1\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-size /size']],
    ['an exponent', `a\n1e3\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-size /size']],
    ['hex', `a\n0x1\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-size /size']],
    ['2^53', `a\n9007199254740992\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-size /size']],
    ['2^64', `a\n18446744073709551616\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-size /size']],
    ['a short root', 'a\n1\nAAAA\n', ['bad-root /root']],
    ['a root in base64url', `a\n1\n${'_'.repeat(42)}8=\n`, ['bad-root /root']],
    ['a root with unused bits', `a\n1\n${'A'.repeat(42)}B=\n`, ['bad-root /root']],
    ['an empty tree with a root', `a\n0\n${toBase64(fromHex(ROOT)!)}\n`, ['bad-root /root']],
    ['everything wrong', '\nx\ny\n', ['bad-origin /origin', 'bad-size /size', 'bad-root /root']],
  ])('are refused with %s', (_, text, codes) => {
    expect(codesOf(parseCheckpoint(text))).toEqual(codes);
  });

  it('go up to 2^53 - 1 and down to the empty tree', () => {
    const empty = { origin: ORIGIN, size: 0, root: toHex(EMPTY_ROOT) };
    for (const one of [empty, { ...CHECKPOINT, size: Number.MAX_SAFE_INTEGER }]) {
      expect(parseCheckpoint(formatCheckpoint(one))).toEqual({ ok: true, value: one });
    }
  });

  it.each<[string, Partial<Checkpoint>]>([
    ['a size that is none', { size: -1 }],
    ['a fraction', { size: 1.5 }],
    ['a size beyond 2^53', { size: 1e300 }],
    ['a root in capitals', { root: ROOT.toUpperCase().replace('0', 'A') }],
    ['a short root', { root: '00' }],
    ['an origin of two lines', { origin: 'a\nb' }],
    ['a lone surrogate', { origin: '\ud800' }],
  ])('are not made of %s', (_, part) => {
    expect(() => formatCheckpoint({ ...CHECKPOINT, ...part })).toThrow(
      expect.objectContaining({ code: 'bad-note' }),
    );
  });

  it('are opened with the log’s key and by nobody else’s', async () => {
    const note = await signCheckpoint(CHECKPOINT, signers[0]!);
    const open = (keys: readonly VerifierKey[], text = note): Promise<string[]> =>
      openCheckpoint(text, keys, webCryptoSignatures).then(codesOf);
    expect(await openCheckpoint(note, [keyOf(1), keyOf(0)], webCryptoSignatures)).toEqual({
      ok: true,
      value: CHECKPOINT,
    });
    expect(await openCheckpoint(toUtf8(note), [keyOf(0)], webCryptoSignatures)).toEqual({
      ok: true,
      value: CHECKPOINT,
    });
    expect(await open([keyOf(1)])).toEqual(['no-known-signature']);
    expect(await open([keyOf(0)], note.replace('\n42\n', '\n43\n'))).toEqual([
      'signature-invalid /signatures/0',
    ]);
    expect(await open([keyOf(0)], note.slice(0, -1))).toEqual(['no-signatures']);
    expect(await open([keyOf(0)], await signNote('text\n', ORIGIN, signers[0]!))).toEqual([
      'not-a-checkpoint',
    ]);
  });

  it('of one log are not opened by the known key of another log', async () => {
    const other = 'demo.lodemark.example/log/euclid';
    const note = await signNote(formatCheckpoint(CHECKPOINT), other, signers[1]!);
    const result = await openCheckpoint(note, [keyOf(0), keyOf(1, other)], webCryptoSignatures);
    expect(codesOf(result)).toEqual(['not-signed-by-log']);
  });

  it('are signed with Ed25519 only', async () => {
    await expect(signCheckpoint(CHECKPOINT, await p256Signer())).rejects.toMatchObject({
      code: 'unsupported-key',
    });
  });
});
