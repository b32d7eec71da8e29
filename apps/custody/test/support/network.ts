import { randomUUID } from 'node:crypto';
import { createCustody, migrateCustody, type Custody, type CustodyConfig } from '@lodemark/custody';
import { audit, ledgerPool } from '@lodemark/ledger';
import {
  createLogger,
  DrivenClock,
  nodeSignatures,
  serve,
  unauthenticated,
  type Caller,
  type CallerRole,
  type RunningService,
  type TokenVerifier,
} from '@lodemark/platform';
import { createRegistry, migrateRegistry, type Registry } from '@lodemark/registry';
import { isAdmissible, type PublicJwk } from '@lodemark/transparency';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { call, type Answer, type Request } from './http.js';
import { newKey, proofOfPossession, type Owner, type Party } from './parties.js';

export const NETWORK = 'demo.lodemark.example';
export const NOW = '2026-11-24T12:00:00.000Z';

const KEY_ENCRYPTION = { current: 'test', keys: { test: new Uint8Array(32).fill(7) } };
const UNLIMITED = { burst: 1_000_000, perSecond: 1_000_000 };

/** Tokens are JSON of the caller in base64url: what a token says is tested in the platform, who may do what is here. */
export function token(subject: string, ...roles: readonly CallerRole[]): string {
  return Buffer.from(JSON.stringify({ subject, roles })).toString('base64url');
}

const TOKENS: TokenVerifier = {
  verify: (text) => {
    try {
      return Promise.resolve(JSON.parse(Buffer.from(text, 'base64url').toString()) as Caller);
    } catch {
      return Promise.reject(unauthenticated('No such token.', 'invalid_token'));
    }
  },
};

export const operator = (...facilities: readonly string[]): string =>
  token(`clerk-of-${facilities.join('-')}`, { role: 'facility-operator', facilities });
export const administrator = token('administrator', { role: 'administrator' });
export const registrar = token('registrar', { role: 'registrar' });

export interface NetworkOptions {
  readonly label: string;
  readonly config?: Partial<CustodyConfig>;
  /** Default: whatever a token says of itself is believed. */
  readonly tokens?: TokenVerifier;
  /** On a database server of its own that forces commits to the disk. */
  readonly durable?: boolean;
}

interface Parts {
  readonly registry: Registry;
  readonly databases: { readonly registry: TestDatabase; readonly custody: TestDatabase };
  readonly config: Partial<CustodyConfig>;
  readonly tokens: TokenVerifier;
  readonly clock: DrivenClock;
}

/** A real registry and a real custody service, each over a database of its own, on one clock that stands still. */
export class TestNetwork {
  readonly clock: DrivenClock;
  readonly log: string[] = [];
  private readonly keys = new Map<string, PublicJwk>();
  private registryService: RunningService | undefined;
  private running: { custody: Custody; service: RunningService } | undefined;

  private constructor(private readonly parts: Parts) {
    this.clock = parts.clock;
  }

  get registry(): Registry {
    return this.parts.registry;
  }

  get databases(): Parts['databases'] {
    return this.parts.databases;
  }

  static async start({
    label,
    config = {},
    tokens = TOKENS,
    durable = false,
  }: NetworkOptions): Promise<TestNetwork> {
    const databases = {
      registry: await createDatabase(`${label} r`),
      custody: await createDatabase(`${label} c`, { durable }),
    };
    await migrateRegistry(databases.registry);
    await migrateCustody(databases.custody);
    const clock = new DrivenClock(new Date(NOW));
    const registry = await createRegistry(
      {
        network: NETWORK,
        databaseUrl: databases.registry.serviceUrl,
        keyEncryption: KEY_ENCRYPTION,
        issuers: [],
        roundMs: 0,
        rateLimit: UNLIMITED,
      },
      { logger: createLogger({ service: 'registry', level: 'silent' }), clock, tokens: TOKENS },
    );
    const network = new TestNetwork({ registry, databases, config, tokens, clock });
    network.registryService = await serve(registry.app, { host: '127.0.0.1', port: 0 });
    await network.open();
    return network;
  }

  get registryUrl(): string {
    if (this.registryService === undefined) throw new Error('the registry is not running');
    return this.registryService.url;
  }

  get custody(): Custody {
    if (this.running === undefined) throw new Error('custody is not running');
    return this.running.custody;
  }

  get custodyUrl(): string {
    if (this.running === undefined) throw new Error('custody is not running');
    return this.running.service.url;
  }

  custodyConfig(more: Partial<CustodyConfig> = {}): CustodyConfig {
    return {
      network: NETWORK,
      databaseUrl: this.databases.custody.serviceUrl,
      registryUrl: this.registryUrl,
      genesis: this.registry.genesis,
      rootLogKey: this.registry.logKey,
      keyEncryption: KEY_ENCRYPTION,
      issuers: [],
      pseudonymSecret: new Uint8Array(32).fill(9),
      roundMs: 0,
      rateLimit: UNLIMITED,
      ...this.parts.config,
      ...more,
    };
  }

  /** Another custody process over the same database; the caller closes it. */
  create(more: Partial<CustodyConfig> = {}): Promise<Custody> {
    const logger = createLogger({ service: 'custody', level: 'info', write: (line) => this.log.push(line) });
    return createCustody(this.custodyConfig(more), { logger, clock: this.clock, tokens: this.parts.tokens });
  }

  /** Starts custody, as a fresh process would. */
  async open(more: Partial<CustodyConfig> = {}): Promise<void> {
    const custody = await this.create(more);
    this.running = { custody, service: await serve(custody.app, { host: '127.0.0.1', port: 0 }) };
  }

  /** Stops custody as SIGTERM does. */
  async close(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.service.stop();
  }

  async stop(): Promise<void> {
    await this.close();
    await this.registryService?.stop();
    await this.databases.custody.drop();
    await this.databases.registry.drop();
  }

  custodyCall(path: string, request?: Request): Promise<Answer> {
    return call(`${this.custodyUrl}${path}`, request);
  }

  get(path: string, as?: string): Promise<Answer> {
    return this.custodyCall(path, as === undefined ? {} : { token: as });
  }

  /** Posts one signed event. */
  postSigned(jws: string, path = '/v1/events'): Promise<Answer> {
    return this.custodyCall(path, { method: 'POST', body: jws, mediaType: 'application/jose' });
  }

  /** Posts JSON for the service to sign. */
  postJson(body: unknown, as?: string, path = '/v1/events'): Promise<Answer> {
    return this.custodyCall(path, { method: 'POST', body, ...(as === undefined ? {} : { token: as }) });
  }

  /** The registrar says something; it must be taken. */
  async state(path: string, fields: object): Promise<void> {
    const body = { statementId: randomUUID(), ...fields };
    const answer = await call(`${this.registryUrl}${path}`, { method: 'POST', token: registrar, body });
    if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
  }

  /** An organization with a facility that has a log here, and registered keys; not yet seen by custody. */
  async join(
    facility: string,
    options: {
      readonly custodialKey?: boolean;
      readonly steps?: readonly string[];
      readonly as?: string;
    } = {},
  ): Promise<void> {
    const { custodialKey = true, steps = ['MINE', 'BENEFICIATE'], as } = options;
    await this.state('/v1/organizations', {
      organization: `${facility}-org`,
      legalName: `${facility} (invented)`,
      kind: 'operator',
      incorporatedIn: 'KZ',
    });
    await this.state('/v1/facilities', {
      facility,
      organization: `${facility}-org`,
      name: `${facility} (invented)`,
      country: 'KZ',
      steps: steps.map((step) => ({ step })),
      operating: { from: '2020-01-01' },
      custodyUrl: this.custodyUrl,
    });
    const opened = await this.openFacility(facility, custodialKey, as);
    for (const offer of opened) {
      await this.state('/v1/keys', { ...offer, validFrom: '2026-01-01T00:00:00Z' });
      this.keys.set(String(offer['kid']), offer['jwk'] as PublicJwk);
    }
  }

  async openFacility(
    facility: string,
    custodialKey: boolean,
    as = administrator,
  ): Promise<readonly Record<string, unknown>[]> {
    const body = { facility, custodialKey };
    const answer = await this.custodyCall('/v1/facilities', { method: 'POST', token: as, body });
    if (answer.status !== 200) throw new Error(`open answered ${answer.status}: ${answer.text}`);
    return answer.json['keys'] as unknown as readonly Record<string, unknown>[];
  }

  /** A key of a party's own, registered; not yet seen by custody. */
  async key(
    owner: Owner,
    purpose: string,
    more: Readonly<Record<string, unknown>> & { readonly alg?: 'EdDSA' | 'ES256' } = {},
  ): Promise<Party> {
    const { alg = 'EdDSA', ...fields } = more;
    const key = await newKey(alg);
    const statementId = randomUUID();
    await this.state('/v1/keys', {
      ...{ statementId, owner, purpose, kid: key.kid, jwk: key.jwk, alg },
      validFrom: '2026-01-01T00:00:00Z',
      proofOfPossession: await proofOfPossession(key, { owner, purpose, statementId }),
      ...fields,
    });
    this.keys.set(key.kid, key.jwk);
    return key;
  }

  /** Replaces a facility's event key; the old one holds until `overlapUntil`. */
  async rotate(old: Party, owner: Owner, overlapUntil: string): Promise<Party> {
    const key = await newKey();
    const [purpose, statementId] = ['event', randomUUID()];
    await this.state(`/v1/keys/${old.kid}/rotation`, {
      ...{ statementId, owner, purpose, kid: key.kid, jwk: key.jwk, alg: 'EdDSA', overlapUntil },
      validFrom: '2026-01-01T00:00:00Z',
      proofOfPossession: await proofOfPossession(key, { owner, purpose, statementId }),
    });
    this.keys.set(key.kid, key.jwk);
    return key;
  }

  /** Checkpoints handed in, the root checkpoint published, custody's view of it renewed. */
  async settle(): Promise<void> {
    await this.custody.flush();
    await this.registry.flush();
    await this.custody.syncRoot();
  }

  /** What a whole audit finds against a facility's log; empty is good. */
  async audit(facility: string): Promise<readonly unknown[]> {
    const pool = ledgerPool({ connectionString: this.databases.custody.serviceUrl });
    try {
      return await audit(pool, `${NETWORK}/log/${facility}`, {
        signatures: {
          checker: nodeSignatures(isAdmissible),
          keyOf: (kid) => Promise.resolve(this.keys.get(kid)),
        },
      });
    } finally {
      await pool.end();
    }
  }

  /** The sealed keys of this service's facilities, as a backup would bring them to another database. */
  async copyKeysTo(other: TestNetwork): Promise<void> {
    const rows = await this.sql('SELECT facility, purpose, kid, statement_id, sealed FROM custody.held_key');
    for (const row of rows)
      await other.sql(
        'INSERT INTO custody.held_key (facility, purpose, kid, statement_id, sealed) VALUES ($1, $2, $3, $4, $5)',
        Object.values(row),
      );
  }

  async sql<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.databases.custody.adminUrl });
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}
