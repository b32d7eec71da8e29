import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Hands what Nest itself says to our log: its errors and warnings as such, its start-up prose as debug lines. */
export function nestLogger(logger: Logger): LoggerService {
  const at =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.at(-1);
      const fields = typeof context === 'string' ? { context } : {};
      if (typeof message === 'string') logger[level](fields, message);
      else logger[level]({ ...fields, err: message }, 'nest');
    };
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  };
}
