import { finding, SKEW_MS, type Report } from './finding.js';

interface Recorded {
  readonly recordedAt: string;
  readonly root: { readonly size: number };
}

/**
 * What one log's entries say of the order that they came in: each is recorded no earlier than the one before it, had
 * seen no less of the root log, and was recorded before the root log covered it.
 */
export class LogOrder {
  private index = -1;
  private recordedAt = -Infinity;
  private rootSize = 0;

  constructor(private readonly report: Report) {}

  /** Whether the file goes on with a later entry. */
  goesOn(index: number, where: string): boolean {
    if (index === this.index) {
      this.report(finding('entry-repeated', where, `index ${index} is given twice`));
      return false;
    }
    if (index < this.index) {
      this.report(finding('entry-order', where, `index ${index} stands after ${this.index}`));
      return false;
    }
    this.index = index;
    return true;
  }

  check(
    { recordedAt, root }: Recorded,
    { where, coveredAt }: { readonly where: string; readonly coveredAt: string },
  ): void {
    const at = Date.parse(recordedAt);
    if (at < this.recordedAt) {
      this.report(finding('entry-order', where, 'it was recorded before the entry before it'));
    }
    if (root.size < this.rootSize) {
      this.report(finding('entry-order', where, 'it had seen less of the root log than the entry before it'));
    }
    if (at > Date.parse(coveredAt) + SKEW_MS) {
      const detail = `it was recorded at ${recordedAt}, after the root log covered it at ${coveredAt}`;
      this.report(finding('entry-order', where, detail));
    }
    this.recordedAt = Math.max(this.recordedAt, at);
    this.rootSize = Math.max(this.rootSize, root.size);
  }
}
