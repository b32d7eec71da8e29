/** Why a ledger could not do what it was asked. */
export type LedgerErrorCode =
  /** The queue in front of the log is full. */
  | 'busy'
  /** The database did not answer in time; see `LedgerUnavailable.outcome`. */
  | 'unavailable'
  /** The process is shutting down and takes no more posts. */
  | 'draining'
  | 'log-unknown'
  /** An event of a facility that is not the log's; a defect of the caller. */
  | 'foreign-event'
  /** The origin exists as a log of the other kind. */
  | 'log-kind'
  /** The database refuses this one post; a defect, never the poster's fault. */
  | 'rejected-by-database'
  /** The ledger failed on this post; a defect, never the poster's fault. */
  | 'undecidable'
  /** Another hash for a root log size that was verified before: a fork of the root log. */
  | 'root-contradicts'
  /** A checkpoint that is not of this log, or whose root is not the root of this log at that size. */
  | 'checkpoint-contradicts-log'
  /** A root log entry that may not stand there: its time, its place or its id is not what the log demands. */
  | 'entry-misplaced'
  /** An index or size beyond the log. */
  | 'out-of-range'
  /** What is stored is not what this library wrote. */
  | 'damaged';

/** Whether the trouble passes by itself; the rest are defects. A code without a row does not compile. */
const PASSES: Readonly<Record<LedgerErrorCode, boolean>> = {
  busy: true,
  unavailable: true,
  draining: true,
  'log-unknown': false,
  'foreign-event': false,
  'log-kind': false,
  'rejected-by-database': false,
  undecidable: false,
  'root-contradicts': false,
  'checkpoint-contradicts-log': false,
  'entry-misplaced': false,
  'out-of-range': false,
  damaged: false,
};

/** A ledger's "cannot", with a stable code; a facility's "may not" is a `Refusal`. */
export class LedgerError extends Error {
  override readonly name: string = 'LedgerError';

  constructor(
    readonly code: LedgerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the same may succeed a little later. */
  get passes(): boolean {
    return PASSES[this.code];
  }
}

/** The queue in front of a log is full: nothing of this call was taken. */
export class LedgerBusy extends LedgerError {
  override readonly name = 'LedgerBusy';

  constructor(
    /** Milliseconds after which the queue has probably moved on. */
    readonly retryAfter: number,
  ) {
    super('busy', `The log's queue is full; try again in ${retryAfter} ms.`);
  }
}

/** The database stayed away longer than the ledger retries. */
export class LedgerUnavailable extends LedgerError {
  override readonly name = 'LedgerUnavailable';

  constructor(
    /** `unknown`: a commit was under way and could not be looked up since; posting the same again settles it. */
    readonly outcome: 'not-recorded' | 'unknown',
    cause: unknown,
  ) {
    super('unavailable', `The ledger's database is unavailable (${outcome}).`, { cause });
  }
}
