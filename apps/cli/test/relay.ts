import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a service answered, on its way through the relay. */
export interface Passing {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

type Tampering = (passing: Passing) => Passing | Promise<Passing>;

/** Stands between the command and a real service, and changes its answers as it is told. */
export class Relay {
  tamper: Tampering = (passing) => passing;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(target: string): Promise<Relay> {
    const server = createServer((request, response) => {
      void relay.pass(target, request).then(({ status, body, mediaType }) => {
        response.writeHead(status, { 'content-type': mediaType }).end(body);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const relay: Relay = new Relay(server, `http://127.0.0.1:${port}`);
    return relay;
  }

  private async pass(target: string, request: IncomingMessage) {
    const sent: Buffer[] = [];
    for await (const chunk of request) sent.push(chunk as Buffer);
    const { authorization, 'content-type': type } = request.headers;
    const path = request.url ?? '/';
    const answer = await fetch(`${target}${path}`, {
      method: request.method ?? 'GET',
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(sent.length === 0 ? {} : { body: Buffer.concat(sent) }),
    });
    const { status } = answer;
    const mediaType = answer.headers.get('content-type') ?? 'text/plain';
    // What is no text goes through as it is.
    if (mediaType === 'application/octet-stream')
      return { status, body: Buffer.from(await answer.arrayBuffer()), mediaType };
    const passed = await this.tamper({ path, status, body: await answer.text() });
    return { ...passed, mediaType };
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((stopped) => this.server.close(() => stopped()));
  }
}
