import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HEALTH, type HealthRegistry } from '../health/health-registry.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { SHUTDOWN, type Shutdown } from './shutdown.js';

export interface ServeOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Milliseconds between becoming unready and closing the door, for balancers to notice. Default 0. */
  readonly unreadyMs?: number;
  /** Milliseconds that requests in flight have to end. Default 10,000. */
  readonly drainMs?: number;
}

/** A service that takes requests. */
export interface RunningService {
  /** Its address, with the port that was really taken. */
  readonly url: string;
  /**
   * Becomes unready, stops accepting, lets requests in flight end until the deadline, runs the closers, closes the
   * application. Rejects if any of it failed; calling it again waits for the same stop.
   */
  stop(): Promise<void>;
}

/** Listens, and stops in the order in which nothing is lost. */
export async function serve(app: NestFastifyApplication, options: ServeOptions): Promise<RunningService> {
  const connections = trackConnections(app.getHttpServer());
  await app.listen({ host: options.host, port: options.port });
  const url = addressOf(app.getHttpServer());
  app.get<Logger>(LOGGER).info({ url }, 'listening');
  let stopped: Promise<void> | undefined;
  return {
    url,
    stop: () => (stopped ??= stop(app, connections, options)),
  };
}

async function stop(
  app: NestFastifyApplication,
  connections: Connections,
  options: ServeOptions,
): Promise<void> {
  const logger = app.get<Logger>(LOGGER);
  const shutdown = app.get<Shutdown>(SHUTDOWN);
  app.get<HealthRegistry>(HEALTH).stop();
  logger.info('stopping');
  await delay(options.unreadyMs ?? 0);
  shutdown.begin();
  const closed = app.getHttpAdapter().getInstance().close();
  connections.closeIdle();
  const cut = await connections.drained(closed, options.drainMs ?? 10_000);
  if (cut > 0) logger.warn({ connections: cut }, 'requests cut off at the deadline');
  const well = await shutdown.runClosers();
  await app.close();
  logger.info('stopped');
  if (!well) throw new Error('Not everything could be closed; the log names what');
}

interface Connections {
  /** Ends connections without a request; the others end with their response. */
  closeIdle(): void;
  /** Waits for the server to have closed, and cuts connections at the deadline; tells how many. */
  drained(closed: PromiseLike<unknown>, deadlineMs: number): Promise<number>;
}

// Node counts a connection on which nothing was sent yet as busy; browsers keep such connections in reserve.
function trackConnections(server: Server): Connections {
  const requests = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (socket) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (requests.get(socket) ?? 1) - 1;
      if (requests.has(socket)) requests.set(socket, left);
      if (closing && left === 0) socket.end();
    });
  });
  return {
    closeIdle() {
      closing = true;
      for (const [socket, inFlight] of requests) if (inFlight === 0) socket.destroy();
    },
    async drained(closed, deadlineMs) {
      const patience = new AbortController();
      const deadline = delay(deadlineMs, 'late', { signal: patience.signal }).catch(() => '');
      const late = (await Promise.race([closed, deadline])) === 'late';
      patience.abort();
      const cut = late ? requests.size : 0;
      if (late) for (const socket of requests.keys()) socket.destroy();
      await closed;
      return cut;
    },
  };
}

function addressOf(server: Server): string {
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The service does not listen on TCP');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
