import { Agent, request, type ClientRequest } from 'node:http';
import type { Receipt } from '@lodemark/transparency';
import type { ConflictReference } from '../journal-lines.js';

/** What a client learned of one event that it sent. */
export type Told =
  | { readonly kind: 'ok'; readonly receipt: Receipt; readonly signedReceipt: string }
  | {
      readonly kind: 'fail';
      readonly status: number;
      readonly code: string;
      readonly conflict?: ConflictReference;
    }
  | { readonly kind: 'unknown'; readonly status?: number; readonly why: string };

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Longer than any limit of the services: a client that gives up early only asks again. */
const PATIENCE_MS = 20_000;
/** Answers that leave open whether it was recorded, or say that it was not but may be later. */
const NOT_DEFINITE = new Set([408, 425, 429]);

/** Sends signed events to the custody services, and can lose the answer on the way. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** Facilities by the number of answers that still are to be lost. */
  private readonly losses = new Map<string, number>();

  constructor(private readonly addressesOf: (facility: string) => readonly string[]) {}

  /** The next requests of a facility's clients are cut off after they were sent and before the answer is here. */
  loseAnswers(facility: string, count: number): void {
    this.losses.set(facility, count);
  }

  /** How many of these losses are still to come. */
  lossesLeft(facility: string): number {
    return this.losses.get(facility) ?? 0;
  }

  async post(facility: string, jws: string): Promise<Told> {
    const answer = await this.send(facility, jws, 'application/jose');
    return typeof answer === 'string' ? { kind: 'unknown', why: answer } : told(answer.status, answer.text);
  }

  /** Many at once; what is not answered item by item is unknown for every item. */
  async postAll(facility: string, all: readonly string[]): Promise<readonly Told[]> {
    const answer = await this.send(facility, all.join('\n'), 'application/x-ndjson');
    if (typeof answer === 'string') return all.map(() => ({ kind: 'unknown', why: answer }));
    if (answer.status !== 200 && answer.status !== 207) {
      const { status } = answer;
      return all.map(() => ({ kind: 'unknown', status, why: `the batch was answered with ${status}` }));
    }
    const { items } = JSON.parse(answer.text) as { items: readonly { index: number; status: number }[] };
    const byIndex = new Map(items.map((item) => [item.index, item]));
    return all.map((_, index) => {
      const item = byIndex.get(index);
      return item === undefined
        ? { kind: 'unknown', why: 'the batch was answered without this item' }
        : told(item.status, JSON.stringify('problem' in item ? item.problem : item));
    });
  }

  close(): void {
    this.agent.destroy();
  }

  /** The answer, or why there is none. */
  private send(facility: string, body: string, mediaType: string): Promise<Answer | string> {
    const addresses = this.addressesOf(facility);
    const address = addresses[Math.floor(Math.random() * addresses.length)] ?? '';
    return new Promise((resolve) => {
      const headers = { 'content-type': mediaType };
      const sent = request(
        `${address}/v1/events`,
        { method: 'POST', agent: this.agent, headers },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', (error) => resolve(`the answer broke off: ${error.message}`));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
          );
        },
      );
      sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('no answer in time')));
      sent.on('error', (error) => resolve(error.message));
      sent.on('finish', () => this.maybeLose(facility, sent));
      sent.end(body);
    });
  }

  /** Everything of the request has left by now. Whether the service has read it is as open as on a real network. */
  private maybeLose(facility: string, sent: ClientRequest): void {
    const left = this.lossesLeft(facility);
    if (left === 0) return;
    this.losses.set(facility, left - 1);
    setTimeout(() => sent.destroy(new Error('the harness cut the connection')), Math.random() * 10);
  }
}

function told(status: number, text: string): Told {
  const body = parsed(text);
  if (status === 200 || status === 201) {
    const { receipt, signedReceipt } = body as { receipt?: Receipt; signedReceipt?: string };
    return receipt === undefined || signedReceipt === undefined
      ? { kind: 'unknown', status, why: 'a success without a receipt' }
      : { kind: 'ok', receipt, signedReceipt };
  }
  const code = problemType(body).replace(/^.*[/:]/, '');
  if (status < 400 || status >= 500 || NOT_DEFINITE.has(status))
    return { kind: 'unknown', status, why: code };
  const conflict = body['conflict'] as ConflictReference | undefined;
  return { kind: 'fail', status, code, ...(conflict === undefined ? {} : { conflict }) };
}

function problemType({ type }: Record<string, unknown>): string {
  return typeof type === 'string' ? type : 'no problem type';
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
