import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { LocalIssuer, type CallerRole } from '@lodemark/platform';
import { EmbeddedPostgres } from '../postgres/embedded-postgres.js';
import { publishPolicies } from '../publish-policies.js';
import { provisionService, type ServiceDatabase } from '../service-database.js';
import { AUDIENCE } from '../site-file.js';
import { derive, keyEncryption, siteSecret } from '../site-secret.js';
import { settleOverHttp } from './settle.js';
import { runService, Supervised, type Environment, type ServiceName } from './supervised.js';

/** Whose custody services a cluster has: one for each operator, the same program with settings of its own. */
export const OPERATORS = ['kokbulak', 'src', 'euclid', 'magnet-plant'] as const;
type Operator = (typeof OPERATORS)[number];

export interface ClusterOptions {
  /** Holds databases, keys and logs. */
  readonly folder: string;
  /** Part of every log's name. */
  readonly name: string;
  /** The server to use, instead of one of its own. */
  readonly adminUrl?: string;
  /** Prefix of database and role names. */
  readonly prefix?: string;
  /** Ports by service name; the system chooses those that are left out. */
  readonly ports?: Readonly<Record<string, number>>;
  /** The services run on a clock that `setClock` drives and that begins here; else on the system's. */
  readonly clockFrom?: Date;
  /** Time between rounds. */
  readonly round?: string;
  /** Where Kafka is, and as whom they come to it: the `KAFKA_…` variables of all services. Without brokers, HTTP. */
  readonly kafka?: Environment;
}

const TOKEN_SECONDS = 24 * 3600;

/** The whole network in processes of its own: a registry, a custody service for each operator, provenance. */
export class Cluster {
  private constructor(
    readonly name: string,
    private readonly parts: {
      readonly issuer: LocalIssuer;
      readonly issuerServer: Server;
      readonly postgres: EmbeddedPostgres | undefined;
      readonly registry: Supervised;
      readonly custody: ReadonlyMap<Operator, Supervised>;
      readonly provenance: Supervised;
    },
    /** Databases whose logs a second provenance may read directly. */
    readonly logDatabases: readonly string[],
    /** Administrator of the Postgres server. */
    readonly adminUrl: string,
  ) {}

  static async start(options: ClusterOptions): Promise<Cluster> {
    const folder = resolve(options.folder);
    await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    const secret = await siteSecret(join(folder, 'site.key'));
    const issuer = await LocalIssuer.open(join(folder, 'issuer.key'), `https://${options.name}`);
    const issuerServer = await serveKeys(issuer);
    const postgres =
      options.adminUrl === undefined
        ? await EmbeddedPostgres.start({
            folder: join(folder, 'postgres'),
            settings: { max_connections: '300' },
          })
        : undefined;
    const adminUrl = options.adminUrl ?? postgres?.adminUrl ?? '';
    const launch = new Launch({ ...options, folder, adminUrl }, { secret, issuer, issuerServer });
    try {
      const services = await launch.all();
      const parts = { issuer, issuerServer, postgres, ...services };
      const cluster = new Cluster(options.name, parts, launch.logDatabases, adminUrl);
      await publishPolicies(cluster.registryUrl, await cluster.token('registrar', [{ role: 'registrar' }]));
      await cluster.settle();
      return cluster;
    } catch (error) {
      await launch.undo();
      issuerServer.close();
      await postgres?.stop();
      throw error;
    }
  }

  get registryUrl(): string {
    return this.parts.registry.url;
  }

  get provenanceUrl(): string {
    return this.parts.provenance.url;
  }

  /** The custody service that keeps a facility's log; a newcomer's is kept by the first operator's. */
  custodyOf(facility: string): string {
    const { custody } = this.parts;
    const service =
      [...custody].find(([operator]) => operator === facility)?.[1] ?? custody.get(OPERATORS[0]);
    if (service === undefined) throw new Error('the cluster has no custody service');
    return service.url;
  }

  get services(): readonly Supervised[] {
    const { registry, custody, provenance } = this.parts;
    return [registry, ...custody.values(), provenance];
  }

  token(subject: string, roles: readonly CallerRole[]): Promise<string> {
    return this.parts.issuer.issue({ subject, roles, audience: AUDIENCE, lifetimeSeconds: TOKEN_SECONDS });
  }

  /** On a cluster that was started on a driven clock, moves the clocks of all services. */
  async setClock(at: Date): Promise<void> {
    await Promise.all(this.services.map((service) => service.setClock(at)));
  }

  /** Everything recorded so far becomes evidence. Resolves with the size of the root log. */
  async settle(): Promise<number> {
    return settleOverHttp({
      registryUrl: this.registryUrl,
      provenanceUrl: this.provenanceUrl,
      custodyUrls: [...this.parts.custody.values()].map(({ url }) => url),
      token: await this.token('settling', [{ role: 'administrator' }]),
    });
  }

  async stop(): Promise<void> {
    const { registry, custody, provenance, issuerServer, postgres } = this.parts;
    await provenance.stop();
    await Promise.all([...custody.values()].map((service) => service.stop()));
    await registry.stop();
    issuerServer.close();
    await postgres?.stop();
  }
}

/** The `KAFKA_…` variables of an environment. */
export function kafkaOf(environment: Readonly<Record<string, string | undefined>>): Environment {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith('KAFKA_') && value !== undefined ? [[name, value]] : [],
    ),
  );
}

async function serveKeys(issuer: LocalIssuer): Promise<Server> {
  const server = createServer((_, response) => response.end(JSON.stringify(issuer.jwks)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

interface Secrets {
  readonly secret: Uint8Array;
  readonly issuer: LocalIssuer;
  readonly issuerServer: Server;
}

interface Pins {
  readonly genesis: string;
  readonly logKey: string;
}

/** Starts the services one after the other, each with a database and secrets of its own. */
class Launch {
  private readonly started: Supervised[] = [];
  private readonly databases: string[] = [];

  constructor(
    private readonly options: ClusterOptions & { readonly adminUrl: string },
    private readonly secrets: Secrets,
  ) {}

  get logDatabases(): readonly string[] {
    return this.databases;
  }

  async all() {
    const registryAccess = await this.database('registry', 'registry');
    const registrySettings = {
      ...this.common('registry', 'registry', registryAccess),
      ...this.sealed('REGISTRY', 'registry'),
    };
    await runService('registry', 'migrate', registrySettings);
    const pins = JSON.parse(await runService('registry', 'init', registrySettings)) as Pins;
    const registry = await this.serve('registry', 'registry', registrySettings);
    const custody = new Map<Operator, Supervised>();
    for (const operator of OPERATORS) custody.set(operator, await this.custody(operator, { registry, pins }));
    const provenance = await this.provenance({ registry, pins, custody });
    return { registry, custody, provenance };
  }

  async undo(): Promise<void> {
    for (const service of [...this.started].reverse()) await service.stop();
  }

  private async custody(
    operator: Operator,
    { registry, pins }: { registry: Supervised; pins: Pins },
  ): Promise<Supervised> {
    const name = `custody-${operator}`;
    const access = await this.database('custody', name);
    const settings = {
      ...this.common('custody', name, access),
      ...this.pinned('CUSTODY', registry, pins),
      ...this.sealed('CUSTODY', name),
      CUSTODY_PSEUDONYM_SECRET: derive(this.secrets.secret, `${name} pseudonyms`).toString('hex'),
    };
    await runService('custody', 'migrate', settings);
    return this.serve('custody', name, settings);
  }

  private async provenance({
    registry,
    pins,
    custody,
  }: {
    registry: Supervised;
    pins: Pins;
    custody: ReadonlyMap<Operator, Supervised>;
  }): Promise<Supervised> {
    const access = await this.database('provenance', 'provenance');
    const token = await this.secrets.issuer.issue({
      subject: 'provenance',
      roles: [{ role: 'administrator' }],
      audience: AUDIENCE,
      lifetimeSeconds: 10 * 365 * 24 * 3600,
    });
    const tokens = [registry, ...custody.values()].map(({ url }) => [new URL(url).origin, token]);
    const settings = {
      ...this.common('provenance', 'provenance', access),
      ...this.pinned('PROVENANCE', registry, pins),
      PROVENANCE_SERVICE_TOKENS: JSON.stringify(Object.fromEntries(tokens)),
      PROVENANCE_POLL: this.options.round ?? '1s',
    };
    await runService('provenance', 'migrate', settings);
    return this.serve('provenance', 'provenance', settings);
  }

  private async serve(service: ServiceName, name: string, environment: Environment): Promise<Supervised> {
    const logFile = join(this.options.folder, 'logs', `${name}.log`);
    const supervised = await Supervised.start({ service, name, environment, logFile });
    this.started.push(supervised);
    return supervised;
  }

  private async database(service: ServiceName, name: string): Promise<ServiceDatabase> {
    const { adminUrl, prefix } = this.options;
    const made = await provisionService({ adminUrl, prefix, secret: this.secrets.secret }, name);
    if (service !== 'provenance') this.databases.push(made.serviceUrl);
    return made;
  }

  private common(
    service: ServiceName,
    name: string,
    { ownerUrl, serviceUrl, serviceRole }: ServiceDatabase,
  ): Environment {
    const { clockFrom, ports = {}, round = '1s', kafka = {} } = this.options;
    const { port } = this.secrets.issuerServer.address() as AddressInfo;
    const jwksUri = `http://127.0.0.1:${String(port)}/`;
    const issuer = `https://${this.options.name}`;
    const prefix = service.toUpperCase();
    return {
      [`${prefix}_NETWORK`]: this.options.name,
      [`${prefix}_DATABASE_URL`]: serviceUrl,
      [`${prefix}_OWNER_URL`]: ownerUrl,
      [`${prefix}_SERVICE_ROLE`]: serviceRole,
      [`${prefix}_HOST`]: '127.0.0.1',
      [`${prefix}_PORT`]: String(ports[name] ?? 0),
      [`${prefix}_RATE`]: '5000',
      [`${prefix}_RATE_BURST`]: '5000',
      [`${prefix}_ISSUERS`]: JSON.stringify([{ issuer, audience: AUDIENCE, jwksUri }]),
      ...(service === 'provenance' ? {} : { [`${prefix}_ROUND`]: round }),
      ...(clockFrom === undefined ? {} : { LODEMARK_PARENT_CLOCK: clockFrom.toISOString() }),
      ...kafka,
    };
  }

  private pinned(prefix: string, registry: Supervised, { genesis, logKey }: Pins): Environment {
    return {
      [`${prefix}_REGISTRY_URL`]: registry.url,
      [`${prefix}_GENESIS`]: genesis,
      [`${prefix}_ROOT_LOG_KEY`]: logKey,
    };
  }

  private sealed(prefix: string, name: string): Environment {
    const { current, keys } = keyEncryption(this.secrets.secret, `${name} key encryption`);
    const key = Buffer.from(keys[current] ?? new Uint8Array()).toString('hex');
    return { [`${prefix}_KEY_ENCRYPTION`]: `${current}:${key}` };
  }
}
