import { setTimeout as sleep } from 'node:timers/promises';
import type { CallerRole } from '@lodemark/platform/light';
import { requestTrouble } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { failureOf, type Answer } from './problem.js';
import type { Tokens } from './tokens.js';

export interface Request {
  readonly method?: 'GET' | 'POST';
  /** What the token must be good for; none: the request carries no token. */
  readonly roles?: readonly CallerRole[];
  /** Text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly mediaType?: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly timeoutMs?: number;
  /** How often it is tried; 1 for what takes long or wants to see trouble. */
  readonly attempts?: number;
}

const TIMEOUT_MS = 60_000;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Talks to one service. Everything this command sends may be sent twice (events and statements have ids of their own),
 * so what met trouble is sent again, a few times.
 */
export class ServiceClient {
  constructor(
    readonly url: string,
    private readonly tokens: Tokens,
  ) {}

  /** The body of an answer that has to be a success. @throws Failure */
  async ask(path: string, request: Request = {}): Promise<unknown> {
    const answer = await this.call(path, request);
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw failureOf(`${request.method ?? 'GET'} ${this.url}${path}`, answer);
  }

  /** Like `ask`, but undefined when there is no such thing. */
  async find(path: string, request: Request = {}): Promise<unknown> {
    const answer = await this.call(path, request);
    if (answer.status === 404) return undefined;
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw failureOf(`${request.method ?? 'GET'} ${this.url}${path}`, answer);
  }

  /** Any answer, after further attempts where it says that trouble will pass. @throws Failure when there is none */
  async call(path: string, request: Request = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= (request.attempts ?? ATTEMPTS);
      try {
        const answer = await this.once(path, request);
        const retryAfter = answer.headers.get('retry-after');
        if (last || !passesSoon(answer.status, retryAfter)) return answer;
        await sleep(pause(attempt, retryAfter));
      } catch (error) {
        if (error instanceof Failure || last) throw unreachable(this.url, error);
        await sleep(pause(attempt, null));
      }
    }
  }

  private async once(path: string, request: Request): Promise<Answer> {
    const { method = 'GET', roles, body, mediaType, timeoutMs = TIMEOUT_MS } = request;
    const token = roles === undefined ? undefined : await this.tokens.forRequest(this.url, roles);
    const response = await fetch(`${this.url}${path}${queryOf(request.query)}`, {
      method,
      redirect: 'error',
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': mediaType ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const { status, headers } = response;
    return { status, headers, bytes, body: bodyOf(bytes.toString('utf8'), headers) };
  }
}

function bodyOf(text: string, headers: Headers): unknown {
  if (text === '' || headers.get('content-type')?.includes('json') !== true) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function queryOf(query: Request['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** Whether trouble is worth a wait. What asks for a longer one (a log restored from an old backup) needs somebody's help. */
export function passesSoon(status: number, retryAfter: string | null): boolean {
  return [429, 502, 503, 504].includes(status) && (askedFor(retryAfter) ?? 0) <= LONGEST_PAUSE_MS;
}

/** Milliseconds until the next attempt: what the service asks for, else twice as long each time, with jitter. */
export function pause(attempt: number, retryAfter: string | null): number {
  const pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  return Math.min(askedFor(retryAfter) ?? Math.floor(pauseMs), LONGEST_PAUSE_MS);
}

function askedFor(retryAfter: string | null): number | undefined {
  return retryAfter !== null && /^\d{1,4}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined;
}

function unreachable(url: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure({
    code: 'service-unreachable',
    exit: EXIT.trouble,
    cause: `${url} does not answer: ${requestTrouble(error)}.`,
    next: 'See whether it runs (lodemark doctor), then run the same command again: nothing is done twice.',
  });
}
