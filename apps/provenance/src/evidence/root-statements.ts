import { type Network, parseStatement } from '@lodemark/domain';
import { decodeRootLogEntry, parseJws, readCanonicalJson, toHex } from '@lodemark/transparency';
import type { LogFault, ParkedEntry, RootStatement } from '@lodemark/policy';
import type { Pool, PoolClient } from 'pg';
import { toCount } from '../database/tables.js';
import { Turns } from './turns.js';
import { RootLog, type RootAt } from './root-log.js';

const MOST_PREFIXES = 100;
const MOST_KNOWN = 1_000;

export interface RootDoubts {
  readonly faults: readonly LogFault[];
  readonly parked: readonly Omit<ParkedEntry, 'lots'>[];
}

/** What the root log says up to a horizon, as facts. */
export class RootStatements {
  private statements: readonly RootStatement[] = [];
  /** Root log index up to which `statements` is complete, and the tree there: another tree is another log. */
  private read = { next: 0, root: '' };
  /** Roots of the log that `statements` was read from. */
  private readonly known = new Set<string>();
  private readonly prefixes = new Map<number, readonly RootStatement[]>();
  /** Each read goes on from where the one before it came to. */
  private readonly turns = new Turns();

  private readonly log: RootLog;

  constructor(
    pool: Pool,
    private readonly network: Network,
  ) {
    this.log = new RootLog(pool, network);
  }

  /** Every statement that counts, in log order. @throws HorizonNotFilled when the root log was undone since */
  async at({ size, rootHash }: RootAt): Promise<readonly RootStatement[]> {
    const isRead = size <= this.read.next && this.known.has(rootHash);
    const statements = isRead
      ? this.statements
      : await this.turns.take(() => this.readUpTo({ size, rootHash }));
    return this.prefixOf(statements.filter(({ index }) => index < size));
  }

  /** The same list as before for the same statements: what follows from them is worked out once. */
  private prefixOf(statements: readonly RootStatement[]): readonly RootStatement[] {
    const before = this.prefixes.get(statements.length);
    if (before?.every((one, index) => one === statements[index]) === true) return before;
    if (this.prefixes.size >= MOST_PREFIXES) this.prefixes.clear();
    this.prefixes.set(statements.length, statements);
    return statements;
  }

  private readUpTo(horizon: RootAt): Promise<readonly RootStatement[]> {
    const { size, rootHash } = horizon;
    return this.log.reading(horizon, async (client) => {
      // A root log that was undone and came back otherwise is read from its beginning.
      const held = await this.log.roots(client, [this.read.next]);
      const continues = this.read.next > 0 && held.get(this.read.next) === this.read.root;
      if (!continues || this.known.size >= MOST_KNOWN) this.known.clear();
      if (!continues || size > this.read.next) {
        const from = continues ? this.read.next : 0;
        this.statements = [
          ...(continues ? this.statements : []),
          ...(await this.statementsIn(client, from, size)),
        ];
        this.read = { next: size, root: rootHash };
      }
      this.known.add(rootHash);
      return this.statements;
    });
  }

  private async statementsIn(
    client: PoolClient,
    from: number,
    to: number,
  ): Promise<readonly RootStatement[]> {
    const { rows } = await client.query<{ idx: string; recorded_at: string; bytes: Buffer }>(
      `SELECT s.idx, l.recorded_at, e.bytes FROM root_statement s JOIN root_leaf l USING (idx)
       JOIN entry e ON e.origin = $1 AND e.idx = s.idx
       WHERE s.fault IS NULL AND s.idx >= $2 AND s.idx < $3 ORDER BY s.idx`,
      [this.log.origin, from, to],
    );
    return rows.map((row) => statementOf(toCount(row.idx), row.recorded_at, row.bytes));
  }

  /**
   * What leaves logs in doubt: those that a fault ends, and root entries that this version cannot apply, of which
   * nobody knows whom they are about. @throws HorizonNotFilled when the root log was undone since
   */
  doubts(horizon: RootAt): Promise<RootDoubts> {
    return this.log.reading(horizon, async (client) => ({
      faults: await this.faults(client, horizon),
      parked: await this.parked(client, horizon),
    }));
  }

  private async faults(client: PoolClient, { size }: RootAt): Promise<readonly LogFault[]> {
    const { rows } = await client.query<{
      root_index: string;
      origin: string;
      fault: LogFault['kind'];
      size: string;
      recorded_at: string;
    }>(
      `SELECT f.root_index, f.origin, f.fault, f.size, l.recorded_at FROM log_fault f
       JOIN root_leaf l ON l.idx = f.root_index WHERE f.root_index < $1 ORDER BY f.root_index`,
      [size],
    );
    return rows.flatMap((row) => {
      const facility = this.network.facilityOf(row.origin);
      if (facility === undefined) return [];
      const [index, fromIndex] = [toCount(row.root_index), toCount(row.size)];
      return [{ index, at: row.recorded_at, facility, kind: row.fault, fromIndex }];
    });
  }

  private async parked(client: PoolClient, { size }: RootAt): Promise<RootDoubts['parked']> {
    const { rows } = await client.query<{
      idx: string;
      reason: string;
      leaf: Buffer;
      recorded_at: string;
    }>(
      `SELECT p.idx, p.reason, e.leaf, l.recorded_at FROM parked p JOIN entry e USING (origin, idx)
       JOIN root_leaf l ON l.idx = p.idx WHERE p.origin = $1 AND p.idx < $2 ORDER BY p.idx`,
      [this.log.origin, size],
    );
    return rows.map(({ idx, reason, leaf, recorded_at: at }) => {
      const index = toCount(idx);
      const ref = { facility: this.log.origin, index, leaf: toHex(leaf) };
      return { ref, reason, covered: { rootIndex: index, at } };
    });
  }
}

function statementOf(index: number, at: string, bytes: Uint8Array): RootStatement {
  const decoded = decodeRootLogEntry(bytes);
  const jws =
    decoded.ok && decoded.value.kind === 'statement'
      ? parseJws(decoded.value.jws, 'lodemark-statement+jws')
      : undefined;
  const json = jws?.ok === true ? readCanonicalJson(jws.value.payload) : undefined;
  const statement = json?.ok === true ? parseStatement(json.value) : undefined;
  if (jws?.ok !== true || statement?.ok !== true) {
    throw new Error(`root entry ${index} was applied by another version: rebuild`);
  }
  return { index, at, statement: statement.value, kid: jws.value.header.kid };
}
