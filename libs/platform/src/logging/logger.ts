import { pino, type Logger } from 'pino';
import { redact } from './redact.js';

export type { Logger } from 'pino';

export const LOGGER = Symbol('LOGGER');

/** The levels of a service's log, quietest first. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** Receives each line with its newline; standard output when absent. */
  readonly write?: (line: string) => void;
}

/**
 * A pino logger that writes one JSON object a line, time in RFC 3339, level as a word. Everything it is given passes
 * `redact` first: tokens, keys, passwords, private fields and disclosures do not reach the log.
 */
export function createLogger({ service, level, write }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    errorKey: 'err',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) => redact(fields) as Record<string, unknown>,
    },
    hooks: { logMethod: redactMessage },
    // `redact` describes errors; pino's own serializers would copy their members before it could look.
    serializers: { err: (value: unknown) => value },
  };
  return redactingChildren(write === undefined ? pino(options) : pino(options, { write }));
}

// Bindings of a child pass no formatter; children inherit this method.
function redactingChildren(logger: Logger): Logger {
  // Called on whichever logger has the child, never on its own.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { child } = logger;
  logger.child = function (this: Logger, bindings, childOptions) {
    return child.call(this, redact(bindings) as typeof bindings, childOptions);
  } as typeof child;
  return logger;
}

function redactMessage(
  this: Logger,
  args: Parameters<Logger['info']>,
  method: (...args: unknown[]) => void,
): void {
  method.apply(
    this,
    args.map((arg: unknown, index) => (typeof arg === 'string' || index > 0 ? redact(arg) : arg)),
  );
}
