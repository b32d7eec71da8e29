import type { Cluster } from '../../apps/standalone/src/cluster/cluster.js';
import { runService } from '../../apps/standalone/src/cluster/supervised.js';
import { BuiltService, type Environment } from './built-service.js';
import type { TestDatabase } from './database.js';

/** A further provenance service of a cluster, which reads the logs where they are written instead of over Kafka. */
export class SecondProvenance {
  private constructor(
    private readonly service: BuiltService,
    readonly environment: Environment,
  ) {}

  /** On a database of its own; settings are those of the cluster's provenance otherwise. */
  static async start(
    cluster: Cluster,
    first: Environment,
    database: TestDatabase,
  ): Promise<SecondProvenance> {
    const shared = Object.entries(first).filter(([name]) => !name.startsWith('KAFKA_'));
    const environment = {
      ...Object.fromEntries(shared),
      PROVENANCE_DATABASE_URL: database.serviceUrl,
      PROVENANCE_OWNER_URL: database.ownerUrl,
      PROVENANCE_SERVICE_ROLE: database.serviceRole,
      PROVENANCE_PORT: '0',
      PROVENANCE_LOG_DATABASES: cluster.logDatabases.join(','),
    };
    await runService('provenance', 'migrate', environment);
    return new SecondProvenance(await BuiltService.serve('provenance', environment), environment);
  }

  get url(): string {
    return this.service.url;
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }
}

/** Digest of the read model that a provenance service with these settings has. */
export async function digestOf(environment: Environment): Promise<string> {
  return (JSON.parse(await runService('provenance', 'digest', environment)) as { digest: string }).digest;
}
