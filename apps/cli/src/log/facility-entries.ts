import { decodeFacilityLogEntry, HeadsMap } from '@lodemark/transparency';

/** Follows a facility log entry by entry: what each says of those before it has to be what they say (design.md 4). */
export class FacilityEntries {
  private readonly heads = new HeadsMap();
  private readonly next = new Map<string, number>();
  private recordedAt = '';
  private rootSize = 0;

  /** What is wrong with the next entry; undefined when nothing is. */
  follow(bytes: Uint8Array): string | undefined {
    const decoded = decodeFacilityLogEntry(bytes);
    if (!decoded.ok) return decoded.problems.map(({ detail }) => detail).join(' ');
    const entry = decoded.value;
    if (entry.recordedAt < this.recordedAt)
      return `It was recorded at ${entry.recordedAt}, the entry before it at ${this.recordedAt}.`;
    if (entry.root.size < this.rootSize)
      return `It had seen the root log at size ${entry.root.size}, the entry before it at ${this.rootSize}.`;
    this.recordedAt = entry.recordedAt;
    this.rootSize = entry.root.size;
    if (entry.kind !== 'heads') return this.count(entry.lots);
    const derived = this.heads.root();
    return entry.map === derived ? undefined : `Its heads are ${entry.map}, those of the entries ${derived}.`;
  }

  private count(lots: Readonly<Record<string, number>>): string | undefined {
    for (const [lot, sequence] of Object.entries(lots)) {
      const expected = this.next.get(lot) ?? 0;
      if (sequence !== expected) return `It is number ${sequence} of ${lot}, and ${expected} comes next.`;
      this.next.set(lot, sequence + 1);
      this.heads.set(lot, sequence);
    }
    return undefined;
  }
}
