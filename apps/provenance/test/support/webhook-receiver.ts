import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceivedMessage {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Somebody who is told: takes messages, or answers with something else, or with a redirect. */
export class WebhookReceiver {
  readonly taken: ReceivedMessage[] = [];
  readonly refused: ReceivedMessage[] = [];
  /** What is answered. */
  status = 200;
  location: string | undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const message = { headers: request.headers, text: Buffer.concat(chunks).toString() };
        const isTaken = receiver.status < 300;
        (isTaken ? receiver.taken : receiver.refused).push(message);
        const { location } = receiver;
        response.writeHead(receiver.status, location === undefined ? {} : { location }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/hook`;
  }

  /** What was taken, each verified as any receiver would with the library of the convention. */
  verified(secret: string): readonly { readonly type: string; readonly data: Record<string, unknown> }[] {
    const webhook = new Webhook(secret);
    return this.taken.map(
      ({ headers, text }) =>
        webhook.verify(text, headers as Record<string, string>) as {
          type: string;
          data: Record<string, unknown>;
        },
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
