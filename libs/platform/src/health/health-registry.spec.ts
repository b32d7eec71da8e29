import { describe, expect, it } from '@jest/globals';
import { HealthFailure, HealthRegistry, type HealthCheck } from './health-registry.js';

function registry() {
  const time = { now: 0 };
  const failures: string[] = [];
  const health = new HealthRegistry(
    (name) => failures.push(name),
    () => time.now,
  );
  return { health, time, failures };
}

function check(
  name: string,
  run: HealthCheck['check'],
  probes: HealthCheck['probes'] = ['ready'],
): HealthCheck {
  return { name, timeoutMs: 50, probes, check: run };
}

const fine = () => Promise.resolve(undefined);

describe('HealthRegistry', () => {
  it('is ready when every check is well, and shows each with its age and facts', async () => {
    const { health, time } = registry();
    health.add(check('postgres', () => Promise.resolve({ fsync: 'on' })));
    health.add(check('feed', fine));
    await health.ready();
    time.now += 300;
    expect(await health.ready()).toEqual({
      status: 'up',
      checks: {
        postgres: { status: 'up', milliseconds: 0, secondsSinceSuccess: 0.3, facts: { fsync: 'on' } },
        feed: { status: 'up', milliseconds: 0, secondsSinceSuccess: 0.3 },
      },
    });
  });

  it('shows the words of a HealthFailure, and nothing of what other errors say', async () => {
    const { health } = registry();
    health.add(check('a', () => Promise.reject(new HealthFailure('fsync is off'))));
    health.add(check('b', () => Promise.reject(new Error('password hush refused'))));
    const { status, checks } = await health.ready();
    expect(status).toBe('down');
    expect([checks['a']?.detail, checks['b']?.detail]).toEqual(['fsync is off', 'The check failed.']);
  });

  it('does not wait longer than the timeout, and does not ask a hanging check again', async () => {
    const { health } = registry();
    let asked = 0;
    let answer: (() => void) | undefined;
    health.add(
      check('slow', () => {
        asked += 1;
        return new Promise((resolve) => (answer = () => resolve(undefined)));
      }),
    );
    const [first, second] = [await health.ready(), await health.ready()];
    expect([first.status, second.status, asked]).toEqual(['down', 'down', 1]);
    expect(first.checks['slow']?.detail).toBe('No answer within 50 ms.');
    answer?.();
    await new Promise(setImmediate);
    expect((await health.ready()).status).toBe('up');
  });

  it('asks a check once for many probes at once, and again only when the answer is no longer fresh', async () => {
    const { health, time } = registry();
    let asked = 0;
    health.add(check('counted', () => Promise.resolve({ asked: ++asked })));
    await Promise.all(Array.from({ length: 20 }, () => health.ready()));
    await health.ready();
    expect(asked).toBe(1);
    time.now += 501;
    await health.ready();
    expect(asked).toBe(2);
  });

  it('tells of a failure when it begins, not at every probe', async () => {
    const { health, time, failures } = registry();
    let well = false;
    health.add(check('db', () => (well ? fine() : Promise.reject(new Error('x')))));
    for (const state of [false, false, true, false]) {
      well = state;
      await health.ready();
      time.now += 1000;
    }
    expect(failures).toEqual(['db', 'db']);
  });

  it('keeps the age of the last success while a check fails', async () => {
    const { health, time } = registry();
    let well = true;
    health.add(check('db', () => (well ? fine() : Promise.reject(new Error('x')))));
    await health.ready();
    well = false;
    time.now += 4000;
    expect((await health.ready()).checks['db']).toMatchObject({ status: 'down', secondsSinceSuccess: 4 });
  });

  it('is unready while it stops although every check is well', async () => {
    const { health } = registry();
    health.stop();
    expect(await health.ready()).toEqual({ status: 'down', stopping: true, checks: {} });
  });

  it('has started once its start-up checks were well, and stays started', async () => {
    const { health, time } = registry();
    let well = false;
    health.add(check('migrated', () => (well ? fine() : Promise.reject(new Error('x'))), ['startup']));
    expect((await health.startup()).status).toBe('down');
    expect((await health.ready()).checks).toEqual({});
    well = true;
    time.now += 1000;
    expect((await health.startup()).status).toBe('up');
    well = false;
    time.now += 1000;
    expect((await health.startup()).status).toBe('up');
  });

  it('refuses two checks of one name', () => {
    const { health } = registry();
    health.add(check('db', fine));
    expect(() => health.add(check('db', fine))).toThrow('already');
  });
});
