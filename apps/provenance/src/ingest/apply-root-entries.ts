import type { Network } from '@lodemark/domain';
import type { FeedEntry } from '@lodemark/feed';
import { EMPTY_ROOT, fromHex, type SignatureChecker } from '@lodemark/transparency';
import type { PoolClient } from 'pg';
import { insertRows } from '../database/insert-rows.js';
import { toCount } from '../database/tables.js';
import { RootState, type RootLeaf } from '@lodemark/certificate';
import { registerKeys, type NewKey } from './signature-facts.js';

export interface RootLogPorts {
  readonly network: Network;
  readonly checker: SignatureChecker;
}

interface PlacedLeaf {
  readonly idx: number;
  readonly leaf: RootLeaf;
}

/** Writes what the entries say into the read model, and takes them into the state that later ones are judged by. */
export async function applyRootEntries(
  client: PoolClient,
  { state, ...ports }: RootLogPorts & { readonly state: RootState },
  entries: readonly FeedEntry[],
): Promise<void> {
  const leaves: PlacedLeaf[] = [];
  for (const { index, bytes } of entries) leaves.push({ idx: index, leaf: await state.read(bytes) });
  await writeLeaves(client, leaves);
  await writeStatements(client, ports.network, leaves);
  await writeCoverage(client, leaves);
  await writeFaults(client, leaves);
  await writeParked(client, ports.network.rootOrigin, leaves);
  await registerKeys(
    client,
    { facilityOf: (origin) => ports.network.facilityOf(origin), checker: ports.checker },
    leaves.flatMap(newKey),
  );
  await writeRevocations(client, leaves);
}

function newKey({ idx, leaf }: PlacedLeaf): NewKey[] {
  if (leaf.kind !== 'statement' || leaf.key === undefined) return [];
  const { statement } = leaf;
  if (statement.type !== 'KeyAdded' && statement.type !== 'KeyRotated') return [];
  const { kid, purpose, owner } = statement;
  const logOf = purpose === 'log' && 'facility' in owner ? owner.facility : null;
  return [{ kid, rootIndex: idx, jwk: leaf.key, logOf }];
}

async function writeRevocations(client: PoolClient, leaves: readonly PlacedLeaf[]): Promise<void> {
  for (const { idx, leaf } of leaves) {
    if (leaf.kind !== 'statement' || leaf.fault !== null || leaf.statement.type !== 'KeyRevoked') continue;
    await client.query(`UPDATE signing_key SET revoked_by = $2 WHERE kid = $1 AND revoked_by IS NULL`, [
      leaf.statement.kid,
      idx,
    ]);
  }
}

async function writeLeaves(client: PoolClient, leaves: readonly PlacedLeaf[]): Promise<void> {
  const columns = { idx: 'bigint', kind: 'text', recorded_at: 'text' } as const;
  const rows = leaves.map(({ idx, leaf: { kind, recordedAt } }) => ({ idx, kind, recorded_at: recordedAt }));
  await insertRows(client, { table: 'root_leaf', columns }, rows);
}

async function writeStatements(client: PoolClient, network: Network, leaves: readonly PlacedLeaf[]) {
  const statements = leaves.flatMap(({ idx, leaf }) => (leaf.kind === 'statement' ? [{ idx, leaf }] : []));
  const columns = { idx: 'bigint', type: 'text', kid: 'text', fault: 'text' } as const;
  const rows = statements.map(({ idx, leaf: { statement, kid, fault } }) => ({
    ...{ idx, type: statement.type, kid, fault },
  }));
  await insertRows(client, { table: 'root_statement', columns }, rows);
  const facilities = statements.flatMap(({ leaf: { statement, fault } }) =>
    statement.type === 'FacilityRegistered' && fault === null ? [statement.facility] : [],
  );
  // From here on there is a log to follow.
  await client.query(
    `INSERT INTO log (origin, kind) SELECT unnest($1::text[]), 'facility' ON CONFLICT DO NOTHING`,
    [facilities.map((facility) => network.logOrigin(facility))],
  );
}

const COVERAGE = {
  table: 'coverage',
  columns: {
    root_index: 'bigint',
    position: 'integer',
    origin: 'text',
    size: 'bigint',
    root: 'bytea',
    fault: 'text',
    advances: 'boolean',
    matched: 'boolean',
  },
} as const;

async function writeCoverage(client: PoolClient, leaves: readonly PlacedLeaf[]): Promise<void> {
  const rows = leaves.flatMap(({ idx, leaf }) =>
    leaf.kind !== 'checkpoints'
      ? []
      : leaf.coverage.map(({ origin, size, root, fault, advances }, position) => ({
          ...{ root_index: idx, position, origin, size, fault, advances },
          root: fromHex(root) ?? EMPTY_ROOT,
          matched: size === 0,
        })),
  );
  await insertRows(client, COVERAGE, rows);
  for (const origin of new Set(rows.map((row) => row.origin))) await matchCoverage(client, { origin });
}

/**
 * Notes which checkpoints the held entries fit. Entries and checkpoints come in either order; rows that another
 * transaction is at are left to it, or to the next look. Who follows a log from its beginning looks no further than
 * the entries reach: the root log can be years ahead.
 */
export async function matchCoverage(
  client: Pick<PoolClient, 'query'>,
  among: { readonly origin?: string; readonly upTo?: number } = {},
): Promise<void> {
  await client.query(
    `UPDATE coverage c SET matched = true
     FROM (
       SELECT u.root_index, u.position FROM coverage u JOIN entry e
         ON e.origin = u.origin AND e.idx = u.size - 1 AND e.tree_root = u.root
       WHERE u.fault IS NULL AND NOT u.matched AND ($1::text IS NULL OR u.origin = $1)
         AND u.size <= $2
       FOR UPDATE OF u SKIP LOCKED
     ) m
     WHERE c.root_index = m.root_index AND c.position = m.position`,
    [among.origin ?? null, among.upTo ?? Number.MAX_SAFE_INTEGER],
  );
}

async function writeFaults(client: PoolClient, leaves: readonly PlacedLeaf[]): Promise<void> {
  const columns = { root_index: 'bigint', origin: 'text', fault: 'text', size: 'bigint' } as const;
  const rows = leaves.flatMap(({ idx, leaf }) =>
    leaf.kind === 'logFault'
      ? [{ root_index: idx, origin: leaf.origin, fault: leaf.fault, size: leaf.size }]
      : [],
  );
  await insertRows(client, { table: 'log_fault', columns }, rows);
}

async function writeParked(client: PoolClient, origin: string, leaves: readonly PlacedLeaf[]): Promise<void> {
  const columns = { origin: 'text', idx: 'bigint', reason: 'text', detail: 'text' } as const;
  const rows = leaves.flatMap(({ idx, leaf }) =>
    leaf.kind === 'parked' ? [{ origin, idx, reason: leaf.reason, detail: leaf.detail }] : [],
  );
  await insertRows(client, { table: 'parked', columns }, rows);
}

/** The state after all root entries that are held. */
export async function loadRootState(client: PoolClient, ports: RootLogPorts): Promise<RootState> {
  const state = new RootState(ports.network, ports.checker);
  const { rows } = await client.query<{ bytes: Buffer }>(
    `SELECT e.bytes FROM root_leaf l JOIN entry e ON e.origin = $1 AND e.idx = l.idx
     WHERE l.kind IN ('genesis', 'statement') ORDER BY l.idx`,
    [ports.network.rootOrigin],
  );
  for (const { bytes } of rows) await state.read(bytes);
  const reach = await client.query<{ origin: string; size: string }>(
    `SELECT origin, max(size) AS size FROM coverage WHERE advances GROUP BY origin`,
  );
  const last = await client.query<{ recorded_at: string }>(
    `SELECT recorded_at FROM root_leaf ORDER BY idx DESC LIMIT 1`,
  );
  state.restoreReach(
    new Map(reach.rows.map(({ origin, size }) => [origin, toCount(size)])),
    last.rows[0]?.recorded_at,
  );
  return state;
}
