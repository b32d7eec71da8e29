import { WHOLE_FACILITY } from '@lodemark/transparency';
import type { RootStatement } from '@lodemark/policy';
import type { Network } from '@lodemark/domain';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { RootStatements } from '../evidence/root-statements.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import type { Cause, Touched } from './cause.js';

/** What was recorded between two horizons, by what it is about. */
export interface News {
  /** Named by entries that count at one of them and not at the other. */
  readonly lots: Touched;
  /** About which as a whole something was said, by itself or by the root log. */
  readonly facilities: Touched;
  readonly keys: Touched;
  readonly organizations: Touched;
  /** A root entry that nobody here can read: it may be about anything. */
  readonly everything: Cause | undefined;
}

interface Range {
  readonly origin: string;
  readonly from: number;
  readonly to: number;
}

/** Entries looked at together. */
const PAGE = 10_000;

/** Reads what is new at a horizon: as much work as there are entries between it and the one before. */
export class NewsReader {
  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
    private readonly root: RootStatements,
  ) {}

  async between(before: FilledHorizon | undefined, after: FilledHorizon): Promise<News> {
    const news = new GatheredNews();
    const size = before?.size ?? 0;
    const statements = await this.root.at(after);
    for (const statement of statements.filter(({ index }) => index >= size))
      news.addStatement(statement, this.network.rootOrigin);
    const { faults, parked } = await this.root.doubts(after);
    const rootCause = (index: number) => ({ origin: this.network.rootOrigin, index });
    for (const { index, facility } of faults.filter((fault) => fault.index >= size))
      news.add('facilities', facility, rootCause(index));
    const unread = parked.find(({ ref }) => ref.index >= size);
    if (unread !== undefined) news.everything = rootCause(unread.ref.index);
    for (const range of ranges(before?.counted ?? new Map(), after.counted)) await this.read(range, news);
    return news;
  }

  private async read({ origin, from, to }: Range, news: GatheredNews): Promise<void> {
    const facility = this.network.facilityOf(origin);
    for (let at = from; at < to; at += PAGE) {
      const { rows } = await this.pool.query<{ lot: string; idx: string }>(
        `SELECT lot, min(idx) AS idx FROM entry_lot WHERE origin = $1 AND idx >= $2 AND idx < $3 GROUP BY lot`,
        [origin, at, Math.min(to, at + PAGE)],
      );
      for (const { lot, idx } of rows) {
        const cause = { origin, index: toCount(idx) };
        if (lot !== WHOLE_FACILITY) news.add('lots', lot, cause);
        else if (facility !== undefined) news.add('facilities', facility, cause);
      }
    }
  }
}

/** Entries that count at one and not at the other: a fault of a log ends what counted before. */
function ranges(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): readonly Range[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((origin) => {
    const [then, now] = [before.get(origin) ?? 0, after.get(origin) ?? 0];
    return then === now ? [] : [{ origin, from: Math.min(then, now), to: Math.max(then, now) }];
  });
}

class GatheredNews implements News {
  readonly lots = new Map<string, Cause>();
  readonly facilities = new Map<string, Cause>();
  readonly keys = new Map<string, Cause>();
  readonly organizations = new Map<string, Cause>();
  everything: Cause | undefined;

  add(kind: 'lots' | 'facilities' | 'keys' | 'organizations', id: string, cause: Cause): void {
    if (!this[kind].has(id)) this[kind].set(id, cause);
  }

  addStatement({ statement, index }: RootStatement, origin: string): void {
    const cause = { origin, index };
    switch (statement.type) {
      case 'OrganizationRegistered':
      case 'OwnershipDeclared':
        this.add('organizations', statement.organization, cause);
        break;
      case 'FacilityRegistered':
      case 'FacilityAmended':
      case 'EntriesReattested':
        this.add('facilities', statement.facility, cause);
        break;
      case 'KeyRotated':
        this.add('keys', statement.kid, cause);
        this.add('keys', statement.replaces, cause);
        break;
      case 'KeyAdded':
      case 'KeyRevoked':
        this.add('keys', statement.kid, cause);
        break;
      case 'PolicyPublished':
        // A verdict is under a document, and no document ever changes.
        break;
    }
  }
}
