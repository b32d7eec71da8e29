/** What an element is in the database. */
export type ElementType = 'text' | 'bigint' | 'integer' | 'smallint' | 'boolean' | 'bytea';

export type ElementOf<T> = T extends 'text'
  ? string | null
  : T extends 'boolean'
    ? boolean | null
    : T extends 'bigint'
      ? number | null
      : T extends 'bytea'
        ? Uint8Array
        : number;

type Value = string | number | boolean | Uint8Array | null;

/** Object ids of Postgres's own types (pg_type.dat); they never change. */
const OIDS: Readonly<Record<ElementType, number>> = {
  text: 25,
  bigint: 20,
  integer: 23,
  smallint: 21,
  boolean: 16,
  bytea: 17,
};
const HEADER = 20;
const NULL = -1;
/** Most bytes that UTF-8 takes for one unit of a JavaScript string. */
const UTF8_MOST = 3;

/**
 * A one-dimensional array in the binary form that Postgres receives (array_recv): a quarter of the work of the text
 * form, in which bytes are hexadecimal digits and every text is quoted, escaped and read again.
 */
export function binaryArray(type: ElementType, values: readonly Value[]): Buffer {
  const writer = new ElementWriter(HEADER + 16 * values.length);
  for (const value of values) writer.add(type, value);
  const { buffer } = writer;
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  buffer.writeInt32BE(OIDS[type], 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  return writer.written();
}

class ElementWriter {
  buffer: Buffer;
  private at = HEADER;

  constructor(room: number) {
    this.buffer = Buffer.allocUnsafe(room);
  }

  /** Each element after its length in bytes. */
  add(type: ElementType, value: Value): void {
    if (value === null) this.lengthOf(NULL, 0);
    else if (typeof value === 'string') this.addText(value);
    else if (typeof value === 'object') this.addBytes(value);
    else this.addNumber(type, Number(value));
  }

  written(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  private addText(value: string): void {
    this.lengthOf(0, UTF8_MOST * value.length);
    const length = this.buffer.write(value, this.at, 'utf8');
    this.buffer.writeInt32BE(length, this.at - 4);
    this.at += length;
  }

  private addBytes(value: Uint8Array): void {
    this.lengthOf(value.length, value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  private addNumber(type: ElementType, value: number): void {
    switch (type) {
      case 'bigint':
        this.lengthOf(8, 8);
        this.at = this.buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.at);
        this.at = this.buffer.writeUInt32BE(value >>> 0, this.at);
        return;
      case 'integer':
        this.lengthOf(4, 4);
        this.at = this.buffer.writeInt32BE(value, this.at);
        return;
      case 'smallint':
        this.lengthOf(2, 2);
        this.at = this.buffer.writeInt16BE(value, this.at);
        return;
      default:
        this.lengthOf(1, 1);
        this.at = this.buffer.writeUInt8(value, this.at);
    }
  }

  private lengthOf(length: number, room: number): void {
    const needed = this.at + 4 + room;
    if (needed > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.buffer.length));
      this.buffer.copy(larger, 0, 0, this.at);
      this.buffer = larger;
    }
    this.at = this.buffer.writeInt32BE(length, this.at);
  }
}
