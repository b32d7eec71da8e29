import { MAX_RECORD_CHARS, TOO_LONG, type InputRecord, type Splitter } from './input-record.js';

type Expected = 'first' | 'value' | 'value-or-end' | 'comma-or-end' | 'nothing';

/**
 * The elements of one array, or JSON values one after the other, each with the line that it begins on. It only finds
 * where values end; whether they are JSON is for whoever reads them.
 */
export class ValueSplitter implements Splitter {
  private line = 1;
  private expected: Expected = 'first';
  private inArray = false;
  private value: { readonly line: number; text: string; tooLong: boolean } | undefined;
  private nesting = 0;
  private inString = false;
  private escaped = false;

  *push(text: string): Iterable<InputRecord> {
    let from = 0;
    for (let i = 0; i < text.length; i += 1) {
      const char = text.charAt(i);
      if (this.value === undefined) {
        yield* this.between(char);
        // Set by `between` when a value begins here.
        if (this.isInside()) from = i;
      }
      const end = this.value === undefined ? 'none' : this.endAt(char);
      if (end !== 'none') yield this.take(text.slice(from, end === 'before' ? i : i + 1));
      if (end === 'before') yield* this.between(char);
      if (char === '\n') this.line += 1;
    }
    if (this.value !== undefined) this.hold(text.slice(from));
  }

  *end(): Iterable<InputRecord> {
    if (this.value !== undefined && this.nesting === 0 && !this.inString) yield this.take('');
    else if (this.value !== undefined)
      yield fault(this.value.line, 'the file ends inside this value: was it cut off?');
    if (this.inArray && this.expected !== 'nothing')
      yield fault(this.line, 'the file ends inside the array: was it cut off?');
  }

  private isInside(): boolean {
    return this.value !== undefined;
  }

  /** What stands between values. */
  private *between(char: string): Iterable<InputRecord> {
    if (' \t\r\n'.includes(char)) return;
    if (this.expected === 'first' && char === '[') {
      this.inArray = true;
      this.expected = 'value-or-end';
      return;
    }
    if (this.inArray && char === ',' && this.expected === 'comma-or-end') this.expected = 'value';
    else if (this.inArray && char === ']' && this.expected !== 'nothing') {
      if (this.expected === 'value') yield fault(this.line, 'a value is missing behind the last comma');
      this.expected = 'nothing';
    } else if (this.inArray && char === ',') yield fault(this.line, 'a value is missing before this comma');
    else {
      if (this.expected === 'nothing') {
        yield fault(this.line, 'something stands behind the end of the array');
        this.inArray = false;
      } else if (this.expected === 'comma-or-end')
        yield fault(this.line, 'a comma is missing before this value');
      this.value = { line: this.line, text: '', tooLong: false };
    }
  }

  /** Follows a value: whether it ends with this character, or (a number or word) before it. */
  private endAt(char: string): 'none' | 'with' | 'before' {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (char === '\\') this.escaped = true;
      else if (char === '"') {
        this.inString = false;
        return this.nesting === 0 ? 'with' : 'none';
      }
      return 'none';
    }
    if (char === '"') this.inString = true;
    else if (char === '{' || char === '[') this.nesting += 1;
    else if ((char === '}' || char === ']') && this.nesting > 0) {
      this.nesting -= 1;
      return this.nesting === 0 ? 'with' : 'none';
    } else if (this.nesting === 0 && ' \t\r\n,]'.includes(char)) return 'before';
    return 'none';
  }

  private hold(text: string): void {
    if (this.value === undefined) return;
    if (this.value.text.length + text.length > MAX_RECORD_CHARS) this.value.tooLong = true;
    this.value.text = this.value.tooLong ? '' : this.value.text + text;
  }

  private take(rest: string): InputRecord {
    this.hold(rest);
    const { line, text, tooLong } = this.value ?? { line: this.line, text: '', tooLong: false };
    this.value = undefined;
    this.expected = this.inArray ? 'comma-or-end' : 'value';
    return tooLong ? { line, text: '', fault: TOO_LONG } : { line, text };
  }
}

function fault(line: number, detail: string): InputRecord {
  return { line, text: '', fault: { code: 'malformed-json', detail } };
}
