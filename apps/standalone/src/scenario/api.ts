import { problemCode } from '@lodemark/platform';

/** What a service answered: any status, the parsed body. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly token?: string;
  /** JSON unless `mediaType` says otherwise. */
  readonly body?: unknown;
  readonly mediaType?: string;
}

const TIMEOUT_MS = 60_000;

/** @throws NoAnswer when nobody listens, or the connection breaks off or takes longer than a minute */
export async function call(
  url: string,
  { method = 'GET', token, body, mediaType }: Request = {},
): Promise<Answer> {
  const request = {
    method,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': mediaType ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  let response, text;
  try {
    response = await fetch(url, request);
    text = await response.text();
  } catch (error) {
    throw new NoAnswer(`${method} ${url}`, { cause: error });
  }
  const parsed: unknown =
    text.length > 0 && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  return { status: response.status, body: parsed };
}

/** The body of an answer that had to be a success. */
export async function callOk(url: string, request?: Request): Promise<unknown> {
  const answer = await call(url, request);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw new UnexpectedAnswer(`${request?.method ?? 'GET'} ${url}`, answer);
}

export class NoAnswer extends Error {
  constructor(request: string, options: ErrorOptions) {
    super(`${request} was not answered: ${String(options.cause)}`, options);
    this.name = 'NoAnswer';
  }
}

export class UnexpectedAnswer extends Error {
  constructor(
    request: string,
    readonly answer: Answer,
  ) {
    super(`${request} answered ${String(answer.status)}: ${describeProblem(answer.body)}`);
    this.name = 'UnexpectedAnswer';
  }
}

export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

export function describeProblem(body: unknown): string {
  const detail = member(body, 'detail') ?? member(body, 'title');
  const errors = member(body, 'errors');
  const listed = Array.isArray(errors)
    ? errors
        .map((error) => `\n      ${String(member(error, 'pointer'))}: ${String(member(error, 'detail'))}`)
        .join('')
    : '';
  return `${problemCode(body) ?? 'no problem type'} ${typeof detail === 'string' ? detail : JSON.stringify(body)}${listed}`;
}
