import type { ExitCode } from './exit-codes.js';

/** Why a command ends without doing what was asked: a stable code, the cause, and what to do next. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly exit: ExitCode;
  readonly next: string | undefined;
  /** Further lines, one fault each. */
  readonly details: readonly string[];
  /** What the service answered, if one did. */
  readonly problem: unknown;

  constructor(parts: {
    readonly code: string;
    readonly exit: ExitCode;
    readonly cause: string;
    readonly next?: string;
    readonly details?: readonly string[];
    readonly problem?: unknown;
  }) {
    super(parts.cause);
    this.code = parts.code;
    this.exit = parts.exit;
    this.next = parts.next;
    this.details = parts.details ?? [];
    this.problem = parts.problem;
  }
}
