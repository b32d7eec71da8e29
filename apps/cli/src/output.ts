import type { Failure } from './failure.js';
import type { Surroundings } from './surroundings.js';
import { paintFor, visible, type Paint } from './text.js';

/** Where a command's answer goes: standard output holds the answer and nothing else, standard error all the rest. */
export class Output {
  readonly paint: Paint;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly options: { readonly json: boolean; readonly colour: boolean },
  ) {
    this.paint = paintFor(options.colour && surroundings.out.isTerminal && wantsColour(surroundings));
  }

  get json(): boolean {
    return this.options.json;
  }

  /** The answer: as JSON, or as lines for a person. */
  answer(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.line(JSON.stringify(value));
    else for (const line of lines()) this.line(line);
  }

  line(text: string): void {
    this.surroundings.out.write(`${text}\n`);
  }

  /** A remark to whoever watches. */
  remark(text: string): void {
    this.surroundings.err.write(`${text}\n`);
  }

  /** How far it is, on a terminal only; replaced by the next and removed by an empty one. */
  progress(text: string): void {
    if (this.surroundings.err.isTerminal) this.surroundings.err.write(`\r\u001b[K${text}`);
  }

  failure(failure: Failure): void {
    if (this.json) {
      const { code, message: cause, next, details, problem } = failure;
      this.surroundings.err.write(`${JSON.stringify({ error: { code, cause, next, details, problem } })}\n`);
      return;
    }
    this.remark(`lodemark: ${visible(failure.code)}: ${visible(failure.message)}`);
    for (const detail of failure.details) this.remark(`  ${visible(detail)}`);
    if (failure.next !== undefined) this.remark(`Next: ${visible(failure.next)}`);
  }
}

function wantsColour({ env }: Surroundings): boolean {
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
