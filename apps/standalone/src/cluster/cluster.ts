import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DrivenClock, LocalIssuer, systemClock, type CallerRole } from '@lodemark/platform';
import { issuerOf, issuerSettings, registerIssuer } from '../certifier.js';
import { EmbeddedPostgres } from '../postgres/embedded-postgres.js';
import { publishPolicies } from '../publish-policies.js';
import { AUDIENCE } from '../site-file.js';
import { siteSecret } from '../site-secret.js';
import { ClusterKafka } from './cluster-kafka.js';
import { Launch } from './launch.js';
import { OPERATORS, type ClusterOptions, type Operator } from './options.js';
import { settleOverHttp } from './settle.js';
import type { Supervised } from './supervised.js';

export { kafkaOf, OPERATORS, type ClusterOptions } from './options.js';

const TOKEN_SECONDS = 24 * 3600;

/** The whole network in processes of its own: a registry, a custody service for each operator, provenance. */
export class Cluster {
  private constructor(
    readonly name: string,
    private readonly parts: {
      readonly issuer: LocalIssuer;
      readonly issuerServer: Server;
      readonly postgres: EmbeddedPostgres | undefined;
      readonly kafka: ClusterKafka | undefined;
      readonly registry: Supervised;
      readonly custody: ReadonlyMap<Operator, Supervised>;
      readonly provenance: Supervised;
    },
    /** Databases whose logs a second provenance may read directly. */
    readonly logDatabases: readonly string[],
    /** Administrator of the Postgres server. */
    readonly adminUrl: string,
  ) {}

  /** @throws KafkaMissing when it should have a Kafka of its own and this machine has not what that takes */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const folder = resolve(options.folder);
    await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    const secret = await siteSecret(join(folder, 'site.key'));
    const issuer = await LocalIssuer.open(join(folder, 'issuer.key'), `https://${options.name}`);
    const kafka =
      options.localKafka === undefined ? undefined : await ClusterKafka.start(options.localKafka, folder);
    const issuerServer = await serveKeys(issuer);
    let postgres: EmbeddedPostgres | undefined;
    let launch: Launch | undefined;
    try {
      if (options.adminUrl === undefined) postgres = await startPostgres(folder);
      const adminUrl = options.adminUrl ?? postgres?.adminUrl ?? '';
      const kafkaOf = kafka === undefined ? () => options.kafka ?? {} : kafka.environmentOf.bind(kafka);
      const certifier = issuerSettings(secret, { name: options.name, url: addressOf(options) });
      const ground = { secret, issuer, issuerServer, kafkaOf, certifier };
      launch = new Launch({ ...options, folder, adminUrl }, ground);
      const services = await launch.all();
      kafka?.follow(services);
      const parts = { issuer, issuerServer, postgres, kafka, ...services };
      const cluster = new Cluster(options.name, parts, launch.logDatabases, adminUrl);
      await registerIssuer(cluster.registryUrl, await cluster.token('registrar', [{ role: 'registrar' }]), {
        issuer: issuerOf(certifier),
        clock: options.clockFrom === undefined ? systemClock : new DrivenClock(options.clockFrom),
      });
      await publishPolicies(cluster.registryUrl, {
        publisher: await cluster.token('registrar', [{ role: 'registrar' }]),
        approver: await cluster.token('second-registrar', [{ role: 'registrar' }]),
      });
      await cluster.settle();
      return cluster;
    } catch (error) {
      await launch?.undo();
      issuerServer.close();
      await postgres?.stop();
      await kafka?.stop();
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

  /** Brokers of its own Kafka as whoever administers it reaches them, without credentials; undefined without one. */
  get kafkaBrokers(): readonly string[] | undefined {
    return this.parts.kafka?.brokers;
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
    const { registry, custody, provenance, issuerServer, postgres, kafka } = this.parts;
    await provenance.stop();
    await Promise.all([...custody.values()].map((service) => service.stop()));
    await registry.stop();
    issuerServer.close();
    await postgres?.stop();
    await kafka?.stop();
  }
}

/** Where certificates say that they are kept; a port that the system chose is another one at the next start. */
function addressOf({ name, ports = {} }: ClusterOptions): string {
  const port = ports['provenance'] ?? 0;
  return port === 0 ? `https://${name}` : `http://127.0.0.1:${String(port)}`;
}

function startPostgres(folder: string): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.start({ folder: join(folder, 'postgres'), settings: { max_connections: '300' } });
}

async function serveKeys(issuer: LocalIssuer): Promise<Server> {
  const server = createServer((_, response) => response.end(JSON.stringify(issuer.jwks)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
