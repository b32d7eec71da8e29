import type { Gzip } from '../credential/status-list.js';
import { unpredicted } from './png-prediction.js';
import { latin1, PdfDict, PdfName, PdfProblem, PdfRef, PdfSyntax, type PdfValue } from './pdf-syntax.js';

/** Where an object stands: at a byte of the file, or as one of those packed into a stream. */
type Place = { readonly at: number } | { readonly within: number };

const MAX_OBJECTS = 1_000_000;
/** How often a file may have been saved on top of itself. */
const MAX_SECTIONS = 64;
/** Objects that are read until the attachments are found. */
const MAX_READ = 20_000;
/** What streams of the file's own structure may come to, unpacked, all together. */
const MAX_STRUCTURE = 32 * 1024 * 1024;

export interface PdfStream {
  readonly dict: PdfDict;
  readonly packed: Uint8Array;
}

/**
 * The objects of a PDF (ISO 32000-1, section 7.5), found by its cross-reference, as a viewer finds them. What it may
 * cost to read is bounded, whatever the file says.
 */
export class PdfFile {
  private readonly places = new Map<number, Place>();
  private readonly packedObjects = new Map<number, ReadonlyMap<number, PdfValue>>();
  private read = 0;
  private structure = MAX_STRUCTURE;
  private trailer = new PdfDict(new Map());

  private constructor(
    private readonly bytes: Uint8Array,
    private readonly inflate: Gzip['inflate'],
  ) {}

  /** @throws PdfProblem */
  static async open(bytes: Uint8Array, inflate: Gzip['inflate']): Promise<PdfFile> {
    const file = new PdfFile(bytes, inflate);
    await file.readSections();
    if (file.trailer.get('Encrypt') !== undefined) throw new PdfProblem('it is encrypted');
    return file;
  }

  get root(): PdfValue | undefined {
    return this.trailer.get('Root');
  }

  /** What a reference leads to; anything else as it is. @throws PdfProblem */
  async resolve(value: PdfValue | undefined): Promise<PdfValue | PdfStream | undefined> {
    if (!(value instanceof PdfRef)) return value;
    this.read += 1;
    if (this.read > MAX_READ) throw new PdfProblem('it has too many objects');
    const place = this.places.get(value.number);
    if (place === undefined) return undefined;
    if ('within' in place) return (await this.packedIn(place.within)).get(value.number);
    return this.objectAt(place.at, value.number);
  }

  async dict(value: PdfValue | undefined): Promise<PdfDict | undefined> {
    const found = await this.resolve(value);
    return found instanceof PdfDict ? found : undefined;
  }

  /** The bytes of a stream, at most so many. @throws PdfProblem */
  async unpacked({ dict, packed }: PdfStream, most: number): Promise<Uint8Array> {
    const filter = dict.get('Filter');
    const filters = filter === undefined ? [] : Array.isArray(filter) ? filter : [filter];
    const [first, second] = filters as readonly PdfValue[];
    if (first === undefined) {
      if (packed.length > most) throw new PdfProblem('a file in it is too long');
      return packed;
    }
    if (!(first instanceof PdfName) || first.name !== 'FlateDecode' || second !== undefined)
      throw new PdfProblem('a stream of it is packed in a way that is not read here');
    const bytes = await this.inflate(packed, most).catch(() => undefined);
    if (bytes === undefined)
      throw new PdfProblem(`a stream of it is no zlib of at most ${String(most)} bytes`);
    const parameters = await this.dict(first instanceof PdfName ? parametersOf(dict) : undefined);
    return parameters === undefined ? bytes : unpredicted(bytes, parameters);
  }

  private async readSections(): Promise<void> {
    const seen = new Set<number>();
    let at: number | undefined = this.startOfSections();
    for (let first = true; at !== undefined; first = false) {
      if (seen.has(at) || seen.size >= MAX_SECTIONS) throw new PdfProblem('its cross-reference has no end');
      seen.add(at);
      const syntax = new PdfSyntax(this.bytes, at);
      const trailer: PdfDict = syntax.takes('xref')
        ? await this.readTable(syntax)
        : await this.readTableStream(at);
      if (first) this.trailer = trailer;
      const previous = trailer.get('Prev');
      at = typeof previous === 'number' ? previous : undefined;
    }
  }

  private startOfSections(): number {
    const tail = latin1(this.bytes.subarray(Math.max(0, this.bytes.length - 2_048)));
    const said = /startxref\s+(\d{1,10})/.exec(tail.slice(Math.max(0, tail.lastIndexOf('startxref'))))?.[1];
    if (said === undefined) throw new PdfProblem('it does not say where its cross-reference is');
    return Number(said);
  }

  /** Section 7.5.4; entries of later sections of the file were read before and hold. */
  private async readTable(syntax: PdfSyntax): Promise<PdfDict> {
    while (!syntax.takes('trailer')) {
      const [first, count] = [syntax.integer(), syntax.integer()];
      for (let number = first; number < first + count; number += 1) {
        const at = syntax.integer();
        syntax.integer();
        if (syntax.takes('n')) this.place(number, { at });
        else if (!syntax.takes('f')) throw new PdfProblem('its cross-reference is damaged');
      }
    }
    const trailer = syntax.value();
    if (!(trailer instanceof PdfDict)) throw new PdfProblem('it has no trailer');
    // A file for old and new readers keeps what only new ones read in a stream beside the table.
    const beside = trailer.get('XRefStm');
    if (typeof beside === 'number') await this.readTableStream(beside);
    return trailer;
  }

  /** Section 7.5.8. */
  private async readTableStream(at: number): Promise<PdfDict> {
    const stream = this.objectAt(at);
    if (!isStream(stream)) throw new PdfProblem('its cross-reference is damaged');
    const bytes = await this.unpackedStructure(stream);
    const widths = numbers(stream.dict.get('W'));
    const [kindWidth = 0, atWidth = 0, extraWidth = 0] = widths;
    const size = stream.dict.get('Size');
    const index = numbers(stream.dict.get('Index') ?? [0, typeof size === 'number' ? size : 0]);
    const width = kindWidth + atWidth + extraWidth;
    if (widths.length !== 3 || width < 1 || widths.some((one) => one > 8))
      throw new PdfProblem('its cross-reference is damaged');
    let from = 0;
    for (let i = 0; i + 1 < index.length; i += 2) {
      const [first = 0, count = 0] = index.slice(i, i + 2);
      for (let number = first; number < first + count && from + width <= bytes.length; number += 1) {
        const kind = kindWidth === 0 ? 1 : bigEndian(bytes, from, kindWidth);
        const value = bigEndian(bytes, from + kindWidth, atWidth);
        if (kind === 1) this.place(number, { at: value });
        if (kind === 2) this.place(number, { within: value });
        from += width;
      }
    }
    return stream.dict;
  }

  private place(number: number, place: Place): void {
    if (this.places.size >= MAX_OBJECTS) throw new PdfProblem('it has too many objects');
    if (!this.places.has(number)) this.places.set(number, place);
  }

  private objectAt(at: number, number?: number): PdfValue | PdfStream {
    const { value, syntax } = this.valueAt(at, number);
    if (!(value instanceof PdfDict) || !syntax.takes('stream')) return value;
    syntax.skipLineEnd();
    const length = this.lengthIn(value);
    if (typeof length !== 'number' || length < 0 || syntax.at + length > this.bytes.length)
      throw new PdfProblem(`the stream at byte ${String(at)} has no length`);
    return { dict: value, packed: this.bytes.subarray(syntax.at, syntax.at + length) };
  }

  private valueAt(at: number, number?: number): { readonly value: PdfValue; readonly syntax: PdfSyntax } {
    const syntax = new PdfSyntax(this.bytes, at);
    const found = syntax.integer();
    syntax.integer();
    if (!syntax.takes('obj') || (number !== undefined && found !== number))
      throw new PdfProblem(`at byte ${String(at)} is no object ${String(number ?? '')}`.trim());
    return { value: syntax.value(), syntax };
  }

  /** It may stand in an object of its own, but in none that has to be unpacked first: that could go on without end. */
  private lengthIn(dict: PdfDict): PdfValue | undefined {
    const length = dict.get('Length');
    if (!(length instanceof PdfRef)) return length;
    const place = this.places.get(length.number);
    return place !== undefined && 'at' in place ? this.valueAt(place.at, length.number).value : undefined;
  }

  /** Section 7.5.7. */
  private async packedIn(container: number): Promise<ReadonlyMap<number, PdfValue>> {
    const known = this.packedObjects.get(container);
    if (known !== undefined) return known;
    const objects = new Map<number, PdfValue>();
    this.packedObjects.set(container, objects);
    const place = this.places.get(container);
    const stream = place !== undefined && 'at' in place ? this.objectAt(place.at, container) : undefined;
    if (!isStream(stream)) throw new PdfProblem('objects of it are missing');
    const bytes = await this.unpackedStructure(stream);
    const [count, first] = [stream.dict.get('N'), stream.dict.get('First')];
    if (typeof count !== 'number' || typeof first !== 'number' || count > MAX_READ)
      throw new PdfProblem('objects of it are missing');
    const head = new PdfSyntax(bytes, 0);
    for (let i = 0; i < count; i += 1) {
      const [number, offset] = [head.integer(), head.integer()];
      objects.set(number, new PdfSyntax(bytes, first + offset).value());
    }
    return objects;
  }

  private async unpackedStructure(stream: PdfStream): Promise<Uint8Array> {
    const bytes = await this.unpacked(stream, this.structure);
    this.structure -= bytes.length;
    return bytes;
  }
}

export function isStream(value: PdfValue | PdfStream | undefined): value is PdfStream {
  return typeof value === 'object' && value !== null && 'packed' in value;
}

function parametersOf(dict: PdfDict): PdfValue | undefined {
  const parameters = dict.get('DecodeParms');
  return Array.isArray(parameters) ? (parameters as readonly PdfValue[])[0] : parameters;
}

function numbers(value: PdfValue | undefined): readonly number[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly PdfValue[]).filter(
    (one) => typeof one === 'number' && Number.isSafeInteger(one) && one >= 0,
  ) as number[];
}

function bigEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i += 1) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
