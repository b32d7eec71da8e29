import { describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { createLogger } from '../logging/logger.js';
import { exitOnCrash, stopInFailure, stopOnSignals, type EndableProcess } from './process-end.js';

class OwnProcess extends EventEmitter implements EndableProcess {
  readonly codes: number[] = [];

  exit(code: number): void {
    this.codes.push(code);
    this.emit('exited', code);
  }
}

function setUp() {
  const lines: string[] = [];
  const logger = createLogger({ service: 'tiny', level: 'info', write: (line) => lines.push(line) });
  return { own: new OwnProcess(), logger, lines };
}

describe('stopOnSignals', () => {
  it.each(['SIGTERM', 'SIGINT'])('stops on %s and ends with 0', async (signal) => {
    const { own, logger } = setUp();
    let stopped = false;
    stopOnSignals(() => Promise.resolve(void (stopped = true)), { logger, process: own });
    own.emit(signal, signal);
    expect(await once(own, 'exited')).toEqual([0]);
    expect(stopped).toBe(true);
  });

  it('ends with 1 when stopping failed, and logs why', async () => {
    const { own, logger, lines } = setUp();
    stopOnSignals(() => Promise.reject(new Error('the pool hangs')), { logger, process: own });
    own.emit('SIGTERM', 'SIGTERM');
    expect(await once(own, 'exited')).toEqual([1]);
    expect(lines.join('')).toContain('the pool hangs');
  });

  it('ends with 1 at the deadline', async () => {
    const { own, logger } = setUp();
    stopOnSignals(() => new Promise(() => undefined), { logger, process: own, deadlineMs: 20 });
    own.emit('SIGTERM', 'SIGTERM');
    expect(await once(own, 'exited')).toEqual([1]);
  });

  it('ends at once on a second signal', () => {
    const { own, logger } = setUp();
    stopOnSignals(() => new Promise(() => undefined), { logger, process: own, deadlineMs: 50 });
    own.emit('SIGINT', 'SIGINT');
    own.emit('SIGINT', 'SIGINT');
    expect(own.codes).toEqual([1]);
  });
});

describe('stopInFailure', () => {
  it.each([
    ['stopped', () => Promise.resolve()],
    ['could not be stopped', () => Promise.reject(new Error('the pool hangs'))],
    ['did not stop in time', () => new Promise<void>(() => undefined)],
  ])('ends with 1 a service that %s', async (_, stop) => {
    const { own, logger } = setUp();
    await stopInFailure(stop, { logger, process: own, deadlineMs: 20 });
    expect(own.codes).toEqual([1]);
  });
});

describe('exitOnCrash', () => {
  it('logs what nobody caught, without its secrets, and ends with 1', () => {
    const { own, logger, lines } = setUp();
    exitOnCrash(logger, own);
    own.emit('uncaughtException', new Error('at postgres://custody:hush@db/custody'), 'uncaughtException');
    expect(own.codes).toEqual([1]);
    expect(lines.join('')).toMatch(/"level":"fatal".*crashed/);
    expect(lines.join('')).not.toContain('hush');
  });
});
