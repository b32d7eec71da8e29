import { isWellFormed } from './bytes.js';
import { numberFault, type JsonLimits, type JsonProblemCode } from './json-limits.js';
import { MAX_JSON_DEPTH, type JsonValue } from './json-value.js';
import { toPointer, type Problem } from './problem.js';

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WHITE_SPACE = /[ \t\n\r]*/y;
/** A run of string characters that stand for themselves (RFC 8259 section 7). */
// eslint-disable-next-line no-control-regex -- control characters must be escaped in JSON
const UNESCAPED = /[^"\\\u0000-\u001f]*/y;
const LITERALS: readonly (readonly [string, null | boolean])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Ends the reading where nothing sensible can follow; the problem has been noted already. */
class Unreadable extends Error {}

/**
 * Reads one JSON text (RFC 8259) in linear time and notes every problem on the way. Two things end the reading early:
 * a syntax error, after which nothing means anything, and an object or array beyond its limit, whose rest a hostile
 * text would have read for seconds.
 */
export class JsonTextReader {
  readonly problems: Problem<JsonProblemCode>[] = [];
  private at = 0;
  private readonly path: (string | number)[] = [];
  private readonly maxDepth: number;

  constructor(
    private readonly text: string,
    private readonly limits: JsonLimits,
  ) {
    this.maxDepth = Math.min(limits.depth, MAX_JSON_DEPTH);
  }

  /** The value; it counts only if `problems` is empty afterwards. */
  read(): JsonValue {
    try {
      if (this.text.startsWith('\ufeff')) {
        this.note('byte-order-mark', 'The text begins with a byte order mark.');
        this.at = 1;
      }
      const value = this.readValue(0);
      this.skipWhiteSpace();
      if (this.at < this.text.length) this.fail('the end of the text');
      // A raw half of a pair beside an escaped one makes a whole value of a text that has no bytes.
      if (this.problems.length === 0 && !isWellFormed(this.text)) {
        this.note('lone-surrogate', 'The text holds a lone surrogate.');
      }
      return value;
    } catch (error) {
      if (error instanceof Unreadable) return null;
      throw error;
    }
  }

  private readValue(depth: number): JsonValue {
    this.skipWhiteSpace();
    const character = this.text[this.at];
    if (character === '"') return this.readStringValue();
    if (character === '{' || character === '[') {
      if (depth >= this.maxDepth) return this.skipTooDeep();
      this.at++;
      return character === '{' ? this.readObject(depth + 1) : this.readArray(depth + 1);
    }
    const literal = LITERALS.find(([word]) => this.text.startsWith(word, this.at));
    if (literal === undefined) return this.readNumber();
    this.at += literal[0].length;
    return literal[1];
  }

  private readObject(depth: number): JsonValue {
    const object: Record<string, JsonValue> = {};
    if (this.take('}')) return object;
    let members = 0;
    do {
      this.skipWhiteSpace();
      if (this.text[this.at] !== '"') this.fail('a member name');
      const name = this.readString();
      if (!this.take(':')) this.fail('":"');
      this.enterMember(name, object);
      const value = this.readValue(depth);
      if (name !== '__proto__') object[name] = value;
      this.path.pop();
      members++;
      if (members > this.limits.members)
        this.stop('too-many-members', `An object has at most ${this.limits.members} members.`);
    } while (this.take(','));
    if (!this.take('}')) this.fail('"," or "}"');
    return object;
  }

  private readArray(depth: number): JsonValue {
    const items: JsonValue[] = [];
    if (this.take(']')) return items;
    do {
      this.path.push(items.length);
      items.push(this.readValue(depth));
      this.path.pop();
      if (items.length > this.limits.items)
        this.stop('too-many-items', `An array has at most ${this.limits.items} items.`);
    } while (this.take(','));
    if (!this.take(']')) this.fail('"," or "]"');
    return items;
  }

  /** Judges a member name, and leaves the path pointing at the member. */
  private enterMember(name: string, object: Readonly<Record<string, JsonValue>>): void {
    if (name.length > this.limits.nameLength) {
      this.note(
        'name-too-long',
        `A member name has ${name.length} characters; at most ${this.limits.nameLength}.`,
      );
      // The name stays out of the pointers below it, which would otherwise grow without bound.
      this.path.push(`${name.slice(0, 64).replaceAll(/\p{Surrogate}/gu, '\ufffd')}…`);
      return;
    }
    if (!isWellFormed(name)) {
      this.note('lone-surrogate', `The member name ${JSON.stringify(name)} holds a lone surrogate.`);
    }
    this.path.push(name.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
    if (name === '__proto__') this.note('forbidden-name', 'The member name "__proto__" is not allowed.');
    if (Object.hasOwn(object, name)) this.note('duplicate-name', 'The member stands here twice.');
  }

  private readStringValue(): string {
    const value = this.readString();
    if (!isWellFormed(value)) this.note('lone-surrogate', 'The string holds a lone surrogate.');
    return value;
  }

  private readString(): string {
    this.at++;
    let value = '';
    for (;;) {
      value += this.match(UNESCAPED);
      const character = this.text[this.at];
      if (character === '"') break;
      if (character !== '\\') this.fail('the end of the string');
      value += this.readEscape();
    }
    this.at++;
    return value;
  }

  private readEscape(): string {
    this.at++;
    const letter = this.text[this.at] ?? '';
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 1, this.at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail('four hexadecimal digits after "\\u"');
      this.at += 5;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meaning = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (meaning === undefined) return this.fail('an escape sequence');
    this.at++;
    return meaning;
  }

  private readNumber(): number {
    const literal = this.match(NUMBER);
    if (literal === '') return this.fail('a value');
    const value = Number(literal);
    const fault = numberFault(value, literal);
    if (fault !== undefined) {
      const shown = literal.length > 40 ? `${literal.slice(0, 40)}…` : literal;
      this.note('unsafe-number', `The number ${shown} ${fault}.`);
    }
    return value;
  }

  /** Passes over a value that is nested too deeply, without recursion and without looking into it. */
  private skipTooDeep(): null {
    this.note('too-deep', `The value is nested more than ${this.maxDepth} deep.`);
    let open = 0;
    do {
      const character = this.text[this.at];
      if (character === undefined) this.fail('the end of a nested value');
      if (character === '"') {
        this.readString();
        continue;
      }
      if (character === '{' || character === '[') open++;
      if (character === '}' || character === ']') open--;
      this.at++;
    } while (open > 0);
    return null;
  }

  private skipWhiteSpace(): void {
    this.match(WHITE_SPACE);
  }

  /** Passes over white space and then this punctuation mark, if it is there. */
  private take(mark: string): boolean {
    this.skipWhiteSpace();
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private note(code: JsonProblemCode, detail: string): void {
    if (this.problems.length >= this.limits.problems) {
      const more = `Reading stopped after ${this.problems.length} problems.`;
      this.problems.push({ code: 'too-many-problems', pointer: '', detail: more });
      throw new Unreadable();
    }
    this.problems.push({ code, pointer: toPointer(this.path), detail });
  }

  private stop(code: JsonProblemCode, detail: string): never {
    this.note(code, detail);
    throw new Unreadable();
  }

  private fail(expected: string): never {
    const before = this.text.slice(0, this.at);
    const line = before.split('\n').length;
    const column = this.at - before.lastIndexOf('\n');
    const codePoint = this.text.codePointAt(this.at);
    const found = codePoint === undefined ? 'The text ends' : `Found ${describe(codePoint)}`;
    const place = `line ${line}, column ${column} (offset ${this.at})`;
    return this.stop('syntax', `${found} at ${place}, where ${expected} should stand.`);
  }
}

function describe(codePoint: number): string {
  const hex = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  const printable = codePoint > 0x20 && codePoint < 0x7f;
  return printable ? JSON.stringify(String.fromCodePoint(codePoint)) : hex;
}
