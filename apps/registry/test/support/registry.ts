import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import {
  createLogger,
  DrivenClock,
  unauthenticated,
  type Caller,
  type TokenVerifier,
} from '@lodemark/platform';
import { createRegistry, migrateRegistry, type Registry, type RegistryConfig } from '@lodemark/registry';
import { sha256Hex, toUtf8 } from '@lodemark/transparency';
import { createDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { keyBody, newKey, type Party } from './parties.js';

// The machine may be busy with other suites, and a registry over a new database takes its time to start.
jest.setTimeout(60_000);

export const NETWORK = 'demo.lodemark.example';
export const NOW = '2026-11-24T12:00:00.000Z';

const CALLERS: Readonly<Record<string, Caller>> = {
  registrar: { subject: 'registrar', roles: [{ role: 'registrar' }] },
  'second-registrar': { subject: 'second-registrar', roles: [{ role: 'registrar' }] },
  administrator: { subject: 'administrator', roles: [{ role: 'administrator' }] },
  operator: { subject: 'operator', roles: [{ role: 'facility-operator', facilities: ['kokbulak'] }] },
};

const TOKENS: TokenVerifier = {
  verify: (token) => {
    const caller = CALLERS[token];
    return caller === undefined
      ? Promise.reject(unauthenticated('No such token.', 'invalid_token'))
      : Promise.resolve(caller);
  },
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The parsed body. */
  readonly json: Record<string, never> & Record<string, unknown>;
}

/** A registry over a database of its own, on a clock that stands until it is moved. */
export class TestRegistry {
  readonly clock = new DrivenClock(new Date(NOW));
  readonly log: string[] = [];
  private running: Registry | undefined;

  private constructor(readonly database: TestDatabase) {}

  static async start(label: string, config: Partial<RegistryConfig> = {}): Promise<TestRegistry> {
    const registry = new TestRegistry(await createDatabase(label));
    const { ownerUrl, serviceRole } = registry.database;
    await migrateRegistry({ ownerUrl, serviceRole });
    await registry.open(config);
    return registry;
  }

  /** Another process over the same database. */
  async open(config: Partial<RegistryConfig> = {}): Promise<Registry> {
    const logger = createLogger({ service: 'registry', level: 'warn', write: (line) => this.log.push(line) });
    this.running = await createRegistry(
      {
        network: NETWORK,
        databaseUrl: this.database.serviceUrl,
        keyEncryption: { current: 'test', keys: { test: new Uint8Array(32).fill(7) } },
        issuers: [],
        roundMs: 0,
        rateLimit: { burst: 1_000_000, perSecond: 1_000_000 },
        ...config,
      },
      { logger, clock: this.clock, tokens: TOKENS },
    );
    return this.running;
  }

  get service(): Registry {
    if (this.running === undefined) throw new Error('the registry is not running');
    return this.running;
  }

  async restart(config: Partial<RegistryConfig> = {}): Promise<void> {
    await this.service.close();
    await this.open(config);
  }

  async stop(): Promise<void> {
    await this.running?.close();
    await this.database.drop();
  }

  async send(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    options: { readonly body?: unknown; readonly as?: string | null; readonly type?: string } = {},
  ): Promise<Answer> {
    const { body, as = 'registrar', type = 'application/json' } = options;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await this.service.app.inject({
      method,
      url,
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${as}` }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { payload: text }),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: parsed(response.body) as Answer['json'],
    };
  }

  post(url: string, body: unknown, as?: string | null): Promise<Answer> {
    return this.send('POST', url, { body, ...(as === undefined ? {} : { as }) });
  }

  get(url: string): Promise<Answer> {
    return this.send('GET', url, { as: null });
  }

  hand(jws: string): Promise<Answer> {
    return this.send('POST', '/v1/statements', { body: jws, as: null, type: 'application/jose' });
  }

  checkpoint(note: string, proof?: readonly string[]): Promise<Answer> {
    const consistencyProof = proof === undefined ? {} : { consistencyProof: proof };
    return this.post('/v1/checkpoints', { checkpoint: note, ...consistencyProof }, null);
  }

  /** An organization with a facility; the answers must be good. */
  async join(facility: string, organization = `${facility}-org`): Promise<void> {
    expectRecorded(await this.post('/v1/organizations', organizationBody(organization)));
    expectRecorded(await this.post('/v1/facilities', facilityBody(facility, organization)));
  }

  /** A key of the facility, registered. */
  async key(facility: string, purpose: string, alg: 'EdDSA' | 'ES256' = 'EdDSA'): Promise<Party> {
    const key = await newKey(alg);
    expectRecorded(await this.post('/v1/keys', await keyBody(key, { owner: { facility }, purpose })));
    return key;
  }

  /** A policy document that a second person has approved; its digest. */
  async approved(document: string): Promise<string> {
    const digest = sha256Hex(toUtf8(document));
    const kept = await this.send('PUT', `/v1/policies/${digest}`, { body: document });
    const answer = await this.send('POST', `/v1/policies/${digest}/approval`, { as: 'second-registrar' });
    if (kept.status !== 200 || answer.status !== 200) throw new Error(`${kept.text} ${answer.text}`);
    return digest;
  }

  logOrigin(facility: string): string {
    return `${NETWORK}/log/${facility}`;
  }
}

export function organizationBody(
  organization: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    statementId: randomUUID(),
    organization,
    legalName: `${organization} (invented)`,
    kind: 'operator',
    incorporatedIn: 'KZ',
    ...more,
  };
}

export function facilityBody(
  facility: string,
  organization: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    statementId: randomUUID(),
    facility,
    organization,
    name: `${facility} (invented)`,
    country: 'KZ',
    steps: [{ step: 'MINE' }],
    operating: { from: '2020-01-01' },
    custodyUrl: 'https://custody.example',
    ...more,
  };
}

export function expectRecorded(answer: Answer): void {
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status}: ${answer.text}`);
}

/** Codes with their pointers, as a poster reads them. */
export function faults(answer: Answer): string[] {
  const errors = answer.json['errors'] as unknown;
  return Array.isArray(errors)
    ? errors.map((one: { code: string; pointer: string }) => `${one.code} ${one.pointer}`)
    : [];
}

/** The last part of the problem's type. */
export function typeOf(answer: Answer): string {
  return String(answer.json['type']).split('/').at(-1) ?? '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
