import type { Queryable } from './queryable.js';
import { REGISTER_TABLES } from './create-register.js';
import { SCHEMA } from './migrate-registry.js';

/** Why the role is not fit to serve a registry; empty when it owns no table of it and may only read and add. */
export async function verifyRegister(database: Queryable): Promise<readonly string[]> {
  const { rows } = await database.query<{ name: string; fault: string | null }>(
    `SELECT t.name, CASE
         WHEN c.oid IS NULL THEN 'is missing'
         WHEN pg_has_role(current_user, c.relowner, 'MEMBER') THEN 'is owned by the service role'
         WHEN NOT EXISTS (SELECT FROM pg_trigger g
           WHERE g.tgrelid = c.oid AND g.tgname = 'write_once' AND g.tgenabled = 'A') THEN 'has no write_once trigger'
         WHEN has_table_privilege(current_user, c.oid, 'DELETE') OR has_table_privilege(current_user, c.oid, 'TRUNCATE')
           OR has_any_column_privilege(current_user, c.oid, 'UPDATE') THEN 'can be changed by the service role'
       END AS fault
     FROM unnest($2::text[]) AS t (name)
     LEFT JOIN pg_class c ON c.oid = to_regclass(format('%I.%I', $1::text, t.name))`,
    [SCHEMA, REGISTER_TABLES],
  );
  return rows.flatMap(({ name, fault }) => (fault === null ? [] : [`${SCHEMA}.${name} ${fault}`]));
}
