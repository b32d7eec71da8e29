import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { insertRows, type Row } from '../src/database/insert-rows.js';

const TABLE = {
  table: 'pg_temp.sample',
  columns: {
    place: 'integer',
    large: 'bigint',
    small: 'smallint',
    words: 'text',
    flag: 'boolean',
    bytes: 'bytea',
  },
} as const;

type Sample = Row<typeof TABLE.columns>;
/** A bigint comes as text. */
type Stored = Omit<Sample, 'large'> & { readonly large: string };

const sample: fc.Arbitrary<Omit<Sample, 'place'>> = fc.record({
  large: fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  small: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  // Postgres takes no NUL.
  words: fc.option(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))),
  flag: fc.option(fc.boolean()),
  bytes: fc.uint8Array({ maxLength: 5_000 }),
});

describe('rows that are inserted at once', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createDatabase('rows');
    pool = new pg.Pool({ connectionString: database.ownerUrl, max: 1 });
    await pool.query(
      `CREATE TEMP TABLE sample (place integer, large bigint, small smallint, words text, flag boolean, bytes bytea)`,
    );
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  async function stored(rows: readonly Sample[]): Promise<readonly Sample[]> {
    const client = await pool.connect();
    try {
      await client.query('TRUNCATE sample');
      await insertRows(client, TABLE, rows);
      const { rows: found } = await client.query<Stored>('SELECT * FROM sample ORDER BY place');
      return found.map((row) => ({ ...row, large: Number(row.large), bytes: new Uint8Array(row.bytes) }));
    } finally {
      client.release();
    }
  }

  it('are there as they were given, whatever stands in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { maxLength: 40 }), async (samples) => {
        const rows = samples.map((one, place) => ({ ...one, place }));
        expect(await stored(rows)).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  it('are refused all when one has a NUL', async () => {
    const row = { place: 0, large: 1, small: 1, words: 'a\0b', flag: true, bytes: new Uint8Array() };
    await expect(stored([{ ...row, words: 'ab' }, row])).rejects.toThrow(/invalid byte sequence/);
    expect((await pool.query('SELECT FROM sample')).rowCount).toBe(0);
  });
});
