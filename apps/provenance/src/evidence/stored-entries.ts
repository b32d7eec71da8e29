import type { Network } from '@lodemark/domain';
import { EMPTY_ROOT, toHex } from '@lodemark/transparency';
import type { Covered, EntryRef, EvidenceEntry, ParkedEntry } from '@lodemark/policy';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import { COUNTED, countedArrays, HELD, HorizonNotFilled, type FilledHorizon } from '../horizon/horizon.js';
import { evidenceEntry, readFacilityEntry, type AppliedEntry } from '@lodemark/certificate';
import { RootLog } from './root-log.js';
import { RootPrefix } from './root-prefix.js';

/** Names one entry of a facility log. */
export interface EntryPlace {
  readonly origin: string;
  readonly idx: number;
}

/** Entries that count at a horizon, as facts. */
export interface CountedEntries {
  readonly entries: readonly EvidenceEntry[];
  readonly parked: readonly ParkedEntry[];
}

interface EntryRow {
  origin: string;
  idx: string;
  leaf: Buffer;
  bytes: Buffer;
  root_index: string;
  covered_at: string;
  valid: (boolean | null)[] | null;
  /** Root log index at which the key of each signature was registered; null: not yet. */
  key_index: (string | null)[] | null;
  reason: string | null;
  lots: string[] | null;
  /** Whether all that counts is there: otherwise this is perhaps another entry than the one that counts. */
  held: boolean | null;
}

/** An entry as it counts at every horizon from a size of the root log on. */
interface Fact {
  readonly from: number;
  readonly entry: EvidenceEntry | undefined;
  readonly parked: ParkedEntry | undefined;
}

type Facts = Map<string, Fact>;

const MOST_KEPT = 20_000;
/** Entries read and decoded together: a lineage may have hundreds of thousands, and others want their turn, too. */
const PAGE = 2_000;

/**
 * Reads counted entries back as facts. The last ones are kept for as long as horizons are of the same root log, which
 * commits to them; not those of which a later horizon may tell more: a key or a root that was not known yet.
 */
export class StoredEntries {
  private facts: Facts = new Map();
  private readonly prefix: RootPrefix;
  private readonly log: RootLog;

  private readonly mostKept: number;

  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
    { mostKept = MOST_KEPT }: { readonly mostKept?: number } = {},
  ) {
    this.mostKept = mostKept;
    this.prefix = new RootPrefix(pool, network);
    this.log = new RootLog(pool, network);
  }

  /** The entries at these places, less those that do not count at the horizon; by log and index. */
  async at(horizon: FilledHorizon, places: readonly EntryPlace[]): Promise<CountedEntries> {
    // Another map, so that what is being read of the other root log is not kept among what is read of this one.
    if (!(await this.prefix.continuesAt(horizon))) this.facts = new Map();
    const { facts } = this;
    const counted = places.filter(({ origin, idx }) => idx < (horizon.counted.get(origin) ?? 0));
    const found = new Map<string, Fact>();
    const unread: EntryPlace[] = [];
    for (const place of counted) {
      const name = nameOf(place);
      const fact = facts.get(name);
      if (fact === undefined || horizon.size < fact.from) unread.push(place);
      else found.set(name, fact);
    }
    for (let from = 0; from < unread.length; from += PAGE) {
      for (const [name, fact] of await this.read(horizon, unread.slice(from, from + PAGE))) {
        found.set(name, fact);
        this.keep(facts, name, fact);
      }
    }
    if (counted.some((place) => !found.has(nameOf(place))))
      throw new HorizonNotFilled(horizon.size, [], 'entries that this horizon covers are being read anew');
    return inLogOrder(counted, found);
  }

  private keep(facts: Facts, name: string, fact: Fact): void {
    if (fact.from === Infinity) return;
    facts.set(name, fact);
    const [oldest] = facts.keys();
    if (facts.size > this.mostKept && oldest !== undefined) facts.delete(oldest);
  }

  private async read(
    horizon: FilledHorizon,
    places: readonly EntryPlace[],
  ): Promise<readonly (readonly [string, Fact])[]> {
    const rows = await this.rows(horizon, places);
    if (rows[0]?.held === false) return [];
    const applied = rows.flatMap((row) => (row.reason === null ? [{ row, read: this.decode(row) }] : []));
    const roots = await this.rootsAt(
      horizon,
      applied.map(({ read }) => read.entry.root.size),
    );
    const entries = applied.map(({ row, read }) => {
      const fact = { ...this.evidence(horizon, { row, read, roots }), parked: undefined };
      return [nameOf({ origin: row.origin, idx: toCount(row.idx) }), fact] as const;
    });
    const parked = rows.flatMap((row) => {
      if (row.reason === null) return [];
      const fact = { from: 0, entry: undefined, parked: this.parkedEntry(row) };
      return [[nameOf({ origin: row.origin, idx: toCount(row.idx) }), fact] as const];
    });
    return [...entries, ...parked];
  }

  /** What covers an entry first is the smallest checkpoint beyond it, since those that advance come in order. */
  private async rows(horizon: FilledHorizon, places: readonly EntryPlace[]): Promise<readonly EntryRow[]> {
    const { rows } = await this.pool.query<EntryRow>({
      name: 'counted-entries',
      text: `WITH ${COUNTED}, place AS (
         SELECT DISTINCT p.origin, p.idx FROM unnest($3::text[], $4::bigint[]) AS p (origin, idx)
         JOIN counted c ON c.origin = p.origin AND p.idx < c.size
       )
       SELECT e.origin, e.idx, e.leaf, e.bytes, covered.root_index, covered.recorded_at AS covered_at,
         signed.valid, signed.key_index, parked.reason, ${HELD} AS held,
         CASE WHEN parked.reason IS NOT NULL THEN
           ARRAY(SELECT l.lot FROM entry_lot l WHERE l.origin = e.origin AND l.idx = e.idx ORDER BY l.lot)
         END AS lots
       FROM place JOIN entry e USING (origin, idx)
       LEFT JOIN parked USING (origin, idx)
       CROSS JOIN LATERAL (
         SELECT c.root_index, r.recorded_at FROM coverage c JOIN root_leaf r ON r.idx = c.root_index
         WHERE c.origin = e.origin AND c.advances AND c.size > e.idx ORDER BY c.size LIMIT 1
       ) covered
       CROSS JOIN LATERAL (
         SELECT array_agg(s.valid ORDER BY s.part) AS valid, array_agg(k.root_index ORDER BY s.part) AS key_index
         FROM signature s LEFT JOIN signing_key k USING (kid) WHERE s.origin = e.origin AND s.idx = e.idx
       ) signed
       ORDER BY e.origin, e.idx`,
      values: [...countedArrays(horizon), places.map(({ origin }) => origin), places.map(({ idx }) => idx)],
    });
    return rows;
  }

  private decode(row: EntryRow): AppliedEntry {
    const read = readFacilityEntry(this.network.facilityOf(row.origin) ?? '', row.bytes);
    if (read.kind !== 'applied') {
      throw new Error(`entry ${row.idx} of ${row.origin} was applied by another version: rebuild`);
    }
    return read;
  }

  /** Root hashes of the root log at these sizes, as far as the horizon reaches. */
  private async rootsAt(
    horizon: FilledHorizon,
    sizes: readonly number[],
  ): Promise<ReadonlyMap<number, string>> {
    const wanted = [...new Set(sizes)].filter((size) => size > 0 && size <= horizon.size);
    return new Map([[0, toHex(EMPTY_ROOT)], ...(await this.log.roots(this.pool, wanted))]);
  }

  /** A signature counts as valid at a horizon whose root log has registered the key: `valid` is null until then. */
  private evidence(
    horizon: FilledHorizon,
    { row, read, roots }: { row: EntryRow; read: AppliedEntry; roots: ReadonlyMap<number, string> },
  ): Pick<Fact, 'from' | 'entry'> {
    const { entry } = read;
    const keys = (row.key_index ?? []).map((index) => (index === null ? Infinity : toCount(index) + 1));
    const isValid = (part: number) => row.valid?.[part] === true && (keys[part] ?? Infinity) <= horizon.size;
    const waits = (row.valid ?? []).includes(null);
    const from = waits ? Infinity : Math.max(entry.root.size, ...keys);
    return {
      from: from <= horizon.size ? from : Infinity,
      entry: evidenceEntry(read, {
        ref: this.refOf(row),
        covered: coveredOf(row),
        seenRootMatches: roots.get(entry.root.size) === entry.root.hash,
        signatureValid: isValid,
      }),
    };
  }

  private parkedEntry(row: EntryRow): ParkedEntry {
    return { ref: this.refOf(row), lots: row.lots ?? [], reason: row.reason ?? '', covered: coveredOf(row) };
  }

  private refOf({ origin, idx, leaf }: EntryRow): EntryRef {
    return { facility: this.network.facilityOf(origin) ?? '', index: toCount(idx), leaf: toHex(leaf) };
  }
}

function coveredOf({ root_index: rootIndex, covered_at: at }: EntryRow): Covered {
  return { rootIndex: toCount(rootIndex), at };
}

function nameOf({ origin, idx }: EntryPlace): string {
  return `${origin} ${String(idx)}`;
}

function inLogOrder(places: readonly EntryPlace[], facts: ReadonlyMap<string, Fact>): CountedEntries {
  const inOrder = [...new Map(places.map((place) => [nameOf(place), place]))]
    .sort(([, a], [, b]) => compareOrigins(a.origin, b.origin) || a.idx - b.idx)
    .flatMap(([name]) => facts.get(name) ?? []);
  return {
    entries: inOrder.flatMap(({ entry }) => entry ?? []),
    parked: inOrder.flatMap(({ parked }) => parked ?? []),
  };
}

/** As the database orders them: by their bytes, which for the names of logs are those of their characters. */
function compareOrigins(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
