import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * One connection of a load generator, one request at a time. Node's own client takes half as long as the service that
 * it asks, and would be measured with it on a small machine; this reads no more of HTTP than our services speak:
 * answers with a Content-Length, on a connection that stays.
 */
export class Connection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(
    private readonly url: URL,
    private socket: Socket,
  ) {
    this.listen();
  }

  static async open(address: string): Promise<Connection> {
    const url = new URL(address);
    return new Connection(url, await connected(url));
  }

  /** On the connection, or on a new one when the service has closed it meanwhile, as it does with those that idle. */
  async post(path: string, mediaType: string, body: string): Promise<Answer> {
    if (this.socket.destroyed || this.socket.readableEnded) {
      this.received = Buffer.alloc(0);
      this.socket = await connected(this.url);
      this.listen();
    }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      const head = `POST ${path} HTTP/1.1\r\nHost: ${this.url.host}\r\nContent-Type: ${mediaType}\r\n`;
      this.socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private listen(): void {
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk: Buffer) => this.take(chunk));
    this.socket.on('error', (error) => this.waiting?.reject(error));
    this.socket.on('close', () => this.waiting?.reject(new Error('the connection was closed')));
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headEnds = this.received.indexOf(END_OF_HEAD);
    if (headEnds < 0) return;
    const head = this.received.toString('latin1', 0, headEnds);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.socket.destroy(new Error(`an answer without length: ${head}`));
      return;
    }
    const ends = headEnds + END_OF_HEAD.length + Number(length);
    if (this.received.length < ends) return;
    const text = this.received.toString('utf8', headEnds + END_OF_HEAD.length, ends);
    this.received = this.received.subarray(ends);
    this.waiting?.resolve({ status: Number(head.slice(9, 12)), text });
  }
}

async function connected({ hostname, port }: URL): Promise<Socket> {
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}
