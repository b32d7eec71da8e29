import { BodyChecker } from './body-checker.js';
import { mangledJson, mangledText, ODD_PARAMETERS } from './mangled.js';
import { examplesOf, operationsOf, type Example, type OpenApiDocument, type Operation } from './document.js';

export interface Caller {
  readonly serviceUrl: string;
  readonly token: string;
}

/** A body as it goes over the wire. */
interface Encoded {
  readonly type: string;
  readonly text: string;
}

/** How a request differs from what the document shows. */
interface Otherwise {
  readonly token?: string;
  readonly query?: string;
  /** Parameters by name, encoded already. */
  readonly odd?: Readonly<Record<string, string>>;
}

interface Sent {
  readonly name: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Sends what a document shows and compares the answers with what it promises. */
export class ExampleClient {
  private readonly operations: ReadonlyMap<string, Operation>;
  private readonly checker: BodyChecker;
  /** What earlier answers said that parameters of an operation are, by the documented links. */
  private readonly linked = new Map<string, Readonly<Record<string, string>>>();

  constructor(
    document: OpenApiDocument,
    private readonly caller: Caller,
  ) {
    this.operations = operationsOf(document);
    this.checker = new BodyChecker(document);
  }

  /** Sends every example of an operation. Gives what is wrong with the answers; empty when each is a documented success. */
  async tryOut(name: string): Promise<readonly string[]> {
    const operation = this.operation(name);
    const examples = operation.requestBody === undefined ? [undefined] : examplesOf(operation);
    const faults = examples.flatMap((example) =>
      example === undefined ? [] : this.exampleFaults(name, example),
    );
    for (const example of examples) {
      const sent = await this.send(name, example);
      if (sent.status >= 300) faults.push(`${name} answered ${sent.status}: ${sent.text}`);
      else faults.push(...this.answerFaults(sent));
      if (sent.status < 300) this.follow(operation, sent);
    }
    return faults;
  }

  /** Sends the first example without a token, and then with a parameter that no operation has. */
  async provoke(name: string): Promise<readonly string[]> {
    const operation = this.operation(name);
    const [example] = examplesOf(operation);
    const faults: string[] = [];
    const { security = [] } = operation;
    if (security.length > 0 && !security.some((one) => Object.keys(one).length === 0)) {
      const anonymous = await this.send(name, example, { token: '' });
      if (anonymous.status !== 401) faults.push(`${name} answered ${anonymous.status} without a token`);
      faults.push(...this.answerFaults(anonymous));
    }
    const odd = await this.send(name, example, { query: 'colour=blue' });
    if (odd.status >= 500) faults.push(`${name} answered ${odd.status}: ${odd.text}`);
    return [...faults, ...this.answerFaults(odd)];
  }

  /**
   * Sends every example with one thing wrong at a time. Gives where the service failed or answered otherwise than
   * documented: whatever comes, it is a success or a problem.
   */
  async withstands(name: string): Promise<readonly string[]> {
    const operation = this.operation(name);
    const faults: string[] = [];
    const check = (what: string, sent: Sent) => {
      const wrong =
        sent.status >= 500 ? [`${sent.status}: ${sent.text}`] : this.answerFaults(sent, 'default');
      faults.push(...wrong.map((fault) => `${what}: ${fault}`));
    };
    for (const example of examplesOf(operation)) {
      const isText = typeof example.value === 'string' && !example.type.endsWith('json');
      const mangled = isText ? mangledText(example.value) : mangledJson(example.value);
      for (const { what, value } of mangled)
        check(`${name} with ${what}`, await this.send(name, { type: example.type, text: value }));
    }
    const [example] = examplesOf(operation);
    for (const { name: parameter } of operation.parameters ?? []) {
      for (const odd of ODD_PARAMETERS)
        check(
          `${name} with ${parameter}=${odd}`,
          await this.send(name, example, { odd: { [parameter]: odd } }),
        );
    }
    return faults;
  }

  private operation(name: string): Operation {
    const operation = this.operations.get(name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    return operation;
  }

  private exampleFaults(name: string, { type, value }: Example): string[] {
    const schema = this.operation(name).requestBody?.content[type]?.schema ?? {};
    return this.checker.faults(schema, value).map((fault) => `${name}, ${type} example: ${fault}`);
  }

  private answerFaults({ name, status, type, text }: Sent, otherwise = ''): string[] {
    const { responses } = this.operation(name);
    const documented = responses[String(status)] ?? (status >= 400 ? responses[otherwise] : undefined);
    if (documented === undefined) return [`${name}: ${status} is not documented: ${text}`];
    const { content = {} } = documented;
    if (Object.keys(content).length === 0) return text === '' ? [] : [`${name}: ${status} has a body`];
    const schema = content[type]?.schema;
    if (schema === undefined) return [`${name}: ${type} of ${status} is not documented`];
    const body: unknown = type.endsWith('json') ? JSON.parse(text) : text;
    return this.checker.faults(schema, body).map((fault) => `${name}, ${status}: ${fault}`);
  }

  private follow({ responses }: Operation, { status, text }: Sent): void {
    for (const { operationId, parameters } of Object.values(responses[String(status)]?.links ?? {})) {
      const values = Object.entries(parameters).map(([name, expression]) => [
        name,
        pointed(expression, text),
      ]);
      this.linked.set(operationId, Object.fromEntries(values) as Record<string, string>);
    }
  }

  private async send(
    name: string,
    body?: Example | Encoded,
    { token = this.caller.token, query = '', odd = {} }: Otherwise = {},
  ): Promise<Sent> {
    const operation = this.operation(name);
    const [method = '', path = ''] = name.split(' ');
    const response = await fetch(this.caller.serviceUrl + this.address(path, operation, { query, odd }), {
      method: method.toUpperCase(),
      headers: {
        ...(token === '' || (operation.security ?? []).length === 0
          ? {}
          : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': body.type }),
      },
      ...(body === undefined ? {} : { body: 'text' in body ? body.text : bodyOf(body) }),
    });
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    return { name, status: response.status, type, text: await response.text() };
  }

  private address(
    path: string,
    { operationId = '', parameters = [] }: Operation,
    { query, odd }: Required<Pick<Otherwise, 'query' | 'odd'>>,
  ): string {
    const known = this.linked.get(operationId) ?? {};
    const asked = query === '' ? [] : [query];
    let url = path;
    for (const { name, in: part, example, schema, required = false } of parameters) {
      const value = odd[name] ?? inAddress(known[name] ?? example ?? schema?.['example']);
      if (part === 'path') url = url.replace(`{${name}}`, () => value);
      else if (required || name in odd) asked.push(`${name}=${value}`);
    }
    return asked.length === 0 ? url : `${url}?${asked.join('&')}`;
  }
}

function inAddress(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  // A tile's path is a parameter with slashes in it, and a lot id has one.
  return text.split('/').map(encodeURIComponent).join('/');
}

function bodyOf({ type, value }: Example): string {
  return typeof value === 'string' && !type.endsWith('json') ? value : JSON.stringify(value);
}

/** What a runtime expression names in an answer; only members of the body are used here. */
function pointed(expression: string, text: string): string {
  const members = /^\$response\.body#\/(\w+(?:\/\w+)*)$/.exec(expression)?.[1];
  if (members === undefined) throw new Error(`${expression} is no link that is followed here`);
  let value: unknown = JSON.parse(text);
  for (const member of members.split('/')) value = (value as Readonly<Record<string, unknown>>)[member];
  return String(value);
}
