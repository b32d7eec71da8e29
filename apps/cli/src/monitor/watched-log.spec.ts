import { describe, expect, it } from '@jest/globals';
import { encodeEntryBundle, leafHash, rootOf, toHex, toUtf8 } from '@lodemark/transparency';
import type { LogSource } from '../log/log-source.js';
import { WatchedLog, type SignedTree } from './watched-log.js';

const ORIGIN = 'n.example/log/a';

function sourceOf(texts: readonly string[]): LogSource {
  return {
    name: 'a log in memory',
    checkpoint: () => Promise.reject(new Error('nobody asks for it')),
    document: () => Promise.resolve(undefined),
    tile: ({ index, width }) =>
      Promise.resolve(encodeEntryBundle(texts.slice(index * 256, index * 256 + width).map(toUtf8))),
  };
}

function treeOf(texts: readonly string[], note = `note of ${texts.length}`): SignedTree {
  return { size: texts.length, root: toHex(rootOf(texts.map((text) => leafHash(toUtf8(text))))), note };
}

const TEXTS = Array.from({ length: 600 }, (_, i) => `entry ${i}`);
const first = (count: number) => TEXTS.slice(0, count);

function watched(
  texts = TEXTS,
  before?: SignedTree,
  read: (entry: Uint8Array) => string | undefined = () => undefined,
) {
  return new WatchedLog(ORIGIN, sourceOf(texts), read, before);
}

describe('a log that a monitor follows', () => {
  it('raises nothing while every signed tree is the tree of its entries, over bundles and runs', async () => {
    const log = watched(TEXTS, treeOf(first(300)));
    for (const size of [300, 300, 301, 511, 512, 600])
      expect(await log.advance(treeOf(first(size)))).toEqual([]);
    expect(log.rootAt(255)).toBe(treeOf(first(255)).root);
  });

  it('reads every entry once, in order', async () => {
    const read: string[] = [];
    const log = watched(TEXTS, undefined, (entry) => void read.push(Buffer.from(entry).toString()));
    for (const size of [10, 300, 600]) await log.advance(treeOf(first(size)));
    expect(read).toEqual(TEXTS);
  });

  it('is reported to fork when its entries do not make the tree that was signed', async () => {
    const altered = TEXTS.with(5, 'another');
    expect(await watched(altered).advance(treeOf(TEXTS))).toMatchObject([{ code: 'fork', at: 600 }]);
  });

  it('is reported to fork when what an earlier run saw is no beginning of it', async () => {
    const altered = TEXTS.with(5, 'another');
    const seen = treeOf(first(300), 'what was signed before');
    expect(await watched(altered, seen).advance(treeOf(altered))).toMatchObject([
      { code: 'fork', at: 300, evidence: ['what was signed before', 'note of 600'] },
    ]);
  });

  it('is reported when two trees of one size are signed, in one run or in two', async () => {
    const other = treeOf(TEXTS.with(5, 'another'), 'the other');
    const log = watched();
    await log.advance(treeOf(TEXTS));
    expect(await log.advance(other)).toMatchObject([
      { code: 'equivocation', evidence: ['note of 600', 'the other'] },
    ]);
    expect(await watched(TEXTS, treeOf(TEXTS)).advance(other)).toMatchObject([{ code: 'equivocation' }]);
  });

  it('is reported when it is shown shorter than it was', async () => {
    expect(await watched(TEXTS, treeOf(TEXTS)).advance(treeOf(first(599)))).toMatchObject([
      { code: 'rolled-back' },
    ]);
    const log = watched();
    await log.advance(treeOf(TEXTS));
    expect(await log.advance(treeOf(first(3)))).toMatchObject([{ code: 'rolled-back' }]);
    expect(await log.advance(treeOf(TEXTS))).toEqual([]);
  });

  it('is reported for an entry that is none, and read on', async () => {
    const log = watched(TEXTS, undefined, (entry) => (entry.length === 7 ? undefined : 'too long'));
    const alarms = await log.advance(treeOf(first(12)));
    expect(alarms).toEqual([
      { code: 'entry-wrong', origin: ORIGIN, at: 10, detail: 'too long' },
      { code: 'entry-wrong', origin: ORIGIN, at: 11, detail: 'too long' },
    ]);
    expect(await log.advance(treeOf(first(13)))).toMatchObject([{ at: 12 }]);
  });
});
