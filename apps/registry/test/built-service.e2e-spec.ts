import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LocalIssuer } from '@lodemark/platform';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';

// The compiled service, because only the build runs the OpenAPI plug-in; `npm test` builds before it tests.
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Schema {
  readonly $ref?: string;
  readonly oneOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}
interface Content {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    example?: unknown;
    schema?: { example?: unknown };
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
  readonly security: readonly object[];
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** In this order each example finds what it needs; reads come after all of them. */
const WRITES = [
  'post /v1/organizations',
  'post /v1/organizations/{id}/ownership',
  'post /v1/facilities',
  'post /v1/facilities/{id}/amendments',
  'post /v1/keys',
  'post /v1/statements',
  'post /v1/keys/{kid}/rotation',
  'post /v1/keys/{kid}/revocation',
  'put /v1/policies/{digest}',
  'post /v1/policies',
  'post /v1/checkpoints',
  'post /v1/reattestations',
];
/** Ends the log of the other examples, so it comes last. */
const LAST = 'post /v1/log-faults';

// Each process takes seconds to start on a busy machine.
jest.setTimeout(120_000);

describe('the built registry', () => {
  let database: TestDatabase;
  let folder: string;
  let identity: Server;
  let token: string;
  let environment: Record<string, string>;
  let service: { readonly process: ChildProcess; readonly url: string };
  let document: Document;

  beforeAll(async () => {
    database = await createDatabase('built registry', { durable: true });
    folder = await mkdtemp(join(tmpdir(), 'lodemark-registry-'));
    const issuer = await LocalIssuer.open(join(folder, 'issuer.json'), 'https://id.example');
    identity = createServer((_, response) => response.end(JSON.stringify(issuer.jwks)));
    await once(identity.listen(0, '127.0.0.1'), 'listening');
    const jwksUri = `http://127.0.0.1:${(identity.address() as AddressInfo).port}/`;
    token = await issuer.issue({
      ...{ subject: 'registrar', roles: [{ role: 'registrar' }], audience: 'registry', lifetimeSeconds: 600 },
    });
    environment = {
      REGISTRY_NETWORK: 'demo.lodemark.example',
      REGISTRY_DATABASE_URL: database.serviceUrl,
      REGISTRY_OWNER_URL: database.ownerUrl,
      REGISTRY_SERVICE_ROLE: database.serviceRole,
      REGISTRY_KEY_ENCRYPTION: `1:${'ab'.repeat(32)}`,
      REGISTRY_ISSUERS: JSON.stringify([{ issuer: 'https://id.example', audience: 'registry', jwksUri }]),
      REGISTRY_HOST: '127.0.0.1',
      REGISTRY_PORT: '0',
      REGISTRY_ROUND: '50ms',
    };
    expect(await run('migrate')).toMatchObject({ code: 0 });
    service = await serve();
    document = (await (await fetch(`${service.url}/openapi.json`)).json()) as Document;
  });

  afterAll(async () => {
    service.process.kill('SIGKILL');
    identity.closeAllConnections();
    identity.close();
    await rm(folder, { recursive: true });
    await database.drop();
  });

  function start(command: string, env = environment): ChildProcess {
    return spawn(process.execPath, [MAIN, command], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  }

  async function run(
    command: string,
    env = environment,
  ): Promise<{ code: number; out: string; err: string }> {
    const child = start(command, env);
    const text = { out: '', err: '' };
    child.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, ...text };
  }

  async function serve(): Promise<{ readonly process: ChildProcess; readonly url: string }> {
    const child = start('serve');
    let log = '';
    const url = await new Promise<string>((resolve, reject) => {
      const look = (chunk: Buffer) => {
        log += chunk.toString();
        const found = /"url":"(http:[^"]+)"/.exec(log)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      child.once('exit', () => reject(new Error(log)));
    });
    return { process: child, url };
  }

  function operations(): Map<string, Operation> {
    const all = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
    );
    return new Map(all);
  }

  function address(path: string, { parameters = [] }: Operation): string {
    let url = path;
    const query = new URLSearchParams();
    for (const { name, in: part, example, schema, required } of parameters) {
      const value = example ?? schema?.example;
      if (required === true && value === undefined) throw new Error(`${path}: no example for ${name}`);
      if (part === 'path') url = url.replace(`{${name}}`, String(value));
      else if (required === true) query.set(name, String(value));
    }
    return query.size === 0 ? url : `${url}?${query.toString()}`;
  }

  async function send(name: string, example?: { type: string; value: unknown }) {
    const operation = operations().get(name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    const [method = '', path = ''] = name.split(' ');
    const { type, value } = example ?? { type: undefined, value: undefined };
    const secured = operation.security.length > 0;
    const response = await fetch(service.url + address(path, operation), {
      method: method.toUpperCase(),
      headers: {
        ...(secured ? { authorization: `Bearer ${token}` } : {}),
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(type === undefined ? {} : { body: typeof value === 'string' ? value : JSON.stringify(value) }),
    });
    return {
      operation,
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      text: await response.text(),
    };
  }

  function checkAnswer(name: string, answer: Awaited<ReturnType<typeof send>>): void {
    const documented = answer.operation.responses[String(answer.status)];
    expect([name, answer.status, answer.text, answer.status < 300, documented !== undefined]).toEqual([
      ...[name, answer.status, answer.text, true, true],
    ]);
    const content = documented?.content ?? {};
    const type = answer.type.split(';')[0] ?? '';
    expect([name, Object.keys(content)]).toEqual([name, [type]]);
    if (type !== 'application/json') return;
    const fits = schemas(content[type]?.schema ?? {}).some((schema) =>
      fitsSchema(JSON.parse(answer.text), schema),
    );
    expect([name, answer.text, fits]).toEqual([name, answer.text, true]);
  }

  function schemas(schema: Schema): readonly Schema[] {
    if (schema.oneOf !== undefined) return schema.oneOf.flatMap(schemas);
    const name = schema.$ref?.split('/').at(-1);
    return [name === undefined ? schema : (document.components.schemas[name] ?? {})];
  }

  function fitsSchema(value: unknown, { required = [], properties }: Schema): boolean {
    if (typeof value !== 'object' || value === null) return false;
    const members = Object.keys(value);
    if (properties === undefined) return true;
    return (
      required.every((one) => members.includes(one)) && members.every((one) => Object.hasOwn(properties, one))
    );
  }

  it('documents every operation in OpenAPI 3.1 with a working example', async () => {
    expect(document.openapi).toBe('3.1.0');
    const all = operations();
    const writes = [...all.keys()].filter((name) => !name.startsWith('get '));
    expect(new Set(writes)).toEqual(new Set([...WRITES, LAST]));
    const post = async (name: string) => {
      const contents = Object.entries(all.get(name)?.requestBody?.content ?? {});
      const examples = contents.flatMap(([type, { examples: known = {} }]) =>
        Object.values(known).map(({ value }) => ({ type, value })),
      );
      expect([name, examples.length > 0]).toEqual([name, true]);
      for (const example of examples) checkAnswer(name, await send(name, example));
    };
    for (const name of WRITES) {
      // The re-attestation is about a checkpoint, which enters the root log with the next round.
      if (name === 'post /v1/reattestations') await covered('kokbulak/1');
      await post(name);
    }
    for (const name of all.keys()) if (name.startsWith('get ')) checkAnswer(name, await send(name));
    await post(LAST);
  });

  async function covered(entry: string): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (Date.now() < deadline) {
      if ((await fetch(`${service.url}/v1/horizons?covers=${entry}`)).ok) return;
      await new Promise((go) => setTimeout(go, 20));
    }
    throw new Error(`${entry} was not covered in time`);
  }

  it('needs a good token where the document says so', async () => {
    for (const [name, { security }] of operations()) {
      if (security.length === 0) continue;
      const [method = '', path = ''] = name.split(' ');
      const url = service.url + path.replaceAll(/\{[^}]+\}/g, 'x');
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(url, { method: method.toUpperCase(), headers, body: '{}' });
      expect([name, response.status]).toEqual([name, 401]);
    }
  });

  it('is ready on a server that keeps what is committed', async () => {
    const response = await fetch(`${service.url}/health/ready`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"database"')]);
  });

  it('prints what verifiers pin, the same whenever it is asked', async () => {
    const genesis = (await (await fetch(`${service.url}/v1/root/genesis`)).json()) as Record<string, unknown>;
    const printed = await run('init');
    expect([printed.code, printed.err]).toEqual([0, '']);
    expect(JSON.parse(printed.out)).toEqual({
      origin: 'demo.lodemark.example/root',
      genesis: genesis['leaf'],
      logKey: genesis['logKey'],
    });
  });

  it('stops on SIGTERM with a last round: nothing accepted stays out of the root log', async () => {
    service.process.kill('SIGTERM');
    const [code] = (await once(service.process, 'exit')) as [number];
    expect(code).toBe(0);
    service = await serve();
    const size = (await (await fetch(`${service.url}/v1/root/entries?limit=1`)).json()) as { size: number };
    const checkpoint = await (await fetch(`${service.url}/v1/root/checkpoint`)).text();
    expect(checkpoint.split('\n')[1]).toBe(String(size.size));
  });

  it('says everything that is wrong with its configuration, and how it is used', async () => {
    const wrong = await run('serve', { REGISTRY_NETWORK: 'x', REGISTRY_COLOUR: 'blue' });
    expect([wrong.code, wrong.err]).toEqual([
      1,
      expect.stringMatching(/REGISTRY_NETWORK[^]*REGISTRY_DATABASE_URL[^]*REGISTRY_COLOUR/),
    ]);
    const unknown = await run('dance');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('usage:')]);
  });
});
