import { decodeRootLogEntry, leafHash, type RootLogEntry } from '@lodemark/transparency';
import type { Pool, PoolClient } from 'pg';
import { appendEntries, type Draft } from './append-entries.js';
import { lockHead, publicHead, type HeadRow, type LogHead } from './log-head.js';
import { misplaced, requireLost, type LostEntries } from './lost-entries.js';
import type { StatedAs } from './stated-as.js';
import type { Tables } from './tables.js';
import { inTransaction } from './transaction.js';

/** An entry of the root log that comes back, and where it stands. */
export interface ReturnedEntry {
  readonly client: PoolClient;
  readonly index: number;
  readonly entry: RootLogEntry;
  /** Whether the signed tree holds it; behind that tree nothing but what stands in it speaks for it. */
  readonly isSigned: boolean;
}

/** Writes what is derived from the entry, as it was; undefined when an entry behind the signed tree does not hold. */
export type DeriveAgain = (returned: ReturnedEntry) => Promise<StatedAs | undefined>;

export interface RootPutBack {
  readonly pool: Pool;
  readonly tables: Tables;
  readonly origin: string;
  readonly lost: LostEntries;
  readonly derive: DeriveAgain;
}

/**
 * Puts entries of the root log back, byte for byte, with all that is derived from them, in one transaction. They have
 * to lead to the tree that was signed; behind it they are taken as far as they hold.
 * @throws LedgerError `out-of-range` when the log has another size, `entry-misplaced` when an entry does not fit
 */
export function putBackRoot({ pool, tables, origin, lost, derive }: RootPutBack): Promise<LogHead> {
  return inTransaction(pool, async (client) => {
    const head = await lockHead(client, tables, { origin, kind: 'root' });
    requireLost(head, lost);
    const returned: { readonly draft: Draft; readonly recordedAt: string }[] = [];
    let before = head.recordedAt ?? '';
    for (const [at, data] of lost.entries.entries()) {
      const index = head.size + at;
      const isSigned = index < lost.signed.size;
      const entry = readRootEntry(data, index);
      if (entry.recordedAt < before)
        throw misplaced(index, `it is older than the entry before it, of ${before}`);
      before = entry.recordedAt;
      const derived = await derive({ client, index, entry, isSigned });
      if (derived === undefined && isSigned) throw misplaced(index, 'nothing can be derived from it');
      if (derived === undefined) break;
      returned.push({ draft: draftOf(entry, data, derived), recordedAt: entry.recordedAt });
    }
    await appendByTime(client, tables, { head, returned });
    return publicHead(await lockHead(client, tables, { origin, kind: 'root' }));
  });
}

function readRootEntry(data: Uint8Array, index: number): RootLogEntry {
  const read = decodeRootLogEntry(data);
  if (!read.ok) throw misplaced(index, read.problems.map(({ detail }) => detail).join(' '));
  if ((read.value.kind === 'genesis') !== (index === 0))
    throw misplaced(index, `a ${read.value.kind} does not stand there`);
  return read.value;
}

function draftOf({ kind }: RootLogEntry, data: Uint8Array, { statement }: StatedAs): Draft {
  const stated = statement && {
    statement: { id: statement.statementId, payloadDigest: statement.payloadDigest },
  };
  return { kind, data, leaf: leafHash(data), ...stated };
}

/** In as many appends as there are times: an append has one. */
async function appendByTime(
  client: PoolClient,
  tables: Tables,
  {
    head: { origin },
    returned,
  }: {
    readonly head: HeadRow;
    readonly returned: readonly { readonly draft: Draft; readonly recordedAt: string }[];
  },
): Promise<void> {
  for (let first = 0; first < returned.length;) {
    const recordedAt = returned[first]?.recordedAt ?? '';
    let end = first;
    while (returned[end]?.recordedAt === recordedAt) end += 1;
    const head = await lockHead(client, tables, { origin, kind: 'root' });
    const drafts = returned.slice(first, end).map(({ draft }) => draft);
    await appendEntries(client, tables, { head, recordedAt, drafts });
    first = end;
  }
}
