import { EXIT, type ExitCode } from '../exit-codes.js';

/** What a monitor reports, with how bad it is: a log that lies, something unannounced, or not enough to tell. */
export const ALARM_CODES = {
  'checkpoint-untrusted': 'broken',
  equivocation: 'broken',
  'rolled-back': 'broken',
  fork: 'broken',
  'entry-wrong': 'broken',
  'genesis-differs': 'broken',
  'split-view': 'broken',
  'log-fault': 'unannounced',
  'key-unannounced': 'unannounced',
  'certificate-unasked': 'unannounced',
  'statement-without-authority': 'unannounced',
  'quorum-missing': 'unknown',
  stale: 'unknown',
  behind: 'unknown',
  uncompared: 'unknown',
} as const;

export type AlarmCode = keyof typeof ALARM_CODES;

export interface Alarm {
  readonly code: AlarmCode;
  readonly origin: string;
  /** Index of the entry or size of the tree that it is about. */
  readonly at: number;
  readonly detail: string;
  /** Signed notes that show it to anybody. */
  readonly evidence?: readonly string[];
}

/** The exit code for all that was reported: the worst. */
export function exitFor(codes: Iterable<AlarmCode>): ExitCode {
  const kinds = new Set([...codes].map((code) => ALARM_CODES[code]));
  if (kinds.has('broken')) return EXIT.unproven;
  if (kinds.has('unannounced')) return EXIT.no;
  return kinds.has('unknown') ? EXIT.notEnough : EXIT.ok;
}
