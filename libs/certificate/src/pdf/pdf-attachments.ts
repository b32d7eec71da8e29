import { fromUtf8 } from '@lodemark/transparency';
import { BUNDLE_LIMITS } from '../bundle/bundle.js';
import type { Gzip } from '../credential/status-list.js';
import { isStream, PdfFile } from './pdf-file.js';
import { latin1, PdfDict, PdfProblem, PdfString, type PdfValue } from './pdf-syntax.js';

/** Names under which a certificate's PDF carries what can be verified. */
export const PDF_ATTACHMENTS = { certificate: 'certificate.jwt', bundle: 'certificate.bundle' } as const;

export interface Attached {
  readonly kind: keyof typeof PDF_ATTACHMENTS;
  readonly bytes: Uint8Array;
}

/** Whether it says of itself that it is a PDF, as a viewer would take it. */
export function looksLikePdf(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, 1_024)).includes('%PDF-');
}

/**
 * What a PDF carries: its bundle or, where it has none, its certificate. Pages are not read: nothing that they say is
 * signed. Never throws on what it is given.
 */
export async function attachedTo(
  bytes: Uint8Array,
  inflate: Gzip['inflate'],
): Promise<Attached | { readonly problem: string }> {
  if (bytes.length > BUNDLE_LIMITS.length)
    return { problem: `it is longer than ${String(BUNDLE_LIMITS.length)} bytes` };
  try {
    const file = await PdfFile.open(bytes, inflate);
    const specifications = await embeddedFiles(file);
    for (const kind of ['bundle', 'certificate'] as const) {
      const named = specifications.filter(({ name }) => name === PDF_ATTACHMENTS[kind]);
      // Of two nobody could say which one a reader was shown.
      if (named.length > 1) return { problem: `it carries ${PDF_ATTACHMENTS[kind]} more than once` };
      const [one] = named;
      if (one !== undefined) return { kind, bytes: await contentOf(file, one.specification) };
    }
    return { problem: 'it carries no certificate' };
  } catch (error) {
    if (error instanceof PdfProblem) return { problem: error.message };
    throw error;
  }
}

interface Specified {
  readonly name: string;
  readonly specification: PdfDict;
}

const MAX_NODES = 1_000;

/** The name tree of embedded files (ISO 32000-1, sections 7.9.6 and 7.11.4). */
async function embeddedFiles(file: PdfFile): Promise<readonly Specified[]> {
  const names = await file.dict((await file.dict(file.root))?.get('Names'));
  const open: (PdfValue | undefined)[] = [names?.get('EmbeddedFiles')];
  const found: Specified[] = [];
  for (let read = 0; open.length > 0; read += 1) {
    if (read >= MAX_NODES) throw new PdfProblem('it carries too many files');
    const node = await file.dict(open.pop());
    const leaves = list(await file.resolve(node?.get('Names')));
    for (let i = 1; i < leaves.length; i += 2) {
      const specification = await file.dict(leaves[i]);
      if (specification === undefined) continue;
      const name = await file.resolve(specification.get('UF') ?? specification.get('F'));
      if (name instanceof PdfString) found.push({ name: textOf(name.bytes), specification });
    }
    for (const kid of list(await file.resolve(node?.get('Kids')))) open.push(kid);
  }
  return found;
}

async function contentOf(file: PdfFile, specification: PdfDict): Promise<Uint8Array> {
  const embedded = await file.dict(specification.get('EF'));
  const stream = await file.resolve(embedded?.get('F') ?? embedded?.get('UF'));
  if (!isStream(stream)) throw new PdfProblem('a file that it names is not in it');
  return file.unpacked(stream, BUNDLE_LIMITS.length);
}

function list(value: unknown): readonly PdfValue[] {
  return Array.isArray(value) ? (value as readonly PdfValue[]) : [];
}

/** Text strings are UTF-16 or UTF-8 with a mark before them, or one byte a character (section 7.9.2.2). */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return fromUtf8(bytes.subarray(3)) ?? '';
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff) return latin1(bytes);
  let text = '';
  for (let i = 2; i + 1 < bytes.length; i += 2)
    text += String.fromCharCode((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0));
  return text;
}
