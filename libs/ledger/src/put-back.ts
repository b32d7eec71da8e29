import { decodeFacilityLogEntry, equalBytes, leafHash, type FacilityLogEntry } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { appendEntries, type Draft } from './append-entries.js';
import { changedLots, type BatchState } from './batch-state.js';
import { FacilityBatch } from './facility-batch.js';
import { FollowedHeads } from './followed-heads.js';
import { LedgerError } from './ledger-error.js';
import { loadBatchState } from './load-batch-state.js';
import type { LogDatabase } from './log-database.js';
import { lockHead, publicHead, type HeadRow, type LogHead } from './log-head.js';
import { misplaced, requireLost, type LostEntries } from './lost-entries.js';
import type { EventPost } from './post.js';
import { readStoredEvent } from './stored-event.js';
import type { Tables } from './tables.js';
import { inTransaction } from './transaction.js';
import { noteVerifiedRoot } from './verified-root.js';

/**
 * Puts back, byte for byte, the entries that a database restored from an older backup lacks. They have to lead to the
 * tree that the log signed last; those that stood behind it have to be accepted once more, as all are: so what is
 * derived from entries is derived as it was. All of them or none.
 * @throws LedgerError `out-of-range` when the log has another size, `entry-misplaced` when an entry does not fit
 */
export function putBack(
  { pool, tables }: Pick<LogDatabase, 'pool' | 'tables'>,
  origin: string,
  lost: LostEntries,
): Promise<LogHead> {
  return inTransaction(pool, async (client) => {
    const head = await lockHead(client, tables, { origin, kind: 'facility' });
    requireLost(head, lost);
    const entries = lost.entries.map((bytes, at) => readEntry(origin, bytes, head.size + at));
    const state = await decideAgain(client, tables, { head, entries });
    await append(client, tables, { head, entries, state });
    const last = entries.at(-1);
    if (last !== undefined) await noteVerifiedRoot(client, tables, { origin, root: last.entry.root });
    return publicHead(await lockHead(client, tables, { origin, kind: 'facility' }));
  });
}

interface ReadEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly entry: FacilityLogEntry;
  /** What was posted; not of heads. */
  readonly post?: EventPost;
}

function readEntry(origin: string, bytes: Uint8Array, index: number): ReadEntry {
  const read = decodeFacilityLogEntry(bytes);
  if (!read.ok) throw misplaced(index, read.problems.map(({ detail }) => detail).join(' '));
  const entry = read.value;
  if (entry.kind === 'heads') return { index, bytes, entry };
  try {
    const { event, payloadDigest } = readStoredEvent(bytes);
    if (origin.endsWith(`/log/${event.facility}`))
      return { index, bytes, entry, post: { jws: entry.jws, event, payloadDigest } };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw misplaced(index, error.message);
  }
  throw misplaced(index, 'its event is of another facility');
}

/** What the entries leave behind, and as drafts the very bytes that were given. @throws LedgerError `entry-misplaced` */
async function decideAgain(
  client: ClientBase,
  tables: Tables,
  { head, entries }: { readonly head: HeadRow; readonly entries: readonly ReadEntry[] },
): Promise<BatchState> {
  const posts = entries.flatMap(({ post }) => post ?? []);
  const state = await loadBatchState(client, tables, { head, posts });
  const heads = new FollowedHeads(tables);
  await heads.load(client, head);
  let before = head.recordedAt ?? '';
  for (const { index, bytes, entry, post } of entries) {
    if (entry.recordedAt < before)
      throw misplaced(index, `it is older than the entry before it, of ${before}`);
    before = entry.recordedAt;
    const at = { ...head, size: index, verifiedRoot: entry.root };
    if (post !== undefined) {
      const outcome = new FacilityBatch({ ...at, size: head.size }, entry.recordedAt, state).decide(post);
      const draft = state.drafts[index - head.size];
      if (draft === undefined) throw misplaced(index, `decided again it is ${outcome.kind}`);
      if (!equalBytes(draft.data, bytes)) throw misplaced(index, 'decided again it is another entry');
      heads.follow(index, [draft]);
      continue;
    }
    if (entry.kind !== 'heads' || entry.map !== (await heads.rootAt(client, at)))
      throw misplaced(index, 'its heads are not those of the entries before it');
    const draft: Draft = { kind: 'heads', data: bytes, leaf: leafHash(bytes) };
    state.drafts.push(draft);
    heads.follow(index, [draft]);
  }
  return state;
}

interface Decided {
  readonly head: HeadRow;
  readonly entries: readonly ReadEntry[];
  readonly state: BatchState;
}

/** In as many appends as there are times: an append has one. */
async function append(client: ClientBase, tables: Tables, { head, entries, state }: Decided): Promise<void> {
  const { origin, size } = head;
  for (let first = 0; first < entries.length;) {
    const recordedAt = entries[first]?.entry.recordedAt ?? '';
    let end = first;
    while (entries[end]?.entry.recordedAt === recordedAt) end += 1;
    const grown = await lockHead(client, tables, { origin, kind: 'facility' });
    if (grown.size !== size + first) throw new LedgerError('damaged', `The head of ${origin} moved.`);
    await appendEntries(client, tables, {
      ...{ head: grown, recordedAt, drafts: state.drafts.slice(first, end) },
      lots: end === entries.length ? changedLots(state) : [],
    });
    first = end;
  }
}
