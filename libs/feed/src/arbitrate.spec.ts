import { describe, expect, it } from '@jest/globals';
import { Frontier, fromHex, leafHash, toHex, toUtf8, type Checkpoint } from '@lodemark/transparency';
import { arbitrate, type HeldLog } from './arbitrate.js';
import type { Backfill } from './backfill.js';
import type { FeedEntry } from './feed.js';

const ORIGIN = 'demo.lodemark.example/log/kokbulak';

function logOf(...texts: string[]): FeedEntry[] {
  return texts.map((text, index) => {
    const bytes = toUtf8(text);
    return { origin: ORIGIN, index, leafHash: toHex(leafHash(bytes)), bytes };
  });
}

function treeOf(entries: readonly FeedEntry[]): Frontier {
  const frontier = Frontier.empty();
  for (const { leafHash: leaf } of entries) frontier.append(fromHex(leaf)!);
  return frontier;
}

function checkpointOf(entries: readonly FeedEntry[]): Checkpoint {
  return { origin: ORIGIN, size: entries.length, root: toHex(treeOf(entries).root()) };
}

function heldWith(entries: readonly FeedEntry[], verifiedSize: number): HeldLog {
  const rootAt = (size: number) => Promise.resolve(toHex(treeOf(entries.slice(0, size)).root()));
  return { verified: treeOf(entries.slice(0, verifiedSize)), rootAt };
}

function serving(entries: readonly FeedEntry[]): Backfill {
  return {
    fetch: (_origin, from, limit) => Promise.resolve(entries.slice(from, from + limit)),
    checkpoint: () => Promise.resolve(undefined),
  };
}

const right = logOf('a', 'b', 'c', 'd', 'e');
const wrong = logOf('a', 'b', 'x', 'd', 'e');

describe('arbitration between two entries at one index', () => {
  const at = (index: number, held: readonly FeedEntry[]) => ({
    origin: ORIGIN,
    index,
    heldLeaf: held[index]!.leafHash,
  });

  it('lets stand what a signed checkpoint confirmed before', async () => {
    const ports = { held: heldWith(right, 4), checkpoints: [checkpointOf(right)], backfill: serving(wrong) };
    expect(await arbitrate(at(2, right), ports)).toEqual({ kind: 'held-stands' });
  });

  it('lets stand what the next signed checkpoint confirms', async () => {
    const ports = { held: heldWith(right, 1), checkpoints: [checkpointOf(right)], backfill: serving(right) };
    expect(await arbitrate(at(2, right), ports)).toEqual({ kind: 'held-stands' });
  });

  it('replaces from the verified size on what no signed checkpoint confirms', async () => {
    const checkpoints = [checkpointOf(right), checkpointOf(right.slice(0, 3))];
    const ports = { held: heldWith(wrong, 1), checkpoints, backfill: serving(right) };
    expect(await arbitrate(at(2, wrong), ports)).toEqual({ kind: 'replace', entries: right.slice(1, 3) });
  });

  it('believes no bytes that do not lead to a signed root', async () => {
    const ports = { held: heldWith(right, 1), checkpoints: [checkpointOf(right)], backfill: serving(wrong) };
    expect(await arbitrate(at(2, right), ports)).toMatchObject({ kind: 'undecided' });
  });

  it('decides nothing before a checkpoint reaches the entry', async () => {
    const checkpoints = [checkpointOf(right.slice(0, 2))];
    const ports = { held: heldWith(right, 1), checkpoints, backfill: serving(right) };
    expect(await arbitrate(at(2, right), ports)).toMatchObject({ kind: 'undecided' });
  });

  it('decides nothing while the service withholds entries', async () => {
    const checkpoints = [checkpointOf(right)];
    const ports = { held: heldWith(right, 1), checkpoints, backfill: serving(right.slice(0, 3)) };
    expect(await arbitrate(at(2, right), ports)).toMatchObject({ kind: 'undecided' });
  });

  it('calls two signed checkpoints that contradict each other a fork', async () => {
    const checkpoints = [checkpointOf(right), checkpointOf(wrong.slice(0, 4))];
    const ports = { held: heldWith(right, 5), checkpoints, backfill: serving(right) };
    expect(await arbitrate(at(2, right), ports)).toEqual({
      kind: 'fork',
      checkpoints: [checkpointOf(right), checkpointOf(wrong.slice(0, 4))],
    });
  });
});
