import { toHex } from '@lodemark/transparency';
import type { Clock } from '@lodemark/platform';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import { matchCoverage } from '../ingest/apply-root-entries.js';
import type { RootCheckpoints } from '../ingest/root-checkpoints.js';
import type { AskedHorizon } from './asked-horizon.js';
import { HorizonNotFilled, type FilledHorizon, type MissingLog } from './horizon.js';
import { RecordedTime } from './recorded-time.js';

export interface HorizonPorts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly rootOrigin: string;
  readonly rootCheckpoints: Pick<RootCheckpoints, 'usableSizes'>;
}

/** How many published checkpoints the default horizon is looked for among: hours of rounds. */
const CANDIDATES = 10_000;

/** A fault ends what counts: a checkpoint that reaches beyond it covers nothing any more. */
const ENDED_BY_FAULT = `EXISTS (SELECT FROM log_fault f
  WHERE f.origin = c.origin AND f.root_index < $1 AND f.size < c.size)`;

/** Evidence horizons (design.md section 4, Checkpoints): which can be answered at, and what counts there. */
export class Horizons {
  private readonly times: RecordedTime;

  constructor(private readonly ports: HorizonPorts) {
    this.times = new RecordedTime(ports);
  }

  /** The latest published horizon whose covered entries are all here. @throws HorizonNotFilled */
  async latest(): Promise<FilledHorizon> {
    const { rootCheckpoints } = this.ports;
    // First the size, then what is missing: entries of the root log may come in between, and what they cover with them.
    const [last] = await rootCheckpoints.usableSizes(1);
    const holes = await this.holes();
    if (last !== undefined && isFilled(last, holes)) return this.read(last);
    const sizes = (await rootCheckpoints.usableSizes(CANDIDATES)).filter((one) => one <= (last ?? 0));
    const size = sizes.find((candidate) => isFilled(candidate, holes));
    if (size !== undefined) return this.read(size);
    const missing = sizes[0] === undefined ? [] : await this.missing(sizes[0]);
    throw new HorizonNotFilled(null, missing, 'no published root checkpoint can be answered at yet');
  }

  /**
   * The latest one, with all that ever counted: what a fault of a log ended was certified before, and is looked for
   * where it was. Nothing is judged at it. @throws HorizonNotFilled
   */
  async reach(): Promise<FilledHorizon> {
    const latest = await this.latest();
    const { rows } = await this.ports.pool.query<{ origin: string; size: string }>(
      `SELECT origin, max(size) AS size FROM coverage WHERE advances AND root_index < $1 GROUP BY origin`,
      [latest.size],
    );
    return { ...latest, counted: new Map(rows.map(({ origin, size }) => [origin, toCount(size)])) };
  }

  /** This very horizon. @throws HorizonNotFilled */
  async at(size: number): Promise<FilledHorizon> {
    const published = await this.published();
    if (size > published) {
      const detail = `the root log is known here up to its published checkpoint of size ${published}`;
      throw new HorizonNotFilled(size, [], detail);
    }
    const missing = await this.missing(size);
    if (missing.length === 0) return this.read(size);
    const logs = missing.map(({ origin }) => origin).join(', ');
    throw new HorizonNotFilled(size, missing, `entries that this horizon covers are missing from ${logs}`);
  }

  /** Size of the latest published root checkpoint that the held root log fits; 0 before the first. */
  async published(): Promise<number> {
    return (await this.ports.rootCheckpoints.usableSizes(1))[0] ?? 0;
  }

  /** @throws HorizonNotFilled, and ReadRefusal for an instant that there is no horizon of */
  async resolve({ horizon, asOf }: AskedHorizon): Promise<FilledHorizon> {
    if (asOf !== undefined) return this.at(await this.times.sizeAt(asOf));
    return horizon === undefined ? this.latest() : this.at(horizon);
  }

  /** Logs of which the horizon covers entries that are not here or do not fit. */
  async missing(size: number): Promise<readonly MissingLog[]> {
    const unmatched = await this.unmatched(size);
    if (unmatched.length === 0) return [];
    await matchCoverage(this.ports.pool);
    return this.unmatched(size);
  }

  private async unmatched(size: number): Promise<readonly MissingLog[]> {
    const { rows } = await this.ports.pool.query<{ origin: string; covered: string; held: string }>(
      `SELECT c.origin, max(c.size) AS covered, coalesce(max(l.next), 0) AS held
       FROM coverage c LEFT JOIN log l USING (origin)
       WHERE c.fault IS NULL AND NOT c.matched AND c.root_index < $1 AND NOT ${ENDED_BY_FAULT}
       GROUP BY c.origin ORDER BY c.origin`,
      [size],
    );
    return rows.map(({ origin, ...row }) => {
      const [covered, held] = [toCount(row.covered), toCount(row.held)];
      return { origin, covered, held, missing: held < covered ? 'entries' : 'fit' };
    });
  }

  /** For each checkpoint that the held entries do not fit: the horizons that it keeps from being answered at. */
  private async holes(): Promise<readonly Hole[]> {
    // Only where there is one it may be that nobody has looked since the entries came.
    if ((await this.unmatchedHoles()).length === 0) return [];
    await matchCoverage(this.ports.pool);
    return this.unmatchedHoles();
  }

  private async unmatchedHoles(): Promise<readonly Hole[]> {
    const { rows } = await this.ports.pool.query<{ from: string; to: string | null }>(
      `SELECT c.root_index AS "from", (SELECT min(f.root_index) FROM log_fault f
         WHERE f.origin = c.origin AND f.size < c.size) AS "to"
       FROM coverage c WHERE c.fault IS NULL AND NOT c.matched`,
    );
    return rows.map(({ from, to }) => ({ from: toCount(from), to: to === null ? Infinity : toCount(to) }));
  }

  private async read(size: number): Promise<FilledHorizon> {
    const { pool, rootOrigin } = this.ports;
    const { rows } = await pool.query<{ tree_root: Buffer; recorded_at: string }>(
      `SELECT e.tree_root, r.recorded_at FROM entry e JOIN root_leaf r USING (idx)
       WHERE e.origin = $1 AND e.idx = $2`,
      [rootOrigin, size - 1],
    );
    const [leaf] = rows;
    if (leaf === undefined) throw new HorizonNotFilled(size, [], `the root log has no ${size} entries here`);
    const rootHash = toHex(leaf.tree_root);
    return { size, rootHash, at: leaf.recorded_at, counted: await this.counted(size) };
  }

  private async counted(size: number): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.ports.pool.query<{ origin: string; size: string }>(
      `SELECT l.origin, covered.size FROM log l CROSS JOIN LATERAL (
         SELECT c.size FROM coverage c
         WHERE c.origin = l.origin AND c.advances AND c.root_index < $1 AND NOT ${ENDED_BY_FAULT}
         ORDER BY c.root_index DESC LIMIT 1
       ) covered ORDER BY l.origin`,
      [size],
    );
    return new Map(rows.map(({ origin, size: covered }) => [origin, toCount(covered)]));
  }
}

/** Horizons of size above `from` and up to `to` are covered by a checkpoint that is not matched. */
interface Hole {
  readonly from: number;
  readonly to: number;
}

function isFilled(size: number, holes: readonly Hole[]): boolean {
  return !holes.some(({ from, to }) => size > from && size <= to);
}
