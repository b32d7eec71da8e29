import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { LocalIssuer } from '@lodemark/platform';
import type { IssuerSettings } from '../certifier.js';
import { provisionService, type ServiceDatabase } from '../service-database.js';
import { AUDIENCE } from '../site-file.js';
import { derive, keyEncryption } from '../site-secret.js';
import { OPERATORS, type ClusterOptions, type Operator } from './options.js';
import { runService, Supervised, type Environment, type ServiceName } from './supervised.js';

/** What is the cluster's own, and not an option. */
interface Ground {
  /** What passwords and keys are derived from. */
  readonly secret: Uint8Array;
  readonly issuer: LocalIssuer;
  readonly issuerServer: Server;
  readonly certifier: IssuerSettings;
  /** The `KAFKA_…` variables of a service by its name. */
  readonly kafkaOf: (name: string) => Environment;
}

interface Pins {
  readonly genesis: string;
  readonly logKey: string;
}

/** Starts the services one after the other, each with a database and secrets of its own. */
export class Launch {
  private readonly started: Supervised[] = [];
  private readonly databases: string[] = [];

  constructor(
    private readonly options: ClusterOptions & { readonly adminUrl: string },
    private readonly ground: Ground,
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
      CUSTODY_PSEUDONYM_SECRET: derive(this.ground.secret, `${name} pseudonyms`).toString('hex'),
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
    const token = await this.ground.issuer.issue({
      subject: 'provenance',
      roles: [{ role: 'administrator' }],
      audience: AUDIENCE,
      lifetimeSeconds: 10 * 365 * 24 * 3600,
    });
    const tokens = [registry, ...custody.values()].map(({ url }) => [new URL(url).origin, token]);
    const settings = {
      PROVENANCE_CERTIFICATES: JSON.stringify(this.ground.certifier),
      ...this.common('provenance', 'provenance', access),
      ...this.keyEncryption('PROVENANCE', 'provenance'),
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
    const made = await provisionService({ adminUrl, prefix, secret: this.ground.secret }, name);
    if (service !== 'provenance') this.databases.push(made.serviceUrl);
    return made;
  }

  private common(
    service: ServiceName,
    name: string,
    { ownerUrl, serviceUrl, serviceRole }: ServiceDatabase,
  ): Environment {
    const { clockFrom, ports = {}, round = '1s' } = this.options;
    const { port } = this.ground.issuerServer.address() as AddressInfo;
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
      ...this.ground.kafkaOf(name),
    };
  }

  private pinned(prefix: string, registry: Supervised, { genesis, logKey }: Pins): Environment {
    return {
      [`${prefix}_REGISTRY_URL`]: registry.url,
      [`${prefix}_GENESIS`]: genesis,
      [`${prefix}_ROOT_LOG_KEY`]: logKey,
    };
  }

  private keyEncryption(prefix: string, name: string): Environment {
    const { current, keys } = keyEncryption(this.ground.secret, `${name} key encryption`);
    const key = Buffer.from(keys[current] ?? new Uint8Array()).toString('hex');
    return { [`${prefix}_KEY_ENCRYPTION`]: `${current}:${key}` };
  }

  private sealed(prefix: string, name: string): Environment {
    return {
      ...this.keyEncryption(prefix, name),
      // Beside the databases and never part of their backups.
      [`${prefix}_SIGNER_FOLDER`]: resolve(this.options.folder, 'signed', name),
    };
  }
}
