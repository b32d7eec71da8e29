import type { PoolClient } from 'pg';
import { binaryArray, type ElementOf, type ElementType } from './binary-array.js';

/** SQL types of the columns to fill, by name. */
export type ColumnTypes = Readonly<Record<string, ElementType>>;

export type Row<C extends ColumnTypes> = { readonly [K in keyof C]: ElementOf<C[K]> };

/** Inserts all rows in one statement. Table and column names come from the code, never from input. */
export async function insertRows<const C extends ColumnTypes>(
  client: PoolClient,
  { table, columns }: { readonly table: string; readonly columns: C },
  rows: readonly Row<C>[],
): Promise<void> {
  if (rows.length === 0) return;
  const typed: readonly (readonly [string, ElementType])[] = Object.entries(columns);
  const arrays = typed.map(([, type], position) => `$${position + 1}::${type}[]`);
  await client.query(
    `INSERT INTO ${table} (${typed.map(([name]) => name).join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`,
    // pg sends a Buffer as it is, in binary.
    typed.map(([name, type]) =>
      binaryArray(
        type,
        rows.map((row) => row[name] ?? null),
      ),
    ),
  );
}
