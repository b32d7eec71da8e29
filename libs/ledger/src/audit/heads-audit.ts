import { HeadsMap, type HeadsEntry, type StatedEntry } from '@lodemark/transparency';
import type { Findings } from './findings.js';
import type { StoredRow } from './stored-row.js';

/** Makes the map of heads again from the entries, and compares what each heads entry says of it. */
export class HeadsAudit {
  private readonly map = new HeadsMap();

  constructor(private readonly findings: Findings) {}

  count({ lots }: StatedEntry): void {
    for (const [lot, sequence] of Object.entries(lots)) this.map.set(lot, sequence);
  }

  compare(row: StoredRow, { kind, map, recordedAt }: HeadsEntry): void {
    const { findings } = this;
    if (
      row.kind !== kind ||
      row.recordedAt !== recordedAt ||
      row.eventId !== null ||
      row.payloadDigest !== null
    )
      findings.add('column-differs', row.index, 'A column differs from what the bytes say.');
    const derived = this.map.root();
    if (map !== derived)
      findings.add('heads-differ', row.index, `Heads ${map}, derived from the entries ${derived}.`);
  }
}
