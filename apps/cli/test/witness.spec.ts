import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCosignerKey, formatVerifierKey } from '@lodemark/transparency';
import { ORIGIN, SmallLog } from '../../../libs/witness/test/log.js';
import { lodemark, type Ran } from './support.js';

let folder: string;
let log: SmallLog;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodemark-witness-'));
  log = await SmallLog.of(5);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function argumentsFor(port: number): string[] {
  const [key, state] = [join(folder, 'witness.key'), join(folder, 'state')];
  return ['witness', '--name', 'w.example', '--key', key, '--state', state, '--listen', `127.0.0.1:${port}`];
}

/** Asks until there is an answer; the command runs beside. */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function witnessing(port: number, work: (url: string) => Promise<void>): Promise<Ran> {
  const interruption = new AbortController();
  const run = lodemark([...argumentsFor(port), '--log', formatVerifierKey(log.key), '--json'], {
    interruption: interruption.signal,
  });
  await work(`http://127.0.0.1:${port}`).finally(() => interruption.abort());
  return run;
}

describe('lodemark witness', () => {
  it('cosigns until it is interrupted, and knows after a start anew with the same key where it was', async () => {
    const add = (url: string) => async () =>
      fetch(`${url}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${await log.note(5)}` });
    const first = await witnessing(47911, async (url) => {
      const answer = await patiently(add(url));
      expect([answer.status, await answer.text()]).toEqual([
        200,
        expect.stringMatching(/^— w\.example \S+\n$/),
      ]);
    });
    const { vkey, logs } = JSON.parse(first.out) as { vkey: string; logs: string[] };
    expect([first.exit, logs, parseCosignerKey(vkey).ok]).toEqual([130, [ORIGIN], true]);
    const second = await witnessing(47912, async (url) => {
      const answer = await patiently(add(url));
      expect([answer.status, await answer.text()]).toEqual([409, '5\n']);
      const latest = await fetch(`${url}/${createHash('sha256').update(ORIGIN).digest('hex')}/checkpoint`);
      expect(await latest.text()).toContain(await log.note(5));
    });
    expect(JSON.parse(second.out)).toMatchObject({ vkey });
  });

  it.each([
    ['no log', [], 'No log is named'],
    ['what is no key', ['--log', 'x'], 'x is no verifier key'],
    ['a policy that is not there', ['--policy', '/nowhere/policy'], 'cannot be read'],
  ])('refuses %s', async (_, more, cause) => {
    const { exit, err } = await lodemark([...argumentsFor(47913), ...more]);
    expect([exit, err]).toEqual([4, expect.stringContaining(cause)]);
  });
});
