import { decodeFacilityLogEntry, HeadsMap, type HeadProof } from '@lodemark/transparency';
import type { Pool } from 'pg';

export interface ProvenHead {
  readonly name: string;
  readonly proof: HeadProof;
}

/** What the `heads` entry at the end of a tree says is not what the entries before it name. */
export class HeadsUntrue extends Error {
  override readonly name = 'HeadsUntrue';
}

/** Maps kept: one for each log that is asked about. */
const MOST_MAPS = 16;
const ENTRIES_PER_READ = 5_000;

/** Proofs of how often a log names a lot, from the entries held here. */
export class HeadsProofs {
  private readonly maps = new Map<string, Promise<HeadsMap>>();

  constructor(private readonly pool: Pool) {}

  /**
   * For the tree of the first `size` entries, whose last is a `heads` entry; empty when it is none, as in logs that
   * older versions wrote: nothing can be proved there. @throws HeadsUntrue
   */
  async at(origin: string, size: number, names: readonly string[]): Promise<readonly ProvenHead[]> {
    const claimed = await this.claimed(origin, size);
    if (claimed === undefined) return [];
    const map = await this.map(origin, size, claimed);
    return names.map((name) => ({ name, proof: map.prove(name) }));
  }

  private async claimed(origin: string, size: number): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ bytes: Buffer }>(
      `SELECT bytes FROM entry WHERE origin = $1 AND idx = $2`,
      [origin, size - 1],
    );
    const decoded = rows[0] && decodeFacilityLogEntry(rows[0].bytes);
    return decoded?.ok === true && decoded.value.kind === 'heads' ? decoded.value.map : undefined;
  }

  private map(origin: string, size: number, claimed: string): Promise<HeadsMap> {
    const name = `${origin} ${String(size)} ${claimed}`;
    const map = this.maps.get(name) ?? this.read(origin, size, claimed);
    this.maps.delete(name);
    this.maps.set(name, map);
    const [oldest] = this.maps.keys();
    if (this.maps.size > MOST_MAPS && oldest !== undefined) this.maps.delete(oldest);
    map.catch(() => this.maps.delete(name));
    return map;
  }

  private async read(origin: string, size: number, claimed: string): Promise<HeadsMap> {
    const map = new HeadsMap();
    for (let from = 0; from < size; from += ENTRIES_PER_READ) {
      const { rows } = await this.pool.query<{ bytes: Buffer }>(
        `SELECT bytes FROM entry WHERE origin = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
        [origin, from, Math.min(size, from + ENTRIES_PER_READ)],
      );
      for (const { bytes } of rows) {
        const decoded = decodeFacilityLogEntry(bytes);
        if (!decoded.ok || decoded.value.kind === 'heads') continue;
        for (const [lot, last] of Object.entries(decoded.value.lots)) map.set(lot, last);
      }
    }
    if (map.root() === claimed) return map;
    throw new HeadsUntrue(
      `the heads entry at ${String(size - 1)} of ${origin} is not of the entries before it`,
    );
  }
}
