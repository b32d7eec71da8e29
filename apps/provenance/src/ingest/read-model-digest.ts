import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';

/**
 * What the logs give, table by table in the order of its keys. Left out: what was observed rather than derived, and
 * `coverage.matched`, which only remembers a comparison of two of these tables.
 */
const CONTENT = [
  `SELECT origin, kind, next, frontier FROM log ORDER BY origin`,
  `SELECT origin, idx, leaf, tree_root, bytes FROM entry ORDER BY origin, idx`,
  `SELECT * FROM event ORDER BY origin, idx`,
  `SELECT lot, origin, idx, lot_seq FROM entry_lot ORDER BY lot, origin, idx`,
  `SELECT output_lot, input_lot, origin, idx FROM edge ORDER BY output_lot, input_lot, origin, idx`,
  `SELECT kind, value, lot, origin, idx FROM lot_term ORDER BY kind, value, lot, origin, idx`,
  `SELECT digest, origin, idx, receiver FROM dispatch ORDER BY digest, origin, idx`,
  `SELECT digest, origin, idx FROM dispatch_reference ORDER BY digest, origin, idx`,
  `SELECT origin, idx, part, kid, valid FROM signature ORDER BY origin, idx, part`,
  `SELECT origin, idx, reason, detail FROM parked ORDER BY origin, idx`,
  `SELECT idx, kind, recorded_at FROM root_leaf ORDER BY idx`,
  `SELECT idx, type, kid, fault FROM root_statement ORDER BY idx`,
  `SELECT kid, root_index, jwk, log_of, revoked_by FROM signing_key ORDER BY kid`,
  `SELECT root_index, position, origin, size, root, fault, advances FROM coverage ORDER BY root_index, position`,
  `SELECT root_index, origin, fault, size FROM log_fault ORDER BY root_index`,
];

const ROWS_PER_READ = 2_000;

/** SHA-256 over the whole read model, lowercase hex, in a transaction of the caller's that sees one state of it. */
export async function digestReadModel(client: PoolClient): Promise<string> {
  const hash = createHash('sha256');
  for (const [table, query] of CONTENT.entries()) {
    hash.update(`table ${table}\n`);
    await client.query(
      `DECLARE content NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM (${query}) t`,
    );
    for (;;) {
      const { rows } = await client.query<{ line: string }>(`FETCH ${ROWS_PER_READ} FROM content`);
      if (rows.length === 0) break;
      for (const { line } of rows) hash.update(`${line}\n`);
    }
    await client.query('CLOSE content');
  }
  return hash.digest('hex');
}
