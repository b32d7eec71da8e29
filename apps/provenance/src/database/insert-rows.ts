import type { PoolClient } from 'pg';

/** SQL types of the columns to fill, by name. */
export type ColumnTypes = Readonly<
  Record<string, 'text' | 'bigint' | 'integer' | 'smallint' | 'boolean' | 'bytea'>
>;

type ValueOf<T> = T extends 'text'
  ? string | null
  : T extends 'boolean'
    ? boolean | null
    : T extends 'bytea'
      ? Uint8Array
      : number;

export type Row<C extends ColumnTypes> = { readonly [K in keyof C]: ValueOf<C[K]> };

/** Inserts all rows in one statement. Table and column names come from the code, never from input. */
export async function insertRows<const C extends ColumnTypes>(
  client: PoolClient,
  { table, columns }: { readonly table: string; readonly columns: C },
  rows: readonly Row<C>[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const arrays = names.map((name, position) => `$${position + 1}::${columns[name] ?? 'text'}[]`);
  await client.query(
    `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`,
    names.map((name) => rows.map((row) => row[name])),
  );
}
