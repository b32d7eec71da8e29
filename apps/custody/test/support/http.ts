export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, or an empty object. */
  readonly json: Record<string, never> & Record<string, unknown>;
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly token?: string;
  readonly body?: unknown;
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as a client makes it; a text or bytes go as they are, anything else as JSON. */
export async function call(url: string, request: Request = {}): Promise<Answer> {
  const { method = 'GET', token, body, mediaType = 'application/json', headers = {} } = request;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': mediaType }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: parsed(text) as Answer['json'],
  };
}

/** The stable code of a problem: the last part of its type. */
export function codeOf(answer: { readonly json: Readonly<Record<string, unknown>> }): string {
  return String(answer.json['type']).split('/').at(-1) ?? '';
}

/** Codes with their pointers, as a poster reads them. */
export function faults(answer: { readonly json: Readonly<Record<string, unknown>> }): string[] {
  const errors = answer.json['errors'];
  return Array.isArray(errors)
    ? errors.map((one: { code: string; pointer: string }) => `${one.code} ${one.pointer}`)
    : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
