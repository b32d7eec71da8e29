import { EMPTY_ROOT } from '@lodemark/transparency';
import type { Queries } from './queries.js';
import { readHead, requireKind, type LogKind } from './log-head.js';
import type { Tables } from './tables.js';

/** Makes the log if it is not there yet. @throws LedgerError `log-kind` if it is there as one of the other kind */
export async function createLog(
  queries: Queries,
  tables: Tables,
  { origin, kind }: { readonly origin: string; readonly kind: LogKind },
): Promise<void> {
  await queries.query(
    `INSERT INTO ${tables.log} (origin, kind, root, frontier, verified_root_hash)
     VALUES ($1, $2, $3, '', $3) ON CONFLICT (origin) DO NOTHING`,
    [origin, kind, Buffer.from(EMPTY_ROOT)],
  );
  requireKind(await readHead(queries, tables, { origin }), kind);
}
