import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Caller } from '../auth/caller.js';

/** The Fastify server under an application. */
export type FastifyServer = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

/** What this library uses of a Fastify request. */
export interface HttpRequest {
  readonly id: string;
  readonly ip: string;
  readonly method: string;
  /** Whether no route matched. */
  readonly is404: boolean;
  /** Path and query, as received. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly raw: IncomingMessage;
  readonly routeOptions: { readonly url?: string | undefined; readonly config: unknown };
  body: unknown;
  /** The type of the problem that it was answered with, for the log. */
  problem?: string;
  /** Set by the authentication guard. */
  caller?: Caller | undefined;
}

/** What this library uses of a Fastify reply. */
export interface HttpReply {
  readonly statusCode: number;
  readonly elapsedTime: number;
  header(name: string, value: string): unknown;
}
