import type { Pool } from 'pg';
import { DEFAULT_SCHEMA, WRITE_ONCE } from './tables.js';

const CHANGES = ['UPDATE', 'DELETE', 'TRUNCATE'] as const;

/**
 * Why the pool's role is not fit to serve a ledger (design.md section 3, invariant 1); empty when it owns no table
 * and may not change or remove what was written.
 */
export async function verifyRole(pool: Pool, schema: string = DEFAULT_SCHEMA): Promise<readonly string[]> {
  const missing = await missingGuards(pool, schema);
  if (missing.length > 0) return missing;
  return [...(await ownedTables(pool, schema)), ...(await forbiddenRights(pool, schema))];
}

/** Which server settings make an acknowledged commit less than durable; empty when none. */
export async function verifyDurability(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings
     WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name`,
  );
  return rows.map(({ name }) => `${name} is off: an acknowledged event could be lost`);
}

/** A guard that somebody disabled is as bad as a right too many. */
async function missingGuards(pool: Pool, schema: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string; guarded: boolean }>(
    `SELECT t.name, EXISTS (
       SELECT FROM pg_trigger g WHERE g.tgrelid = to_regclass(format('%I.%I', $1::text, t.name))
         AND g.tgname = 'write_once' AND g.tgenabled = 'A') AS guarded
     FROM unnest($2::text[]) AS t (name) ORDER BY t.name`,
    [schema, WRITE_ONCE],
  );
  return rows
    .filter(({ guarded }) => !guarded)
    .map(({ name }) => `${schema}.${name} is missing, or its write_once trigger is`);
}

/** Membership counts: whoever can become the owner can do what the owner can. */
async function ownedTables(pool: Pool, schema: string): Promise<string[]> {
  const { rows } = await pool.query<{ role: string; name: string }>(
    `SELECT current_user AS role, c.oid::regclass::text AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       AND (pg_has_role(current_user, c.relowner, 'USAGE') OR pg_has_role(current_user, c.relowner, 'MEMBER'))
       AND (n.nspname = $1 OR c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user))
     ORDER BY name`,
    [schema],
  );
  return rows.map(({ role, name }) => `role ${role} owns table ${name}, or may act as its owner`);
}

async function forbiddenRights(pool: Pool, schema: string): Promise<string[]> {
  const { rows } = await pool.query<{ role: string; name: string; right: string }>(
    `SELECT current_user AS role, t.name, r.right
     FROM unnest($2::text[]) AS t (name), unnest($3::text[]) AS r ("right")
     WHERE has_table_privilege(current_user, format('%I.%I', $1::text, t.name), r.right)
        OR (r.right = 'UPDATE' AND has_any_column_privilege(current_user, format('%I.%I', $1::text, t.name), r.right))
     ORDER BY t.name, r.right`,
    [schema, WRITE_ONCE, CHANGES],
  );
  return rows.map(({ role, name, right }) => `role ${role} may ${right} ${schema}.${name}`);
}
