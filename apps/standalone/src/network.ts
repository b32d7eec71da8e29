import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCustody, migrateCustody, type Custody } from '@lodemark/custody';
import {
  LocalIssuer,
  serve,
  systemClock,
  type CallerRole,
  type Clock,
  type Logger,
  type RunningService,
} from '@lodemark/platform';
import {
  createProvenance,
  migrateProvenance,
  type CertificateIssuer,
  type Provenance,
} from '@lodemark/provenance';
import {
  createRegistry,
  migrateRegistry,
  QuorumNotMet,
  type Registry,
  type RegistryConfig,
  type RegistryPorts,
} from '@lodemark/registry';
import { issuerOf, issuerSettings, registerIssuer } from './certifier.js';
import type { DatabaseAccess } from './postgres/provision.js';
import { publishPolicies } from './publish-policies.js';
import { provisionService } from './service-database.js';
import { AUDIENCE } from './site-file.js';
import { derive, keyEncryption, siteSecret } from './site-secret.js';
import { SiteWitnesses } from './witnesses.js';

export interface NetworkOptions {
  /** Administrator of the Postgres server that holds the three databases. */
  readonly adminUrl: string;
  /** Where this site keeps its secret and its token issuer's key. */
  readonly folder: string;
  /** Part of every log's name. */
  readonly name: string;
  /** Prefix of database and role names, so that several networks share one server. */
  readonly prefix?: string;
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly ports?: { readonly registry: number; readonly custody: number; readonly provenance: number };
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Milliseconds between rounds; 0: only `settle()` makes one. */
  readonly roundMs?: number;
  /** Entries about a lot's lineage from which on it is judged in a thread of its own, which runs what was built. Default: never. */
  readonly judgeApartFrom?: number;
  readonly logger: Logger;
}

const TOKEN_SECONDS = 24 * 3600;
const WITNESS_PATIENCE_MS = 60_000;
const SERVICES = ['registry', 'custody', 'provenance'] as const;
type Service = (typeof SERVICES)[number];

/** As which provenance asks the other services. */
const PROVENANCE = {
  subject: 'provenance',
  roles: [{ role: 'administrator' }] as const,
  audience: AUDIENCE,
  lifetimeSeconds: 3600,
};

/** Registry, custody and provenance in one process, in three databases of one Postgres, talking over HTTP. */
export class Network {
  private constructor(
    readonly name: string,
    private readonly parts: {
      readonly registry: Registry;
      readonly custody: Custody;
      readonly provenance: Provenance;
      readonly issuer: LocalIssuer;
      readonly witnesses: SiteWitnesses;
    },
    private readonly running: Readonly<Record<Service, RunningService>>,
  ) {}

  get registryUrl(): string {
    return this.running.registry.url;
  }

  get custodyUrl(): string {
    return this.running.custody.url;
  }

  get provenanceUrl(): string {
    return this.running.provenance.url;
  }

  /** Starts the three services, one after the other, and publishes the shipped policies if they are not there yet. */
  static async start(options: NetworkOptions): Promise<Network> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const secret = await siteSecret(join(options.folder, 'site.key'));
    const databases = await provision(options, secret);
    const issuer = await LocalIssuer.open(join(options.folder, 'issuer.key'), `https://${options.name}`);
    const {
      logger,
      host = '127.0.0.1',
      ports = { registry: 0, custody: 0, provenance: 0 },
      roundMs = 1_000,
      clock,
    } = options;
    const common = {
      network: options.name,
      issuers: [issuer.trust(AUDIENCE)],
      keyEncryption: keyEncryption(secret),
    };
    const shared = { ...(clock === undefined ? {} : { clock }) };
    const quick = { rateLimit: { burst: 5_000, perSecond: 5_000 } };
    const witnesses = await SiteWitnesses.start({
      ...{ folder: options.folder, network: options.name, host },
      now: () => (clock ?? systemClock).now(),
      logger: logger.child({ part: 'witnesses' }),
    });
    // Beside the databases and never part of their backups.
    const signerFolder = join(options.folder, 'signed');
    const registry = await openRegistry(
      { ...common, ...quick, roundMs, signerFolder, databaseUrl: databases.registry.serviceUrl },
      { logger: logger.child({ part: 'registry' }), ...shared },
      witnesses,
    );
    const registryService = await serve(registry.app, { host, port: ports.registry });
    const pins = { genesis: registry.genesis, rootLogKey: registry.logKey, registryUrl: registryService.url };
    const custody = await createCustody(
      {
        ...common,
        ...pins,
        ...quick,
        databaseUrl: databases.custody.serviceUrl,
        pseudonymSecret: derive(secret, 'pseudonyms'),
        ...{ roundMs, signerFolder },
      },
      { logger: logger.child({ part: 'custody' }), ...shared },
    );
    const custodyService = await serve(custody.app, { host, port: ports.custody });
    const url = ports.provenance === 0 ? `https://${options.name}` : `http://${host}:${ports.provenance}`;
    const certifier = issuerOf(issuerSettings(secret, { name: options.name, url }));
    const serviceToken = () => issuer.issue(PROVENANCE);
    const provenance = await createProvenance(
      {
        ...common,
        ...pins,
        databaseUrl: databases.provenance.serviceUrl,
        logDatabases: [databases.registry.serviceUrl, databases.custody.serviceUrl],
        ...{ certificates: certifier, judgeApartFrom: options.judgeApartFrom },
        // Whoever can ask a service that answers on this machine alone is on it.
        webhooksAllowPrivate: host === '127.0.0.1' || host === 'localhost',
      },
      { logger: logger.child({ part: 'provenance' }), serviceToken, ...shared },
    );
    const provenanceService = await serve(provenance.app, { host, port: ports.provenance });
    const network = new Network(
      options.name,
      { registry, custody, provenance, issuer, witnesses },
      { registry: registryService, custody: custodyService, provenance: provenanceService },
    );
    // Nothing is recorded before what a restored database lacks is back, and whoever gives it back needs the services.
    if (registry.lacksEntries)
      logger.error('the root log lacks entries that were signed: lodemark recover root');
    else await network.begin(certifier, clock ?? systemClock);
    return network;
  }

  token(subject: string, roles: readonly CallerRole[]): Promise<string> {
    return this.parts.issuer.issue({ subject, roles, audience: AUDIENCE, lifetimeSeconds: TOKEN_SECONDS });
  }

  /**
   * Everything posted so far becomes evidence: checkpoints handed in, the root checkpoint published, custody's view of
   * the root log renewed, provenance caught up. Resolves with the size of the root log.
   */
  async settle(): Promise<number> {
    await this.parts.custody.flush();
    await this.publish();
    await this.parts.custody.syncRoot();
    return this.parts.provenance.caughtUp();
  }

  /** Witnesses that are late are asked again, as the next round of a service does. */
  private async publish(): Promise<void> {
    const deadline = performance.now() + WITNESS_PATIENCE_MS;
    for (;;) {
      try {
        await this.parts.registry.flush();
        return;
      } catch (error) {
        if (!(error instanceof QuorumNotMet) || performance.now() > deadline) throw error;
        await sleep(500);
      }
    }
  }

  rebuild(source: 'kept' | 'logs'): ReturnType<Provenance['rebuild']> {
    return this.parts.provenance.rebuild(source);
  }

  async stop(): Promise<void> {
    for (const service of [...SERVICES].reverse()) await this.running[service].stop();
    await this.parts.witnesses.close();
  }

  /** What a root log begins with, where it is not there yet: the shipped policies, and who certifies. */
  private async begin(issuer: CertificateIssuer, clock: Clock): Promise<void> {
    const token = await this.token('registrar', [{ role: 'registrar' }]);
    await registerIssuer(this.registryUrl, token, { issuer, clock });
    const approver = await this.token('second-registrar', [{ role: 'registrar' }]);
    await publishPolicies(this.registryUrl, { publisher: token, approver });
    await this.settle();
  }
}

/** A registry that publishes nothing which its site's witnesses have not cosigned. */
function openRegistry(
  config: RegistryConfig,
  ports: RegistryPorts,
  witnesses: SiteWitnesses,
): Promise<Registry> {
  return createRegistry(
    { ...config, trustPolicyFile: witnesses.policyFile },
    { ...ports, onOpened: ({ logKey }) => witnesses.watch(logKey) },
  );
}

async function provision(
  options: NetworkOptions,
  secret: Uint8Array,
): Promise<Record<Service, DatabaseAccess>> {
  const { adminUrl, prefix } = options;
  const access = async (service: Service): Promise<DatabaseAccess> => {
    const made = await provisionService({ adminUrl, prefix, secret }, service);
    await MIGRATIONS[service](made);
    return made;
  };
  return {
    registry: await access('registry'),
    custody: await access('custody'),
    provenance: await access('provenance'),
  };
}

const MIGRATIONS: Readonly<
  Record<Service, (options: { ownerUrl: string; serviceRole: string }) => Promise<void>>
> = {
  registry: migrateRegistry,
  custody: migrateCustody,
  provenance: migrateProvenance,
};
