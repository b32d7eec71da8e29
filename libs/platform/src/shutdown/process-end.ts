import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/logger.js';

/** What ending needs of the process; a test brings its own. */
export interface EndableProcess {
  on(event: 'SIGTERM' | 'SIGINT', listener: (signal: string) => void): unknown;
  on(event: 'uncaughtException', listener: (error: Error, origin: string) => void): unknown;
  exit(code: number): void;
}

export interface StopOptions {
  readonly logger: Logger;
  /** Milliseconds after which the process ends whatever is still open. Default 30,000. */
  readonly deadlineMs?: number;
  readonly process?: EndableProcess;
}

/**
 * Stops on SIGTERM or SIGINT and ends the process: 0 after a clean stop, 1 otherwise. A second signal ends it at
 * once. Nothing acknowledged is lost either way; the deadline saves waiting, not data.
 */
export function stopOnSignals(stop: () => Promise<void>, options: StopOptions): void {
  const { logger, deadlineMs = 30_000, process: ending = process } = options;
  let signalled = false;
  const onSignal = (signal: string) => {
    if (signalled) {
      ending.exit(1);
      return;
    }
    signalled = true;
    logger.info({ signal }, 'asked to stop');
    void exitCode(stop, logger, deadlineMs).then((code) => {
      ending.exit(code);
    });
  };
  ending.on('SIGTERM', onSignal);
  ending.on('SIGINT', onSignal);
}

/** Logs what nobody caught and ends the process with 1: a state that nobody foresaw is not one to go on from. */
export function exitOnCrash(logger: Logger, ending: EndableProcess = process): void {
  ending.on('uncaughtException', (err, origin) => {
    logger.fatal({ err, origin }, 'crashed');
    ending.exit(1);
  });
}

/** Stops a service that cannot do its work any more, in order if it can within the deadline, and ends the process with 1. */
export async function stopInFailure(stop: () => Promise<void>, options: StopOptions): Promise<void> {
  const { logger, deadlineMs = 30_000, process: ending = process } = options;
  await exitCode(stop, logger, deadlineMs);
  ending.exit(1);
}

async function exitCode(stop: () => Promise<void>, logger: Logger, deadlineMs: number): Promise<number> {
  const outcome = stop().then(
    () => 0,
    (err: unknown) => {
      logger.error({ err }, 'stopping failed');
      return 1;
    },
  );
  const patience = new AbortController();
  const late = delay(deadlineMs, 'late' as const, { signal: patience.signal }).catch(() => 'late' as const);
  const code = await Promise.race([outcome, late]);
  patience.abort();
  if (code !== 'late') return code;
  logger.error({ deadlineMs }, 'not stopped within the deadline');
  return 1;
}
