import { describe, expect, it } from '@jest/globals';
import { toUtf8 } from '@lodemark/transparency';
import { deflateSync, inflate } from 'node:zlib';
import fc from 'fast-check';
import { attachedTo, looksLikePdf } from './pdf-attachments.js';

const unpack = (bytes: Uint8Array, most: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    inflate(bytes, { maxOutputLength: most }, (error, result) =>
      error === null ? resolve(result) : reject(error),
    );
  });

const attached = (bytes: Uint8Array) => attachedTo(bytes, unpack);

const STREAM = (dict: string, content: Uint8Array | string) =>
  Buffer.concat([
    Buffer.from(`<< ${dict} /Length ${Buffer.byteLength(content)} >>\nstream\n`),
    Buffer.from(content),
    Buffer.from('\nendstream'),
  ]);
const FILE = (name: string, reference = 4) =>
  `<< /Type /Filespec /F (${name}) /EF << /F ${reference} 0 R >> >>`;

/** A PDF with a table of its objects, numbered from 1; object 1 is its root. */
function pdf(objects: readonly (string | Uint8Array)[], trailer = '/Root 1 0 R'): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n')];
  const places = objects.map((object, i) => {
    const at = Buffer.concat(parts).length;
    parts.push(Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n'));
    return at;
  });
  const start = Buffer.concat(parts).length;
  const rows = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(Buffer.from(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${rows}`));
  parts.push(
    Buffer.from(`trailer\n<< ${trailer} /Size ${places.length + 1} >>\nstartxref\n${start}\n%%EOF\n`),
  );
  return Buffer.concat(parts);
}

const carrying = (stream: Uint8Array, names = '[(a) 3 0 R]', name = 'certificate.bundle') =>
  pdf([
    '<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>',
    `<< /Names ${names} >>`,
    FILE(name),
    stream,
  ]);

describe('what a PDF carries', () => {
  it('is its bundle, packed or not', async () => {
    const packed = STREAM('/Filter /FlateDecode', deflateSync('{"v":1}'));
    for (const stream of [packed, STREAM('', '{"v":1}')]) {
      expect(await attached(carrying(stream))).toEqual({ kind: 'bundle', bytes: Buffer.from('{"v":1}') });
    }
  });

  it('is its certificate where it has no bundle', async () => {
    const found = await attached(carrying(STREAM('', 'a.b.c'), '[(a) 3 0 R]', 'certificate.jwt'));
    expect(found).toEqual({ kind: 'certificate', bytes: Buffer.from('a.b.c') });
  });

  it('is found by names in UTF-16, in hexadecimal and with escapes', async () => {
    const utf16 = Buffer.from('certificate.jwt', 'utf16le').swap16().toString('hex');
    for (const name of [`<feff${utf16}>`, '(certificate\\056jwt)', '(certificate.\\\njwt)']) {
      const objects = [
        '<< /Names << /EmbeddedFiles << /Kids [2 0 R] >> >> >>',
        '<< /Names [(x) 3 0 R] >>',
        `<< /UF ${name} /EF << /F 4 0 R >> >>`,
        STREAM('', 'a.b.c'),
      ];
      expect(await attached(pdf(objects))).toMatchObject({ kind: 'certificate' });
    }
  });

  it('is what a viewer shows when the file was saved on top of itself', async () => {
    const before = carrying(STREAM('', '{"old":1}'));
    const old = /startxref\n(\d+)/.exec(before.toString('latin1'))?.[1] ?? '';
    const object = Buffer.concat([
      Buffer.from('4 0 obj\n'),
      STREAM('', '{"new":1}'),
      Buffer.from('\nendobj\n'),
    ]);
    const at = before.length;
    const table = `xref\n4 1\n${String(at).padStart(10, '0')} 00000 n \n`;
    const end = `trailer\n<< /Root 1 0 R /Size 5 /Prev ${old} >>\nstartxref\n${at + object.length}\n%%EOF\n`;
    const saved = Buffer.concat([before, object, Buffer.from(table + end)]);
    expect(await attached(saved)).toMatchObject({ bytes: Buffer.from('{"new":1}') });
  });

  it('is found where another program packed the objects of the file into streams', async () => {
    expect(await attached(Buffer.from(SAVED_BY_QPDF, 'base64'))).toEqual({
      kind: 'bundle',
      bytes: Buffer.from('{"v":1}'),
    });
  });

  it('is refused when there are two bundles, for nobody could say which one was meant', async () => {
    expect(await attached(carrying(STREAM('', '{}'), '[(a) 3 0 R (b) 3 0 R]'))).toEqual({
      problem: 'it carries certificate.bundle more than once',
    });
  });

  it.each([
    ['is encrypted', pdf(['<< >>'], '/Root 1 0 R /Encrypt 1 0 R'), 'it is encrypted'],
    ['carries nothing', pdf(['<< >>']), 'it carries no certificate'],
    ['has no cross-reference', Buffer.from('%PDF-1.7\n'), 'it does not say where its cross-reference is'],
    [
      'packs in a way that is not read',
      carrying(STREAM('/Filter /LZWDecode', 'x')),
      'a stream of it is packed in a way that is not read here',
    ],
    [
      'names itself as an earlier section',
      Buffer.from('%PDF-1.7\nxref\n0 0\ntrailer\n<< /Prev 9 >>\nstartxref\n9\n%%EOF'),
      'its cross-reference has no end',
    ],
    ['nests without an end', pdf([`<< /Names ${'['.repeat(100_000)} >>`]), 'it is nested too deeply'],
    [
      'has a tree of names that is a circle',
      pdf(['<< /Names << /EmbeddedFiles 2 0 R >> >>', '<< /Kids [2 0 R 2 0 R] >>']),
      'it carries too many files',
    ],
    [
      'gives a stream its own length',
      carrying(Buffer.from('<< /Length 4 0 R >>\nstream\nx\nendstream')),
      expect.stringMatching(/^the stream at byte \d+ has no length$/),
    ],
  ])('is refused when the PDF %s', async (_, bytes, problem) => {
    expect(await attached(bytes)).toEqual({ problem });
  });

  it('is not unpacked beyond what a bundle may be', async () => {
    const bomb = deflateSync(Buffer.alloc(257 * 1024 * 1024));
    expect(await attached(carrying(STREAM('/Filter /FlateDecode', bomb)))).toEqual({
      problem: 'a stream of it is no zlib of at most 268435456 bytes',
    });
  });

  it('is answered, and never thrown, whatever the file says', async () => {
    const whole = carrying(STREAM('/Filter /FlateDecode', deflateSync('{"v":1}')));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.nat(whole.length),
        async (changes, cut) => {
          const bytes = Buffer.from(whole);
          for (const [at, byte] of changes) bytes[at] = byte;
          const found = await attached(cut % 3 === 0 ? bytes.subarray(0, cut) : bytes);
          expect(typeof ('problem' in found ? found.problem : found.kind)).toBe('string');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is looked for in what says that it is a PDF', () => {
    expect(looksLikePdf(toUtf8('%PDF-1.7'))).toBe(true);
    expect(looksLikePdf(toUtf8('{"v":1}'))).toBe(false);
  });
});

/** By `qpdf --object-streams=generate`: a cross-reference stream with a predictor, and objects in a stream. */
const SAVED_BY_QPDF =
  'JVBERi0xLjcKJb/3ov4KMSAwIG9iago8PCAvVHlwZSAvT2JqU3RtIC9MZW5ndGggMTk0IC9GaWx0ZXIgL0ZsYXRlRGVjb2Rl' +
  'IC9OIDUgL0ZpcnN0IDI2ID4+CnN0cmVhbQp4nHWPvQ6CQBCEe59iSmk8AUFJDIUEGqMxRitjcXIruYS/ICT69u4hGi3MNru3' +
  'M9/cOpjChb/ADIEHD/bCgw/HCUbLJcRWFnSD6eLiQkqRSnTOLy679ghDiJ3MePb6WRweNUFEspV5lfH6i3HCWFocYnTn9ypO' +
  'enaC+YeXYJxS0+qrTmVLk0tXqpysN7pPrymFOP4RDuSo6soWNsRaKxPuD8ED5/XrQbshpeWqurNsyhVwnY2kIUb8XGZsxvUE' +
  '0VNTKGVuZHN0cmVhbQplbmRvYmoKNyAwIG9iago8PCAvVHlwZSAvRW1iZWRkZWRGaWxlIC9MZW5ndGggMTUgL0ZpbHRlciAv' +
  'RmxhdGVEZWNvZGUgPj4Kc3RyZWFtCnicq1YqU7IyrAUACJMCHmVuZHN0cmVhbQplbmRvYmoKOCAwIG9iago8PCAvVHlwZSAv' +
  'WFJlZiAvTGVuZ3RoIDMyIC9GaWx0ZXIgL0ZsYXRlRGVjb2RlIC9EZWNvZGVQYXJtcyA8PCAvQ29sdW1ucyA0IC9QcmVkaWN0' +
  'b3IgMTIgPj4gL1cgWyAxIDIgMSBdIC9Sb290IDIgMCBSIC9TaXplIDkgL0lEIFs8YjlhOTBiZTgzMjNiNTJkYzBkNmJkYmY1' +
  'ODZlMDQ1N2Y+PGI5YTkwYmU4MzIzYjUyZGMwZDZiZGJmNTg2ZTA0NTdmPl0gPj4Kc3RyZWFtCnicY2IAAiZGBn4Q8YmBCchj' +
  'RCf+M5r8AbIyGQA0EgOzCmVuZHN0cmVhbQplbmRvYmoKc3RhcnR4cmVmCjQxNAolJUVPRgo=';
