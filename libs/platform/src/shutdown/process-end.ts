import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/logger.js';

export interface StopOptions {
  readonly logger: Logger;
  /** Milliseconds after which the process ends whatever is still open. Default 30,000. */
  readonly deadlineMs?: number;
}

/**
 * Stops on SIGTERM or SIGINT and ends the process: 0 after a clean stop, 1 otherwise. A second signal ends it at
 * once. Nothing acknowledged is lost either way; the deadline saves waiting, not data.
 */
export function stopOnSignals(stop: () => Promise<void>, { logger, deadlineMs = 30_000 }: StopOptions): void {
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalled) process.exit(1);
    signalled = true;
    logger.info({ signal }, 'asked to stop');
    void ended(stop, { logger, deadlineMs }).then((code) => process.exit(code));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** Logs what nobody caught and ends the process with 1: a state that nobody foresaw is not one to go on from. */
export function exitOnCrash(logger: Logger): void {
  process.on('uncaughtException', (err, origin) => {
    logger.fatal({ err, origin }, 'crashed');
    process.exit(1);
  });
}

async function ended(
  stop: () => Promise<void>,
  { logger, deadlineMs }: Required<StopOptions>,
): Promise<number> {
  const outcome = stop().then(
    () => 0,
    (err: unknown) => {
      logger.error({ err }, 'stopping failed');
      return 1;
    },
  );
  const late = delay(deadlineMs, 'late' as const);
  const code = await Promise.race([outcome, late]);
  if (code !== 'late') return code;
  logger.error({ deadlineMs }, 'not stopped within the deadline');
  return 1;
}
