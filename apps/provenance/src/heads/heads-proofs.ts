import { inTransaction } from '@lodemark/ledger';
import { decodeFacilityLogEntry, HeadsMap, type HeadProof } from '@lodemark/transparency';
import type { Pool, PoolClient } from 'pg';
import { toCount } from '../database/tables.js';
import { Turns } from '../evidence/turns.js';
import type { Alarms } from '../ingest/alarms.js';

/** What a log's last heads say of one name: its last sequence number, or that no entry names it. */
export interface ProvenHead {
  readonly name: string;
  readonly proof: HeadProof;
}

/** A facility log's heads say something else than its entries: its operator's service is broken, or lies. */
export class HeadsContradicted extends Error {
  override readonly name = 'HeadsContradicted';

  constructor(
    readonly origin: string,
    /** Of the heads entry. */
    readonly index: number,
  ) {
    super(`the heads of ${origin} at ${index} are not those of the entries before`);
  }
}

const MOST_KEPT = 16;

interface KeptMap {
  readonly origin: string;
  readonly size: number;
  readonly map: HeadsMap;
}

/**
 * Proofs that all entries of a lot at a facility are shown, the last included. Made of the entries held here and only
 * after the map that they give was found to be the one that the log's heads commit to.
 */
export class HeadsProofs {
  /** The last used at the end. */
  private kept: readonly KeptMap[] = [];
  private readonly turns = new Turns();

  constructor(private readonly ports: { readonly pool: Pool; readonly alarms: Pick<Alarms, 'raise'> }) {}

  /**
   * One proof for each of the names in the first `size` entries of the log, which are held here. None at all where they
   * do not end in heads, as in logs from before there were any, or where one of them cannot be read.
   * @throws HeadsContradicted
   */
  at(origin: string, size: number, names: readonly string[]): Promise<readonly ProvenHead[]> {
    // In turn: a map that one caller is waiting for must not grow under another.
    return this.turns.take(async () => {
      const map = await this.mapAt(origin, size);
      return map === undefined ? [] : names.map((name) => ({ name, proof: map.prove(name) }));
    });
  }

  private async mapAt(origin: string, size: number): Promise<HeadsMap | undefined> {
    return inTransaction(
      this.ports.pool,
      async (client) => {
        const stated = await statedRoot(client, origin, size);
        if (stated === undefined) return undefined;
        const near = this.nearest(origin, size);
        const grown = near && (await grow(client, near, size));
        // What was held before may have been replaced by what the log's key signed: then from the beginning.
        const isFit = grown !== undefined && grown.map.root() === stated;
        const made = isFit ? grown : await grow(client, { origin, size: 0, map: new HeadsMap() }, size);
        this.kept = this.kept.filter((one) => one !== near);
        if (made.map.root() !== stated) return this.unfit(client, origin, size);
        this.kept = [...this.kept, made].slice(-MOST_KEPT);
        return made.map;
      },
      'REPEATABLE READ READ ONLY',
    );
  }

  /** The largest of the kept maps of the log that has not more entries. */
  private nearest(origin: string, size: number): KeptMap | undefined {
    return this.kept
      .filter((one) => one.origin === origin && one.size <= size)
      .reduce<KeptMap | undefined>(
        (best, one) => (best !== undefined && best.size > one.size ? best : one),
        undefined,
      );
  }

  /** Of an entry whose envelope does not read nobody here can say what it counts under. */
  private async unfit(client: PoolClient, origin: string, size: number): Promise<undefined> {
    const { rowCount } = await client.query(
      `SELECT FROM parked WHERE origin = $1 AND idx < $2 AND reason LIKE 'entry-%' LIMIT 1`,
      [origin, size],
    );
    if (rowCount !== 0) return undefined;
    const fault = new HeadsContradicted(origin, size - 1);
    this.ports.alarms.raise({ origin, kind: 'heads-mismatch', index: fault.index, detail: fault.message });
    throw fault;
  }
}

/** Root of the map that the last of the entries commits to, if that is heads. */
async function statedRoot(client: PoolClient, origin: string, size: number): Promise<string | undefined> {
  const { rows } = await client.query<{ bytes: Buffer }>(
    'SELECT bytes FROM entry WHERE origin = $1 AND idx = $2',
    [origin, size - 1],
  );
  const entry = rows[0] && decodeFacilityLogEntry(rows[0].bytes);
  return entry?.ok === true && entry.value.kind === 'heads' ? entry.value.map : undefined;
}

/** The map with what the entries up to `size` add to it; the one that is given is no longer one of its own size. */
async function grow(
  client: PoolClient,
  { origin, size: from, map }: KeptMap,
  size: number,
): Promise<KeptMap> {
  if (from === size) return { origin, size, map };
  const { rows } = await client.query<{ lot: string; last: string }>(
    `SELECT lot, max(lot_seq) AS last FROM entry_lot
     WHERE origin = $1 AND idx >= $2 AND idx < $3 AND lot_seq IS NOT NULL GROUP BY lot`,
    [origin, from, size],
  );
  for (const { lot, last } of rows) map.set(lot, toCount(last));
  return { origin, size, map };
}
