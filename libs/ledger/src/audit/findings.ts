/** Everything that can be wrong with a stored log. */
export type AuditCode =
  | 'checkpoint-contradicts-log'
  | 'column-differs'
  | 'conflict-unfounded'
  | 'cursor-beyond-log'
  | 'decision-differs'
  | 'entry-missing'
  | 'entry-unreadable'
  | 'event-repeated'
  | 'event-unreadable'
  | 'foreign-facility'
  | 'head-differs'
  | 'heads-differ'
  | 'key-unknown'
  | 'leaf-differs'
  | 'lot-entries-differ'
  | 'lot-sequence-gap'
  | 'lot-state-differs'
  | 'lots-not-named'
  | 'mass-below-zero'
  | 'payload-not-canonical'
  | 'recorded-earlier'
  | 'root-reference-back'
  | 'signature-invalid'
  | 'tile-differs'
  | 'too-many-findings';

export interface AuditFinding {
  readonly code: AuditCode;
  /** Entry that the finding is about; null when it is the log as a whole. */
  readonly index: number | null;
  readonly detail: string;
}

const MOST = 1_000;

/** Collects what an audit finds, up to a thousand findings: what is that broken need not be listed to the end. */
export class Findings {
  readonly list: AuditFinding[] = [];

  add(code: AuditCode, index: number | null, detail: string): void {
    if (this.list.length < MOST) this.list.push({ code, index, detail });
    else if (this.list.length === MOST) {
      this.list.push({ code: 'too-many-findings', index: null, detail: `More than ${MOST} findings.` });
    }
  }
}

/** What a parser found wrong, in one line. */
export function reason(problems: readonly { code: string; pointer: string; detail: string }[]): string {
  return problems
    .slice(0, 3)
    .map(({ code, pointer, detail }) => `${code} at "${pointer}": ${detail}`)
    .join(' ');
}
