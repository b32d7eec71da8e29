import { describe, expect, it } from '@jest/globals';
import { p256Signer } from '../test/signers.js';
import { ORIGIN, codesOf, keyOf, signers } from '../test/notes.js';
import { toBase64 } from './base64.js';
import { fromHex, toHex, toUtf8 } from './bytes.js';
import {
  formatCheckpoint,
  openAnyCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Checkpoint,
} from './checkpoint.js';
import { EMPTY_ROOT } from './merkle.js';
import { signNote } from './signed-note.js';
import type { VerifierKey } from './verifier-key.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';

const ROOT = toHex(new Uint8Array(32).fill(7));
const CHECKPOINT: Checkpoint = { origin: ORIGIN, size: 42, root: ROOT };

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

  it('of another’s log have whatever extension lines it adds, none of them empty', async () => {
    const extended = { ...CHECKPOINT, extensionLines: ['one more', 'and + another'] };
    const text = formatCheckpoint(extended);
    expect(text).toBe(`${formatCheckpoint(CHECKPOINT)}one more\nand + another\n`);
    expect(parseCheckpoint(text, 'any-log')).toEqual({ ok: true, value: extended });
    expect(parseCheckpoint(formatCheckpoint(CHECKPOINT), 'any-log')).toEqual({ ok: true, value: CHECKPOINT });
    for (const lines of [[''], ['one', '', 'two'], ['two\nlines']])
      expect(() => formatCheckpoint({ ...CHECKPOINT, extensionLines: lines })).toThrow(
        expect.objectContaining({ code: 'bad-note' }),
      );
    const note = await signCheckpoint(extended, signers[0]!);
    expect(await openAnyCheckpoint(note, [keyOf(0)], webCryptoSignatures)).toEqual({
      ok: true,
      value: extended,
    });
    expect(codesOf(await openCheckpoint(note, [keyOf(0)], webCryptoSignatures))).toEqual(['extension-lines']);
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
    ['an origin that is a checkpoint', { origin: `a\n1\n${'A'.repeat(43)}=` }],
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
