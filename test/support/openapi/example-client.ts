import { BodyChecker } from './body-checker.js';
import { examplesOf, operationsOf, type Example, type OpenApiDocument, type Operation } from './document.js';

export interface Caller {
  readonly serviceUrl: string;
  readonly token: string;
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

  private operation(name: string): Operation {
    const operation = this.operations.get(name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    return operation;
  }

  private exampleFaults(name: string, { type, value }: Example): string[] {
    const schema = this.operation(name).requestBody?.content[type]?.schema ?? {};
    return this.checker.faults(schema, value).map((fault) => `${name}, ${type} example: ${fault}`);
  }

  private answerFaults({ name, status, type, text }: Sent): string[] {
    const documented = this.operation(name).responses[String(status)];
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
    example?: Example,
    { token = this.caller.token, query = '' }: { readonly token?: string; readonly query?: string } = {},
  ): Promise<Sent> {
    const operation = this.operation(name);
    const [method = '', path = ''] = name.split(' ');
    const response = await fetch(this.caller.serviceUrl + this.address(path, operation, query), {
      method: method.toUpperCase(),
      headers: {
        ...(token === '' || (operation.security ?? []).length === 0
          ? {}
          : { authorization: `Bearer ${token}` }),
        ...(example === undefined ? {} : { 'content-type': example.type }),
      },
      ...(example === undefined ? {} : { body: bodyOf(example) }),
    });
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    return { name, status: response.status, type, text: await response.text() };
  }

  private address(path: string, { operationId = '', parameters = [] }: Operation, more: string): string {
    const known = this.linked.get(operationId) ?? {};
    const query = new URLSearchParams(more);
    let url = path;
    for (const { name, in: part, example, schema, required = false } of parameters) {
      const value = inAddress(known[name] ?? example ?? schema?.['example']);
      // A tile's path is a parameter with slashes in it.
      if (part === 'path') url = url.replace(`{${name}}`, value.split('/').map(encodeURIComponent).join('/'));
      else if (required) query.set(name, value);
    }
    return query.size === 0 ? url : `${url}?${query.toString()}`;
  }
}

function inAddress(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function bodyOf({ type, value }: Example): string {
  return typeof value === 'string' && !type.endsWith('json') ? value : JSON.stringify(value);
}

/** What a runtime expression names in an answer; only members of the body are used here. */
function pointed(expression: string, text: string): string {
  const member = /^\$response\.body#\/(\w+)$/.exec(expression)?.[1];
  if (member === undefined) throw new Error(`${expression} is no link that is followed here`);
  return String((JSON.parse(text) as Readonly<Record<string, unknown>>)[member]);
}
