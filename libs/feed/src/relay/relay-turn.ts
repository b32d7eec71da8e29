import { Client, type ClientConfig } from 'pg';

/** The server ends a session that says nothing for so long, and with it its turns: its process may be frozen or cut off. */
const SILENCE = 60_000;
const TIMEOUT = 5_000;

/**
 * Whose turn it is to relay a log when several processes of a service run: that of the session which holds the log's
 * advisory lock. It saves double work and nothing else hangs on it; what two processes publish at once because one of
 * them does not know yet that its session was lost is there twice, and the cursor moves by compare and set.
 */
export class RelayTurn {
  private session: Promise<Client> | undefined;
  private client: Client | undefined;
  private readonly held = new Set<string>();
  /** One session answers one question at a time. */
  private asking: Promise<unknown> = Promise.resolve();

  constructor(private readonly connection: ClientConfig) {}

  /** Whether this process has the turn; takes it when nobody does. Rejects when the database does not answer. */
  has(origin: string): Promise<boolean> {
    const answer = this.asking.then(() => this.ask(origin));
    this.asking = answer.catch(() => undefined);
    return answer;
  }

  /** Leaves every turn to others. */
  async close(): Promise<void> {
    if (this.session !== undefined) await this.drop(this.session);
  }

  private async ask(origin: string): Promise<boolean> {
    const asked = (this.session ??= this.open());
    try {
      const client = await asked;
      if (this.held.has(origin)) {
        await client.query('SELECT 1');
        return this.session === asked;
      }
      const { rows } = await client.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
        [`lodemark relay of ${origin}`],
      );
      const locked = rows[0]?.locked === true && this.session === asked;
      if (locked) this.held.add(origin);
      return locked;
    } catch (error) {
      await this.drop(asked);
      throw error;
    }
  }

  private async open(): Promise<Client> {
    const client = new Client({
      ...this.connection,
      ...{ keepAlive: true, connectionTimeoutMillis: TIMEOUT, query_timeout: TIMEOUT },
    });
    const lost = (): void => {
      if (this.client === client) this.forget();
    };
    // Every time, not once: a connection can fail more than once, and unheard that would end the process.
    client.on('error', lost);
    client.once('end', lost);
    this.client = client;
    await client.connect();
    await client.query(`SET idle_session_timeout = ${SILENCE}`);
    return client;
  }

  private async drop(session: Promise<Client>): Promise<void> {
    if (this.session === session) this.forget();
    await session.then((client) => client.end()).catch(() => undefined);
  }

  private forget(): void {
    this.session = undefined;
    this.client = undefined;
    this.held.clear();
  }
}
