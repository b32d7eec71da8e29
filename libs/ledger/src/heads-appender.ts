import { encodeEntry, leafHash } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { appendEntries, type Draft } from './append-entries.js';
import { FollowedHeads } from './followed-heads.js';
import { lockHead, nextRecordedAt, publicHead, readHead, type HeadRow, type LogHead } from './log-head.js';
import type { LogDatabase } from './log-database.js';
import { inTransaction } from './transaction.js';

/**
 * Appends the `heads` entry that stands last under every checkpoint of a facility log (design.md section 4): with it,
 * "these are all entries of this lot up to here" can be proved.
 */
export class HeadsAppender {
  private readonly followed = new Map<string, FollowedHeads>();

  constructor(private readonly options: LogDatabase) {}

  /** What a transaction of this process's own has appended from `from` on. */
  follow(origin: string, from: number, drafts: readonly Draft[]): void {
    this.followed.get(origin)?.follow(from, drafts);
  }

  /** The head of the log once it ends in heads; as it is when it does already, or is empty. May be tried again. */
  async append(origin: string): Promise<LogHead> {
    const { pool, tables, clock } = this.options;
    const followed = this.followed.get(origin) ?? (await this.load(origin));
    this.followed.set(origin, followed);
    return inTransaction(pool, async (client) => {
      const head = await lockHead(client, tables, { origin, kind: 'facility' });
      if (head.size === 0 || (await this.endsInHeads(client, head))) return publicHead(head);
      const recordedAt = nextRecordedAt(head, clock.now());
      const map = await followed.rootAt(client, head);
      const data = encodeEntry({ v: 1, kind: 'heads', map, recordedAt, root: head.verifiedRoot });
      const drafts = [{ kind: 'heads', data, leaf: leafHash(data) }];
      const grown = await appendEntries(client, tables, { head, drafts, recordedAt });
      return { ...publicHead(head), ...grown, recordedAt };
    });
  }

  private async endsInHeads(client: ClientBase, { id, size }: HeadRow): Promise<boolean> {
    const { rows } = await client.query<{ kind: string }>(
      `SELECT kind FROM ${this.options.tables.entry} WHERE log_id = $1 AND idx = $2`,
      [id, size - 1],
    );
    return rows[0]?.kind === 'heads';
  }

  /** Before the log is locked, and hashed as a whole, so that nobody waits for more than what came in meanwhile. */
  private load(origin: string): Promise<FollowedHeads> {
    const { pool, tables } = this.options;
    const load = async (client: ClientBase) => {
      const head = await readHead(client, tables, { origin });
      const followed = new FollowedHeads(tables);
      await followed.load(client, head);
      await followed.rootAt(client, head);
      return followed;
    };
    return inTransaction(pool, load, 'REPEATABLE READ READ ONLY');
  }
}
