import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Posted {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const LOOK_MS = 50;

/**
 * Sends requests to those processes of one service that say they are ready, in turn, each over a connection of its own,
 * as a balancer in front of them does. A refused connection is tried elsewhere; any other failure is the caller's.
 */
export class Balancer {
  private readonly ready = new Set<string>();
  private readonly looking: NodeJS.Timeout;
  private turn = 0;

  constructor(private readonly addresses: Set<string>) {
    this.looking = setInterval(() => void this.look(), LOOK_MS);
  }

  add(url: string): void {
    this.addresses.add(url);
  }

  /** Resolves once this address is asked. */
  isReady(url: string): boolean {
    return this.ready.has(url);
  }

  async post(posted: Posted): Promise<Answer> {
    for (;;) {
      const candidates = [...this.ready];
      const url = candidates[this.turn++ % Math.max(1, candidates.length)];
      try {
        if (url !== undefined) return await send(url, posted);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  close(): void {
    clearInterval(this.looking);
  }

  private async look(): Promise<void> {
    for (const url of this.addresses) {
      const isReady = await fetch(`${url}/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (isReady) this.ready.add(url);
      else this.ready.delete(url);
    }
  }
}

function send(url: string, { path, headers, body }: Posted): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
