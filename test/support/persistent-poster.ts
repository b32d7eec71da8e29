/** A receipt as the service's answer gives it. */
export interface Receipt {
  readonly index: number;
  readonly leaf: string;
  readonly eventId: string;
}

/** A signed event, and the id by which it is found again. */
export interface Posting {
  readonly eventId: string;
  readonly jws: string;
}

/** Posts events over several connections at once, and notes which were acknowledged and which got no answer. */
export class PersistentPoster {
  readonly acknowledged: Receipt[] = [];
  readonly unanswered: Posting[] = [];
  private running: Promise<void>[] = [];
  private isOn = true;

  constructor(
    private readonly custodyUrl: string,
    private readonly make: () => Promise<Posting>,
  ) {}

  start(connections: number): void {
    this.running = Array.from({ length: connections }, () => this.postOn());
  }

  async stop(): Promise<void> {
    this.isOn = false;
    await Promise.all(this.running);
  }

  /** Posts one event; undefined when no receipt comes back. @throws Error when it is refused */
  async post({ jws }: Posting): Promise<Receipt | undefined> {
    const headers = { 'content-type': 'application/jose' };
    const response = await fetch(`${this.custodyUrl}/v1/events`, {
      method: 'POST',
      headers,
      body: jws,
    }).catch(() => undefined);
    // The body may break off as well.
    const text = await response?.text().catch(() => undefined);
    if (response === undefined || text === undefined || response.status === 503) return undefined;
    if (!response.ok) throw new Error(`an event was answered with ${response.status}: ${text}`);
    return (JSON.parse(text) as { receipt: Receipt }).receipt;
  }

  private async postOn(): Promise<void> {
    while (this.isOn) {
      const posting = await this.make();
      const receipt = await this.post(posting);
      if (receipt !== undefined) {
        this.acknowledged.push(receipt);
        continue;
      }
      this.unanswered.push(posting);
      // A service that is away answers nobody; its clients wait a little.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
