import { toHex, type RootReference } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import type { Queries } from './queries.js';
import { LedgerError } from './ledger-error.js';
import { toCount, type Tables } from './tables.js';

export type LogKind = 'facility' | 'root';

/** A log's head: how far it has got. */
export interface LogHead {
  readonly origin: string;
  readonly size: number;
  /** Root hash at that size, lowercase hex. */
  readonly root: string;
  /** `recordedAt` of the last entry; null in an empty log. */
  readonly recordedAt: string | null;
  /** Facility logs: the last verified root checkpoint. Size 0 and the empty tree's hash before the first. */
  readonly verifiedRoot: RootReference;
}

/** A head as its row has it. */
export interface HeadRow extends LogHead {
  readonly id: number;
  readonly kind: LogKind;
  /** `Frontier.serialize` at this size. */
  readonly frontier: Uint8Array;
}

interface Row {
  id: number;
  origin: string;
  kind: LogKind;
  size: string;
  root: Buffer;
  frontier: Buffer;
  recorded_at: Date | null;
  verified_root_size: string;
  verified_root_hash: Buffer;
}

/**
 * Reads a log's head; `lock` orders everybody who appends to the log until the transaction ends.
 * @throws LedgerError `log-unknown`
 */
export async function readHead(
  client: Queries,
  tables: Tables,
  { origin, lock = false }: { readonly origin: string; readonly lock?: boolean },
): Promise<HeadRow> {
  // Postgres texts cannot hold NUL, and no origin does.
  if (origin.includes('\0')) throw new LedgerError('log-unknown', 'An origin holds no NUL.');
  const { rows } = await client.query<Row>(
    `SELECT id, origin, kind, size, root, frontier, recorded_at, verified_root_size, verified_root_hash
     FROM ${tables.log} WHERE origin = $1 ${lock ? 'FOR UPDATE' : ''}`,
    [origin],
  );
  const row = rows[0];
  if (row === undefined) throw new LedgerError('log-unknown', `There is no log ${origin} here.`);
  return {
    id: row.id,
    origin: row.origin,
    kind: row.kind,
    size: toCount(row.size),
    root: toHex(row.root),
    frontier: row.frontier,
    recordedAt: row.recorded_at?.toISOString() ?? null,
    verifiedRoot: { size: toCount(row.verified_root_size), hash: toHex(row.verified_root_hash) },
  };
}

/** Locks the head of a log of this kind. @throws LedgerError `log-unknown`, `log-kind` */
export async function lockHead(
  client: ClientBase,
  tables: Tables,
  log: { readonly origin: string; readonly kind: LogKind },
): Promise<HeadRow> {
  const head = await readHead(client, tables, { origin: log.origin, lock: true });
  requireKind(head, log.kind);
  return head;
}

export function requireKind(head: HeadRow, kind: LogKind): void {
  if (head.kind === kind) return;
  throw new LedgerError('log-kind', `${head.origin} is a ${head.kind} log.`);
}

/** The time that the next entries carry: the clock's, but never before the last entry's. */
export function nextRecordedAt(head: LogHead, now: Date): string {
  const at = now.toISOString();
  return head.recordedAt !== null && Date.parse(head.recordedAt) > now.getTime() ? head.recordedAt : at;
}

/** The head without what only the ledger itself needs. */
export function publicHead({ origin, size, root, recordedAt, verifiedRoot }: HeadRow): LogHead {
  return { origin, size, root, recordedAt, verifiedRoot };
}
