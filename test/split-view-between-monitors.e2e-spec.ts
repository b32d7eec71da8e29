import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { nodeSignatures } from '@lodemark/platform';
import { isAdmissible, openWitnessed, parseTrustPolicy, toUtf8 } from '@lodemark/transparency';
import type { Ran, TestSite } from '../apps/cli/test/support.js';
import { rootSizeOf, TwoHistories } from './support/two-histories.js';
import { until } from './support/until.js';

jest.setTimeout(300_000);

interface Alarm {
  readonly code: string;
  readonly at: number;
  readonly detail: string;
  readonly evidence?: readonly string[];
}

const PORT = 30_000 + (process.pid % 10_000);

describe('an operator who shows two monitors two histories of the root log', () => {
  let histories: TwoHistories;
  let shown: TestSite;
  let hidden: TestSite;
  /** A policy with the witnesses' addresses, and one of a monitor that cannot ask them. */
  const [asking, alone] = ['asking.txt', 'alone.txt'];

  beforeAll(async () => {
    histories = await TwoHistories.begin(async (site) => {
      await writeFile(site.path(alone), await withoutAddresses(site));
      // Both monitors begin before the histories part.
      for (const state of ['east', 'west'])
        expect(await monitor(site, { state, of: site, policy: alone })).toMatchObject({ exit: 0, out: '' });
    });
    ({ shown, hidden } = histories);
    await writeFile(shown.path(asking), await histories.trusted());
    await histories.post(shown, 'shown');
    await histories.post(hidden, 'hidden');
    for (let more = 0; (await rootSizeOf(shown)) !== (await rootSizeOf(hidden)); more += 1) {
      const isShort = (await rootSizeOf(shown)) < (await rootSizeOf(hidden));
      await histories.post(isShort ? shown : hidden, `more-${more}`);
    }
  });
  afterAll(async () => {
    await histories.stop();
  });

  /** The two monitors keep their states and policies in one place; what they are shown differs. */
  async function monitor(
    place: TestSite,
    { state, of, policy }: { readonly state: string; readonly of: TestSite; readonly policy: string },
    ...also: readonly string[]
  ): Promise<Ran> {
    return place.run([
      ...['monitor', '--once', '--json', '--policy', place.path(policy), '--state', place.path(state)],
      ...['--registry-url', of.site.network.registryUrl, ...also.flatMap((where) => ['--also', where])],
    ]);
  }
  const east = (...also: readonly string[]) =>
    monitor(shown, { state: 'east', of: shown, policy: alone }, ...also);
  const west = (...also: readonly string[]) =>
    monitor(shown, { state: 'west', of: hidden, policy: alone }, ...also);

  async function expectTwoTrees({ evidence = [] }: Alarm): Promise<void> {
    const policy = parseTrustPolicy(await readFile(shown.path(alone), 'utf8'));
    if (!policy.ok) throw new Error('no policy');
    const opened = await Promise.all(
      evidence.map((note) => openWitnessed(toUtf8(note), policy.value, nodeSignatures(isAdmissible))),
    );
    const roots = opened.map((one) => (one.ok ? one.value.checkpoint.root : 'not signed by the log'));
    expect([roots.length, new Set(roots).size, roots.includes('not signed by the log')]).toEqual([
      2,
      2,
      false,
    ]);
    const isMet = opened.map((one) => one.ok && one.value.quorumMet);
    expect(new Set(isMet)).toEqual(new Set([true, false]));
  }

  it('deceives each of them as long as it is alone, but for the missing cosignatures', async () => {
    expect(await east()).toMatchObject({ exit: 0, out: '' });
    const ran = await west();
    expect([ran.exit, codesOf(ran)]).toEqual([2, ['quorum-missing']]);
    expect(await rootSizeOf(shown)).toBe(await rootSizeOf(hidden));
  });

  it('is found out when either compares with what the other was shown, by two trees of one size', async () => {
    for (const ran of [await east(shown.path('west')), await west(shown.path('east'))]) {
      const split = alarmsOf(ran).find(({ code }) => code === 'split-view');
      expect([ran.exit, split?.at]).toEqual([5, await rootSizeOf(shown)]);
      await expectTwoTrees(split!);
    }
  });

  it('is found out by whoever asks the witnesses, who were shown the other history', async () => {
    const ran = await monitor(shown, { state: 'fresh', of: hidden, policy: asking });
    expect([ran.exit, new Set(codesOf(ran))]).toEqual([5, new Set(['quorum-missing', 'split-view'])]);
    expect(alarmsOf(ran).filter(({ code }) => code === 'split-view')).toHaveLength(2);
  });

  it('gets no cosignature on the second history, whether it is as long as the first or longer', async () => {
    for (const reason of ['another root of the same size', 'the consistency proof does not hold']) {
      const { quorumMet, missing } = await histories.putToWitnesses();
      expect([quorumMet, missing.map((one) => one.reason)]).toEqual([
        false,
        [expect.stringContaining(reason), expect.stringContaining(reason)],
      ]);
      expect(missing[0]?.reason).toContain('it answered 422');
      await histories.post(hidden, `longer-${reason.length}`);
    }
  });

  it('is found out where the histories are of other lengths after what they have in common', async () => {
    // The hidden one is longer by now: who was shown less can only tell that something is kept from him.
    const longer = await west();
    expect([longer.exit, codesOf(longer)]).toEqual([2, ['quorum-missing']]);
    const shorter = await east(shown.path('west'));
    expect([shorter.exit, codesOf(shorter)]).toEqual([2, ['behind']]);
    const split = alarmsOf(await west(shown.path('east'))).find(({ code }) => code === 'split-view');
    expect(split?.at).toBe(await rootSizeOf(shown));
    await expectTwoTrees(split!);
    // When his has grown as far, he can tell, too.
    for (let more = 0; (await rootSizeOf(shown)) < (await rootSizeOf(hidden)); more += 1)
      await histories.post(shown, `later-${more}`);
    const grown = await east(shown.path('west'));
    expect([grown.exit, codesOf(grown)]).toEqual([5, ['split-view']]);
  });

  it('is found out over HTTP by a monitor that asks another one that follows', async () => {
    const interruption = new AbortController();
    const following = shown.run(
      [
        ...['monitor', '--policy', shown.path(alone), '--state', shown.path('east'), '--every', '1'],
        ...['--metrics', `127.0.0.1:${PORT}`],
      ],
      { interruption: interruption.signal },
    );
    const url = `http://127.0.0.1:${PORT}`;
    await until(async () => {
      const response = await fetch(`${url}/metrics`).catch(() => undefined);
      return ((await response?.text()) ?? '').includes('rounds_total{outcome="made"} 1');
    });
    const ran = await west(url);
    expect([ran.exit, codesOf(ran).includes('split-view')]).toEqual([5, true]);
    interruption.abort();
    expect((await following).exit).toBe(0);
  });
});

async function withoutAddresses(site: TestSite): Promise<string> {
  const policy = await readFile(site.path('site/trust-policy.txt'), 'utf8');
  return policy.replace(/^(witness \S+ \S+) \S+$/gm, '$1');
}

function alarmsOf({ out }: Ran): readonly Alarm[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Alarm);
}

function codesOf(ran: Ran): readonly string[] {
  return alarmsOf(ran).map(({ code }) => code);
}
