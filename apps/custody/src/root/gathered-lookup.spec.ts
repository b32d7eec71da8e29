import { describe, expect, it } from '@jest/globals';
import { GatheredLookup } from './gathered-lookup.js';

/** A look-up that notes what it is asked, and answers when it is told to. */
function slow() {
  const asked: (readonly string[])[] = [];
  const answers: (() => void)[] = [];
  const lookup = new GatheredLookup<string, number>((keys) => {
    asked.push(keys);
    return new Promise((resolve) => {
      answers.push(() => resolve(new Map(keys.map((key) => [key, asked.length]))));
    });
  });
  return { lookup, asked, answers };
}

/** Waits until so many look-ups have begun. */
async function begun(asked: readonly unknown[], count: number): Promise<void> {
  while (asked.length < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('a gathered look-up', () => {
  it('asks once for what is wanted at the same time', async () => {
    const { lookup, asked, answers } = slow();
    const found = [lookup.find(['a', 'b']), lookup.find(['b', 'c'])];
    await begun(asked, 1);
    answers[0]?.();
    expect(asked).toEqual([['a', 'b', 'c']]);
    expect((await Promise.all(found)).map((one) => one.get('b'))).toEqual([1, 1]);
  });

  it('never answers a question by a look-up that began before it', async () => {
    const { lookup, asked, answers } = slow();
    const first = lookup.find(['a']);
    await begun(asked, 1);
    const second = lookup.find(['a']);
    answers[0]?.();
    expect((await first).get('a')).toBe(1);
    await begun(asked, 2);
    answers[1]?.();
    expect((await second).get('a')).toBe(2);
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('tells a failure to those whom it concerns, and goes on', async () => {
    let fails = true;
    const lookup = new GatheredLookup<string, number>((keys) =>
      fails ? Promise.reject(new Error('away')) : Promise.resolve(new Map(keys.map((key) => [key, 1]))),
    );
    await expect(lookup.find(['a'])).rejects.toThrow('away');
    fails = false;
    expect((await lookup.find(['a'])).get('a')).toBe(1);
  });
});
