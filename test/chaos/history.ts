import { createHash } from 'node:crypto';
import type { Receipt } from '@lodemark/transparency';
import type { ConflictReference, Expectation, FaultLine, JournalLine } from './journal-lines.js';

/** One signed event and all that became of it, however often it was sent. */
export interface Operation {
  readonly op: number;
  readonly client: string;
  readonly facility: string;
  readonly eventId: string;
  readonly payloadDigest: string;
  /** SHA-256 of the signed bytes, hex. */
  readonly jwsDigest: string;
  readonly expects: Expectation;
  /** When it was sent, each time. */
  readonly sentAt: number[];
  readonly receipts: { readonly receipt: Receipt; readonly signed: string; readonly at: number }[];
  readonly refusals: {
    readonly status: number;
    readonly code: string;
    readonly conflict?: ConflictReference;
  }[];
  /** Answers after which nobody knew. */
  unknown: number;
}

/** A journal as a checker wants it: plain data. */
export interface History {
  readonly operations: ReadonlyMap<number, Operation>;
  readonly checkpoints: readonly { readonly from: string; readonly note: string }[];
  readonly faults: readonly FaultLine[];
  /** Answers of 500, which promise nothing and explain nothing. */
  readonly internalErrors: number;
}

export class HistoryBuilder implements History {
  readonly operations = new Map<number, Operation>();
  readonly checkpoints: { from: string; note: string }[] = [];
  readonly faults: FaultLine[] = [];
  internalErrors = 0;
  private readonly notes = new Set<string>();

  add(line: JournalLine): void {
    switch (line.line) {
      case 'invoke': {
        const { op, client, facility, eventId, payloadDigest, jws, expects, at } = line;
        const jwsDigest = createHash('sha256').update(jws).digest('hex');
        const told = { sentAt: [at], receipts: [], refusals: [], unknown: 0 };
        this.operations.set(op, {
          op,
          client,
          facility,
          eventId,
          payloadDigest,
          jwsDigest,
          expects,
          ...told,
        });
        return;
      }
      case 'checkpoint':
        if (this.notes.has(line.note)) return;
        this.notes.add(line.note);
        this.checkpoints.push({ from: line.from, note: line.note });
        return;
      case 'fault':
        this.faults.push(line);
        return;
      default:
        this.answer(line);
    }
  }

  private answer(line: Extract<JournalLine, { line: 'again' | 'ok' | 'fail' | 'info' }>): void {
    const operation = this.operations.get(line.op);
    if (operation === undefined) throw new Error(`the journal answers operation ${line.op} before it begins`);
    switch (line.line) {
      case 'again':
        operation.sentAt.push(line.at);
        return;
      case 'ok':
        operation.receipts.push({ receipt: line.receipt, signed: line.signedReceipt, at: line.at });
        return;
      case 'fail':
        operation.refusals.push(line);
        return;
      case 'info':
        operation.unknown += 1;
        if (line.status === 500) this.internalErrors += 1;
    }
  }
}

export function historyOf(lines: Iterable<JournalLine>): History {
  const builder = new HistoryBuilder();
  for (const line of lines) builder.add(line);
  return builder;
}

/** Whether it ended: acknowledged or refused for good. */
export function isResolved({ receipts, refusals }: Operation): boolean {
  return receipts.length + refusals.length > 0;
}
