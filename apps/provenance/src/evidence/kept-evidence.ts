import type { Evidence } from '@lodemark/policy';
import type { FilledHorizon } from '../horizon/horizon.js';

/** Entries in all the evidence that is kept: some dozens of lots with a thousand ancestors each. */
const MOST_ENTRIES = 60_000;
/** Lots whose evidence is compared with that of another. */
const MOST_COMPARED = 8;

/**
 * Evidence of the lots that were asked about last. A root hash commits to everything that counts at it, so that the
 * evidence of a lot at it never changes. At another horizon whatever is still the same keeps its identity, and with
 * it all that was worked out of it (libs/policy, `remembered`).
 */
export class KeptEvidence {
  /** By lot, the one asked about last at the end. */
  private readonly evidence = new Map<string, Evidence>();
  private entryCount = 0;
  private faults: Evidence['faults'] = [];

  at({ rootHash, size }: FilledHorizon, lot: string): Evidence | undefined {
    const kept = this.evidence.get(lot);
    if (kept?.horizon.rootHash !== rootHash || kept.horizon.size !== size) return undefined;
    this.put(lot, kept);
    return kept;
  }

  keep(lot: string, evidence: Evidence): Evidence {
    const before = this.evidence.get(lot);
    this.faults = sameOr(this.faults, evidence.faults, areAlike);
    const kept = { ...evidence, entries: this.sameEntries(before, evidence), faults: this.faults };
    this.put(lot, kept);
    for (const [oldest] of this.evidence) {
      if (this.entryCount <= MOST_ENTRIES || oldest === lot) break;
      this.remove(oldest);
    }
    return kept;
  }

  /** Lots of one batch often rest on the very same entries, as one lot does at two horizons. */
  private sameEntries(before: Evidence | undefined, { entries }: Evidence): Evidence['entries'] {
    const others = [...this.evidence.values()].slice(-MOST_COMPARED).reverse();
    for (const other of before === undefined ? others : [before, ...others]) {
      const same = sameOr(other.entries, entries, (a, b) => a === b);
      if (same !== entries) return same;
    }
    return entries;
  }

  private put(lot: string, evidence: Evidence): void {
    this.remove(lot);
    this.evidence.set(lot, evidence);
    this.entryCount += evidence.entries.length;
  }

  private remove(lot: string): void {
    this.entryCount -= this.evidence.get(lot)?.entries.length ?? 0;
    this.evidence.delete(lot);
  }
}

function sameOr<T>(
  before: readonly T[],
  now: readonly T[],
  isSame: (a: T, b: T | undefined) => boolean,
): readonly T[] {
  return before.length === now.length && now.every((one, index) => isSame(one, before[index])) ? before : now;
}

function areAlike(a: object, b: object | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
