import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from './database.js';

/** What a copy is made of, and for whom. */
export type BackedUp = Pick<TestDatabase, 'adminUrl' | 'name' | 'serviceRole'>;

/** A copy of a database as it was at one moment, which can be put in its place. */
export class Backup {
  private constructor(
    private readonly database: BackedUp,
    private readonly name: string,
  ) {}

  /** Nobody may be connected to the database meanwhile. */
  static async of(database: BackedUp): Promise<Backup> {
    const backup = new Backup(database, `backup_${randomBytes(6).toString('hex')}`);
    await backup.asSuperuser(async (client, quoted) => {
      await client.query(`CREATE DATABASE ${quoted(backup.name)} TEMPLATE ${quoted(database.name)}`);
      // A copy has the privileges of its tables, but nobody's of the database itself.
      await client.query(
        `GRANT CONNECT ON DATABASE ${quoted(backup.name)} TO ${quoted(database.serviceRole)}`,
      );
      const { rows } = await client.query<{ owner: string }>(
        'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1',
        [database.name],
      );
      const [original] = rows;
      if (original !== undefined)
        await client.query(`ALTER DATABASE ${quoted(backup.name)} OWNER TO ${quoted(original.owner)}`);
    });
    return backup;
  }

  /** The same, when the server has another address by now. */
  on(adminUrl: string): Backup {
    return new Backup({ ...this.database, adminUrl }, this.name);
  }

  /** Puts the copy in the database's place and what was there in the copy's, under whoever is connected. */
  async swap(): Promise<void> {
    const aside = `aside_${randomBytes(6).toString('hex')}`;
    await this.asSuperuser(async (client, quoted) => {
      const rename = async (from: string, to: string): Promise<void> => {
        // Who was thrown out connects again at once: a rename in between finds the name free.
        for (let attempt = 0; ; attempt += 1) {
          await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
            from,
          ]);
          try {
            await client.query(`ALTER DATABASE ${quoted(from)} RENAME TO ${quoted(to)}`);
            return;
          } catch (error) {
            if (attempt === 50) throw error;
          }
        }
      };
      await rename(this.database.name, aside);
      await rename(this.name, this.database.name);
      await rename(aside, this.name);
    });
  }

  async drop(): Promise<void> {
    await this.asSuperuser(async (client, quoted) => {
      await client.query(`DROP DATABASE IF EXISTS ${quoted(this.name)} WITH (FORCE)`);
    });
  }

  private async asSuperuser(
    work: (client: pg.Client, quoted: (name: string) => string) => Promise<void>,
  ): Promise<void> {
    const url = new URL(this.database.adminUrl);
    url.pathname = '/postgres';
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      await work(client, (name) => client.escapeIdentifier(name));
    } finally {
      await client.end();
    }
  }
}
