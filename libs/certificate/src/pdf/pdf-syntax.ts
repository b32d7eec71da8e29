/** What a PDF is written in (ISO 32000-1, section 7.3), as far as finding an attached file needs it. */
export type PdfValue = number | boolean | null | PdfName | PdfString | PdfRef | PdfDict | readonly PdfValue[];

export class PdfName {
  constructor(readonly name: string) {}
}

export class PdfString {
  constructor(readonly bytes: Uint8Array) {}
}

export class PdfRef {
  constructor(
    readonly number: number,
    readonly generation: number,
  ) {}
}

export class PdfDict {
  constructor(private readonly members: ReadonlyMap<string, PdfValue>) {}

  get(name: string): PdfValue | undefined {
    return this.members.get(name);
  }
}

/** The file is no PDF that can be read; says why. */
export class PdfProblem extends Error {
  override name = 'PdfProblem';
}

const MAX_DEPTH = 32;
const MAX_ITEMS = 100_000;
const MAX_TOKEN = 65_536;

const isSpace = (byte: number | undefined) =>
  byte === 0 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 32;
const DELIMITERS = new Set([0x28, 0x29, 0x3c, 0x3e, 0x5b, 0x5d, 0x7b, 0x7d, 0x2f, 0x25]); // ()<>[]{}/%
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** Reads values from a place on. Every loop is bounded by the file's length, nesting by {@link MAX_DEPTH}. */
export class PdfSyntax {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  /** @throws PdfProblem */
  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) throw new PdfProblem('it is nested too deeply');
    this.skipSpace();
    const character = this.peek();
    if (character === '/') return this.name();
    if (character === '(') return this.literalString();
    if (character === '[') return this.array(depth);
    if (character === '<') return this.peek(1) === '<' ? this.dict(depth) : this.hexString();
    return this.wordOrNumber();
  }

  /** A run of regular characters; empty at a delimiter. */
  word(): string {
    this.skipSpace();
    const start = this.at;
    while (this.at < this.bytes.length && this.isRegular(this.bytes[this.at])) this.at += 1;
    if (this.at - start > MAX_TOKEN) throw new PdfProblem('a word of it is too long');
    return latin1(this.bytes.subarray(start, this.at));
  }

  /** Whether this word comes next; it is read if so. */
  takes(word: string): boolean {
    const before = this.at;
    if (this.word() === word) return true;
    this.at = before;
    return false;
  }

  /** @throws PdfProblem */
  integer(): number {
    const word = this.word();
    if (!/^\d{1,10}$/.test(word)) throw new PdfProblem(`a number is missing at byte ${String(this.at)}`);
    return Number(word);
  }

  /** Past the end of the line that ends here, where the bytes of a stream begin. */
  skipLineEnd(): void {
    if (this.bytes[this.at] === 13) this.at += 1;
    if (this.bytes[this.at] === 10) this.at += 1;
  }

  private wordOrNumber(): PdfValue {
    const start = this.at;
    const word = this.word();
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) throw new PdfProblem(`no value at byte ${String(start)}`);
    return /^\d{1,10}$/.test(word) ? this.refOr(Number(word)) : Number(word);
  }

  /** `12 0 R` is a reference, `12 0` two numbers. */
  private refOr(number: number): PdfValue {
    const before = this.at;
    const generation = this.word();
    if (/^\d{1,5}$/.test(generation) && this.takes('R')) return new PdfRef(number, Number(generation));
    this.at = before;
    return number;
  }

  private name(): PdfName {
    this.at += 1;
    const start = this.at;
    while (this.at < this.bytes.length && this.isRegular(this.bytes[this.at])) this.at += 1;
    if (this.at - start > MAX_TOKEN) throw new PdfProblem('a name of it is too long');
    const text = latin1(this.bytes.subarray(start, this.at));
    return new PdfName(
      text.replaceAll(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    );
  }

  private array(depth: number): readonly PdfValue[] {
    this.at += 1;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.peek() === ']') break;
      if (items.length >= MAX_ITEMS) throw new PdfProblem('a list of it is too long');
      items.push(this.value(depth + 1));
    }
    this.at += 1;
    return items;
  }

  private dict(depth: number): PdfDict {
    this.at += 2;
    const members = new Map<string, PdfValue>();
    for (;;) {
      this.skipSpace();
      if (this.peek() === '>' && this.peek(1) === '>') break;
      if (this.peek() !== '/') throw new PdfProblem(`a name is missing at byte ${String(this.at)}`);
      if (members.size >= MAX_ITEMS) throw new PdfProblem('a dictionary of it is too long');
      const { name } = this.name();
      members.set(name, this.value(depth + 1));
    }
    this.at += 2;
    return new PdfDict(members);
  }

  private literalString(): PdfString {
    this.at += 1;
    const read: number[] = [];
    for (let open = 1; ;) {
      const byte = this.bytes[this.at];
      if (byte === undefined || read.length > MAX_TOKEN) throw new PdfProblem('a text of it has no end');
      this.at += 1;
      const character = String.fromCharCode(byte);
      if (character === '\\') {
        this.escaped(read);
        continue;
      }
      if (character === '(') open += 1;
      if (character === ')') open -= 1;
      if (open === 0) return new PdfString(Uint8Array.from(read));
      read.push(byte);
    }
  }

  private escaped(read: number[]): void {
    const rest = latin1(this.bytes.subarray(this.at, this.at + 3));
    const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
    if (octal !== undefined) {
      this.at += octal.length;
      read.push(parseInt(octal, 8) & 0xff);
      return;
    }
    const lineEnd = /^(\r\n|\r|\n)/.exec(rest)?.[0];
    this.at += lineEnd?.length ?? 1;
    if (lineEnd === undefined && rest !== '') read.push(ESCAPES[rest.charAt(0)] ?? rest.charCodeAt(0));
  }

  private hexString(): PdfString {
    this.at += 1;
    let digits = '';
    for (;;) {
      this.skipSpace();
      const character = this.peek();
      this.at += 1;
      if (character === '>') break;
      if (!/^[0-9A-Fa-f]$/.test(character) || digits.length > MAX_TOKEN)
        throw new PdfProblem('a text of it has no end');
      digits += character;
    }
    if (digits.length % 2 === 1) digits += '0';
    return new PdfString(
      Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16)),
    );
  }

  private skipSpace(): void {
    for (;;) {
      while (isSpace(this.bytes[this.at])) this.at += 1;
      if (this.peek() !== '%') return;
      while (this.at < this.bytes.length && this.bytes[this.at] !== 10 && this.bytes[this.at] !== 13)
        this.at += 1;
    }
  }

  private peek(further = 0): string {
    const byte = this.bytes[this.at + further];
    return byte === undefined ? '' : String.fromCharCode(byte);
  }

  private isRegular(byte: number | undefined): boolean {
    return byte !== undefined && !isSpace(byte) && !DELIMITERS.has(byte);
  }
}

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
