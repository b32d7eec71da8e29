/** Goods that were dispatched and acknowledged, as the receiver reads them off the papers. */
export interface Goods {
  readonly lot: string;
  readonly kilograms: number;
  readonly dispatch: string;
  readonly nonce: string;
}

/** Between the facilities of a chain, from the mine to the magnet plant. */
export class Roads {
  private readonly underway = new Map<string, Goods[]>();

  constructor(private readonly chain: readonly string[]) {}

  /** Where a facility sends its lots; undefined for the last one. */
  from(facility: string): string | undefined {
    return this.chain[this.chain.indexOf(facility) + 1];
  }

  send(to: string, goods: Goods): void {
    const queue = this.underway.get(to) ?? [];
    queue.push(goods);
    this.underway.set(to, queue);
  }

  take(at: string): Goods | undefined {
    return this.underway.get(at)?.shift();
  }
}
