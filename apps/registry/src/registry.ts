import type { Clock, IssuerTrust, Logger, TokenVerifier } from '@lodemark/platform';
import type { PublicJwk } from '@lodemark/transparency';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How one network's registry is set up; `readRegistryConfig` reads it from the environment. */
export interface RegistryConfig {
  /** Schemeless name, such as `demo.lodemark.example`: the root log is `<network>/root`, a facility's `<network>/log/<facility>`. */
  readonly network: string;
  /** The registry's own database, as the role that owns nothing in it. */
  readonly databaseUrl: string;
  /** Key-encryption keys of 32 bytes by id; the registry's private keys are sealed with the current one. */
  readonly keyEncryption: {
    readonly current: string;
    readonly keys: Readonly<Record<string, Uint8Array>>;
  };
  /** Keys of registrars who sign statements themselves; named in genesis beside the registry's own. Default none. */
  readonly registrarKeys?: readonly PublicJwk[];
  /** Whose bearer tokens are accepted. */
  readonly issuers: readonly IssuerTrust[];
  /** Milliseconds between rounds of checkpoints; 0: only `flush()` makes a round. Default 1,000. */
  readonly roundMs?: number;
  /** Bytes of a request body at most. Default 1 MiB. */
  readonly bodyLimit?: number;
}

/** What the registry is given rather than makes. */
export interface RegistryPorts {
  readonly logger: Logger;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: one that trusts `config.issuers`. */
  readonly tokens?: TokenVerifier;
}

/** A registry in this process, not listening until its `app` is served. */
export interface Registry {
  readonly app: NestFastifyApplication;
  /** Of the root log. */
  readonly origin: string;
  /** Leaf hash of entry 0, lowercase hex. */
  readonly genesis: string;
  /** C2SP verifier key of the root log. */
  readonly logKey: string;
  /** Makes a round now: accepted checkpoints enter the root log, and its checkpoint is published if it moved. */
  flush(): Promise<{ readonly size: number; readonly root: string; readonly note: string }>;
}

/**
 * Opens the root log, makes keys and genesis on the first start, and puts the service together.
 * The database must be migrated; closing the app stops the rounds and the pool.
 */
export declare function createRegistry(config: RegistryConfig, ports: RegistryPorts): Promise<Registry>;

/** Creates or upgrades the registry's tables as their owner and grants the service role what it needs. */
export declare function migrateRegistry(options: {
  readonly ownerUrl: string;
  readonly serviceRole: string;
}): Promise<void>;
