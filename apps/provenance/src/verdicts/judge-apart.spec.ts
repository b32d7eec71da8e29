import { afterEach, describe, expect, it } from '@jest/globals';
import type { Policy } from '@lodemark/policy';
import { HorizonNotFilled, type FilledHorizon } from '../horizon/horizon.js';
import { JudgeApart, type ToJudge } from './judge-apart.js';

const horizon: FilledHorizon = {
  ...{ size: 3, rootHash: 'ab'.repeat(32), at: '2026-01-01T00:00:00Z' },
  counted: new Map([['demo.example/log/mine', 7]]),
};
const policy = { digest: 'cd'.repeat(32) } as Policy;

/** A thread that answers with the lot's name and how many it has answered, and goes down over one kind of lot. */
const THREAD = `
  import { parentPort } from 'node:worker_threads';
  let answered = 0;
  parentPort.on('message', ({ id, lot, horizon }) => {
    if (lot === 'ends') process.exit(1);
    if (lot === 'fills memory') { const kept = []; for (;;) kept.push(new Array(1e6).fill({ lot })); }
    if (lot === 'refused') parentPort.postMessage({ id, refused: { code: 'verdict-not-repeated', message: 'no', facts: { lot } } });
    else if (lot === 'undone') parentPort.postMessage({ id, notFilled: { horizon: 3, missing: [], message: 'being read anew' } });
    else if (lot === 'defect') parentPort.postMessage({ id, broken: { message: 'not a function', stack: 'Error: not a function\\n at judge' } });
    else parentPort.postMessage({ id, verdict: { lot, answered: (answered += 1), counted: [...horizon.counted] } });
  });
`;

describe('judging apart', () => {
  const opened: JudgeApart[] = [];
  afterEach(async () => {
    for (const judge of opened.splice(0)) await judge.close();
  });

  function open(heapMib?: number): JudgeApart {
    const script = new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`);
    const judge = new JudgeApart(
      { databaseUrl: 'postgres://nowhere', network: 'demo.example' },
      { script, heapMib },
    );
    opened.push(judge);
    return judge;
  }

  const about = (lot: string): ToJudge => ({ horizon, lot, question: {}, policy, twice: false });

  it('answers one question after the other, in one thread', async () => {
    const judge = open();
    const verdicts = await Promise.all(['a', 'b', 'c'].map((lot) => judge.verdict(about(lot))));
    const counted = [['demo.example/log/mine', 7]];
    expect(verdicts).toEqual(['a', 'b', 'c'].map((lot, index) => ({ lot, answered: index + 1, counted })));
  });

  it.each(['ends', 'fills memory'])(
    'refuses the question whose thread %s, and answers those behind it in another',
    async (lot) => {
      const judge = open(64);
      const [bad, good] = await Promise.allSettled([judge.verdict(about(lot)), judge.verdict(about('good'))]);
      expect(bad).toMatchObject({
        status: 'rejected',
        reason: { code: 'judging-broke-off', facts: { lot } },
      });
      expect(good).toMatchObject({ status: 'fulfilled', value: { lot: 'good', answered: 1 } });
    },
  );

  it('hands on what the thread refuses with, and goes on', async () => {
    const judge = open();
    await expect(judge.verdict(about('refused'))).rejects.toMatchObject({
      ...{ code: 'verdict-not-repeated', message: 'no', facts: { lot: 'refused' } },
    });
    await expect(judge.verdict(about('undone'))).rejects.toBeInstanceOf(HorizonNotFilled);
    await expect(judge.verdict(about('defect'))).rejects.toMatchObject({
      ...{ message: 'not a function', stack: expect.stringContaining('at judge') },
    });
    await expect(judge.verdict(about('good'))).resolves.toMatchObject({ lot: 'good' });
  });

  it('refuses what is still open when it closes, and everything after', async () => {
    const judge = open();
    const asked = expect(judge.verdict(about('a'))).rejects.toMatchObject({ code: 'judging-broke-off' });
    await judge.close();
    await asked;
    await expect(judge.verdict(about('b'))).rejects.toMatchObject({ code: 'judging-broke-off' });
  });

  it('refuses when there is no such thread to begin', async () => {
    const script = new URL('file:///nowhere/judge-thread.js');
    const judge = new JudgeApart({ databaseUrl: 'postgres://nowhere', network: 'demo.example' }, { script });
    opened.push(judge);
    await expect(judge.verdict(about('a'))).rejects.toMatchObject({ code: 'judging-broke-off' });
  });
});
