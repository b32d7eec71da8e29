import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { standardProblem } from '../problems/standard-problems.js';

const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what is no HTTP request, before any request exists that a filter could answer. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  endWithProblem(socket, STATUS[error.code ?? ''] ?? 400);
}

/** Answers what Node refuses without a word: an `Expect` that nobody here can meet, and the wish for a tunnel. */
export function answerBareRefusals(server: Server): void {
  server.on('checkExpectation', ({ socket }: { readonly socket: Socket }) => endWithProblem(socket, 417));
  server.on('connect', (_: unknown, socket: Duplex) => endWithProblem(socket, 405));
}

function endWithProblem(socket: Duplex, status: number): void {
  const body = JSON.stringify(standardProblem(status).toProblem());
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
