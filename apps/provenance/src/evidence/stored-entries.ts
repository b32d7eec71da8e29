import type { Network } from '@lodemark/domain';
import { EMPTY_ROOT, toHex } from '@lodemark/transparency';
import type { AttestationEvidence, Covered, EntryRef, EvidenceEntry, ParkedEntry } from '@lodemark/policy';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import { COUNTED, countedArrays, type FilledHorizon } from '../horizon/horizon.js';
import { readFacilityEntry, type AppliedEntry } from '../projection/facility-entry.js';

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
  reason: string | null;
  lots: string[];
}

const CACHED = 20_000;

/** Reads counted entries back as facts. What an entry's bytes say never changes, so the last ones read stay at hand. */
export class StoredEntries {
  private readonly read = new Map<string, AppliedEntry>();

  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
  ) {}

  /** The entries at these places, less those that do not count at the horizon; by log and index. */
  async at(horizon: FilledHorizon, places: readonly EntryPlace[]): Promise<CountedEntries> {
    const rows = await this.rows(horizon, places);
    const applied = rows.filter(({ reason }) => reason === null).map((row) => ({ row, ...this.decode(row) }));
    const roots = await this.rootsAt(
      horizon,
      applied.map(({ entry }) => entry.root.size),
    );
    return {
      entries: applied.map(({ row, ...read }) => this.evidence(row, read, roots)),
      parked: rows.filter(({ reason }) => reason !== null).map((row) => this.parkedEntry(row)),
    };
  }

  /**
   * A signature counts as valid at a horizon whose root log has registered the key: `valid` is null until then. What
   * covers an entry first is the smallest checkpoint beyond it, since those that advance come in order.
   */
  private async rows(horizon: FilledHorizon, places: readonly EntryPlace[]): Promise<readonly EntryRow[]> {
    const { rows } = await this.pool.query<EntryRow>(
      `WITH ${COUNTED}, place AS (
         SELECT DISTINCT p.origin, p.idx FROM unnest($3::text[], $4::bigint[]) AS p (origin, idx)
         JOIN counted c ON c.origin = p.origin AND p.idx < c.size
       )
       SELECT e.origin, e.idx, e.leaf, e.bytes, covered.root_index, covered.recorded_at AS covered_at,
         (SELECT array_agg(s.valid AND k.root_index < $5 ORDER BY s.part) FROM signature s
           LEFT JOIN signing_key k USING (kid) WHERE s.origin = e.origin AND s.idx = e.idx) AS valid,
         parked.reason,
         ARRAY(SELECT l.lot FROM entry_lot l WHERE l.origin = e.origin AND l.idx = e.idx ORDER BY l.lot) AS lots
       FROM place JOIN entry e USING (origin, idx)
       LEFT JOIN parked USING (origin, idx)
       CROSS JOIN LATERAL (
         SELECT c.root_index, r.recorded_at FROM coverage c JOIN root_leaf r ON r.idx = c.root_index
         WHERE c.origin = e.origin AND c.advances AND c.size > e.idx ORDER BY c.size LIMIT 1
       ) covered
       ORDER BY e.origin, e.idx`,
      [
        ...countedArrays(horizon),
        places.map(({ origin }) => origin),
        places.map(({ idx }) => idx),
        horizon.size,
      ],
    );
    return rows;
  }

  private decode(row: EntryRow): AppliedEntry {
    const leaf = toHex(row.leaf);
    const known = this.read.get(`${row.origin} ${leaf}`);
    if (known !== undefined) return known;
    const read = readFacilityEntry(this.network.facilityOf(row.origin) ?? '', row.bytes);
    if (read.kind === 'parked') {
      throw new Error(`entry ${row.idx} of ${row.origin} was applied by another version: rebuild`);
    }
    this.read.set(`${row.origin} ${leaf}`, read);
    const [oldest] = this.read.keys();
    if (this.read.size > CACHED && oldest !== undefined) this.read.delete(oldest);
    return read;
  }

  /** Root hashes of the root log at these sizes, as far as the horizon reaches. */
  private async rootsAt(
    horizon: FilledHorizon,
    sizes: readonly number[],
  ): Promise<ReadonlyMap<number, string>> {
    const wanted = [...new Set(sizes)].filter((size) => size > 0 && size <= horizon.size);
    const { rows } = await this.pool.query<{ idx: string; tree_root: Buffer }>(
      `SELECT idx, tree_root FROM entry WHERE origin = $1 AND idx = ANY ($2::bigint[])`,
      [this.network.rootOrigin, wanted.map((size) => size - 1)],
    );
    const roots = rows.map(({ idx, tree_root: root }) => [toCount(idx) + 1, toHex(root)] as const);
    return new Map([[0, toHex(EMPTY_ROOT)], ...roots]);
  }

  private evidence(row: EntryRow, read: AppliedEntry, roots: ReadonlyMap<number, string>): EvidenceEntry {
    const { entry, event, jws, payloadDigest } = read;
    const attestations = read.attestations.map(
      ({ jws: { header }, attestation }, i): AttestationEvidence => ({
        kid: header.kid,
        signatureValid: row.valid?.[i + 1] ?? false,
        attestation,
      }),
    );
    return {
      ref: this.refOf(row),
      kind: entry.kind,
      event,
      payloadDigest,
      kid: jws.header.kid,
      signatureValid: row.valid?.[0] ?? false,
      seenRoot: entry.root,
      seenRootMatches: roots.get(entry.root.size) === entry.root.hash,
      recordedAt: entry.recordedAt,
      covered: coveredOf(row),
      attestations,
      ...(entry.kind === 'conflict' ? { conflictsWith: entry.with.index } : {}),
    };
  }

  private parkedEntry(row: EntryRow): ParkedEntry {
    return { ref: this.refOf(row), lots: row.lots, reason: row.reason ?? '', covered: coveredOf(row) };
  }

  private refOf({ origin, idx, leaf }: EntryRow): EntryRef {
    return { facility: this.network.facilityOf(origin) ?? '', index: toCount(idx), leaf: toHex(leaf) };
  }
}

function coveredOf({ root_index: rootIndex, covered_at: at }: EntryRow): Covered {
  return { rootIndex: toCount(rootIndex), at };
}
