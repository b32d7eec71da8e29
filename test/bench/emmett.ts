import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

interface Store {
  appendToStream(stream: string, events: readonly object[]): Promise<unknown>;
  close(): Promise<void>;
}

/** The peer of `ingest`: an event store on Postgres, one event to one stream with each call. */
export class Emmett {
  private constructor(private readonly store: Store) {}

  /** On a database of its own on the server. */
  static async open(adminUrl: string): Promise<Emmett> {
    const name = `emmett_${randomUUID().slice(0, 8)}`;
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`);
    await admin.end();
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    const peers = createRequire(new URL('./peers/package.json', import.meta.url));
    const entry = peers.resolve('@event-driven-io/emmett-postgresql');
    const { getPostgreSQLEventStore } = (await import(pathToFileURL(entry).href)) as {
      getPostgreSQLEventStore: (connectionString: string) => Store;
    };
    return new Emmett(getPostgreSQLEventStore(url.href));
  }

  async append(jws: string): Promise<void> {
    await this.store.appendToStream(`lot-${randomUUID()}`, [{ type: 'LotCreated', data: { jws } }]);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
