import { MAX_RECORD_CHARS, TOO_LONG, type InputRecord, type Splitter } from './input-record.js';

/** A record a line; empty lines are none. A bad line harms no other. */
export class LineSplitter implements Splitter {
  private line = 1;
  private held = '';
  private tooLong = false;

  *push(text: string): Iterable<InputRecord> {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.hold(text.slice(from, end));
      yield* this.finish();
      this.line += 1;
      from = end + 1;
    }
    this.hold(text.slice(from));
  }

  *end(): Iterable<InputRecord> {
    yield* this.finish();
  }

  private hold(text: string): void {
    if (this.held.length + text.length > MAX_RECORD_CHARS) this.tooLong = true;
    this.held = this.tooLong ? '' : this.held + text;
  }

  private *finish(): Iterable<InputRecord> {
    const text = this.held.trim();
    const { line, tooLong } = this;
    this.held = '';
    this.tooLong = false;
    if (tooLong) yield { line, text: '', fault: TOO_LONG };
    else if (text !== '') yield { line, text };
  }
}
