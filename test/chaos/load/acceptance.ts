import { within } from '../within.js';

/** When each facility was last acknowledged something, by when that was sent. */
export class Acceptance {
  private readonly sent = new Map<string, number>();

  acknowledged(facility: string, sentAt: number): void {
    this.sent.set(facility, Math.max(sentAt, this.sent.get(facility) ?? 0));
  }

  /** Facilities of which nothing that was sent after the instant has been acknowledged, once patience is at its end. */
  async missingSince(
    instant: number,
    facilities: readonly string[],
    patienceMs: number,
  ): Promise<readonly string[]> {
    const missing = () => facilities.filter((facility) => (this.sent.get(facility) ?? 0) <= instant);
    await within(patienceMs, () => missing().length === 0);
    return missing();
  }
}
