import type { Backfill, Feed } from '@lodemark/feed';
import type { Clock, IssuerTrust, Logger, TokenVerifier } from '@lodemark/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How one provenance service is set up; `readProvenanceConfig` reads it from the environment. */
export interface ProvenanceConfig {
  /** Schemeless name, such as `demo.lodemark.example`: the root log is `<network>/root`, a facility's `<network>/log/<facility>`. */
  readonly network: string;
  /** Provenance's own database, as the role that owns nothing in it. */
  readonly databaseUrl: string;
  /** Leaf hash of the root log's entry 0, lowercase hex: what verifiers pin. */
  readonly genesis: string;
  /** C2SP verifier key of the root log. */
  readonly rootLogKey: string;
  /** Where the registry answers: root log backfill, published root checkpoints, policy documents, log faults. */
  readonly registryUrl: string;
  /** Databases whose logs are read directly, woken by NOTIFY. Logs that are in none of them are polled over HTTP. */
  readonly logDatabases?: readonly string[];
  /** Whose bearer tokens are accepted. */
  readonly issuers: readonly IssuerTrust[];
  /** Milliseconds between looks for entries and root checkpoints when nothing wakes the feed. Default 1,000. */
  readonly pollMs?: number;
  /** The policy of a question that names none. Default `WC-3`. */
  readonly defaultPolicy?: string;
  /** Bytes of a request body at most. Default 1 MiB. */
  readonly bodyLimit?: number;
}

/** What provenance is given rather than makes. */
export interface ProvenancePorts {
  readonly logger: Logger;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: one that trusts `config.issuers`. */
  readonly tokens?: TokenVerifier;
  /** Bearer token with which provenance reads custody services and the registry. */
  readonly serviceToken?: () => Promise<string>;
  /** Default: Postgres for `config.logDatabases`, HTTP for the rest. */
  readonly feed?: Feed;
  /** Default: HTTP at the addresses that the root log names. */
  readonly backfill?: Backfill;
}

export type RebuildSource = 'kept' | 'logs';

/** A provenance service in this process, not listening until its `app` is served. */
export interface Provenance {
  readonly app: NestFastifyApplication;
  /**
   * Resolves when all that the root log covers at its published checkpoint is applied, with that horizon's size;
   * rejects after `timeoutMs` (default 30,000) naming what is missing.
   */
  caughtUp(timeoutMs?: number): Promise<number>;
  /** SHA-256 over the whole read model, lowercase hex: the same for the same entries, however they arrived. */
  digest(): Promise<string>;
  /** Makes the read model anew, in one transaction, from the entries kept here or from the logs themselves. */
  rebuild(source: RebuildSource): Promise<{ readonly before: string; readonly after: string }>;
}

/**
 * Puts the service together and starts following the logs. The database must be migrated; closing the app stops the
 * followers after their batch in hand, and the pool.
 */
export declare function createProvenance(
  config: ProvenanceConfig,
  ports: ProvenancePorts,
): Promise<Provenance>;

/** Creates or upgrades provenance's tables as their owner and grants the service role what it needs. */
export declare function migrateProvenance(options: {
  readonly ownerUrl: string;
  readonly serviceRole: string;
}): Promise<void>;
