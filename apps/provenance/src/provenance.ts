import type { Backfill, Feed } from '@lodemark/feed';
import type {
  Clock,
  IssuerTrust,
  KafkaSettings,
  KeyEncryptionKeys,
  Logger,
  RateLimit,
  TokenVerifier,
} from '@lodemark/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { CertificateIssuer } from './certificates/certificate-issuer.js';
import type { Rebuilt, RebuildSource } from './ingest/rebuild.js';
import type { Advance } from './rejudging/rejudging.js';

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
  /** The cluster that brings the logs, before `logDatabases`; without it those or HTTP do. */
  readonly kafka?: KafkaSettings | undefined;
  /** Whose bearer tokens are accepted. */
  readonly issuers: readonly IssuerTrust[];
  /** Milliseconds between looks for entries and root checkpoints when nothing wakes the feed. Default 1,000. */
  readonly pollMs?: number;
  /** With what certificates are issued; without it none are. */
  readonly certificates?: CertificateIssuer;
  /** Whether webhooks may go to private addresses, and without TLS. Default false. */
  readonly webhooksAllowPrivate?: boolean;
  /** Keys under which secrets of webhooks are sealed in the database; without them none are taken. */
  readonly keyEncryption?: KeyEncryptionKeys;
  /** The policy of a question that names none. Default `WC-3`. */
  readonly defaultPolicy?: string;
  /** Whether verdicts on file are given anew when what they rest on changes. Default true. */
  readonly rejudging?: boolean;
  /** Entries about a lot's lineage from which on it is judged in a thread of its own, which runs what was built. Default: never. */
  readonly judgeApartFrom?: number | undefined;
  /** Bytes of a request body at most. Default 1 MiB. */
  readonly bodyLimit?: number;
  /** For each caller, or address without one. Default the platform's. */
  readonly rateLimit?: RateLimit;
  /** Proxies whose `X-Forwarded-For` is believed. Default none. */
  readonly trustProxy?: readonly string[];
  /** Milliseconds that a whole request may take to arrive. */
  readonly requestTimeoutMs?: number;
}

/** What provenance is given rather than makes. */
export interface ProvenancePorts {
  readonly logger: Logger;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: one that trusts `config.issuers`. */
  readonly tokens?: TokenVerifier;
  /** Bearer token for one address of a custody service or the registry; it must be good for that service alone. */
  readonly serviceToken?: (url: string) => Promise<string>;
  /** Told when only a new process can follow the logs: this one should become unready and end. */
  readonly onFeedExhausted?: (error: unknown) => void;
  /** Default: Kafka if `config.kafka` says where; else Postgres for `config.logDatabases`, HTTP for the rest. */
  readonly feed?: Feed;
  /** Default: HTTP at the addresses that the root log names. */
  readonly backfill?: Backfill;
}

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
  rebuild(source: RebuildSource): Promise<Rebuilt>;
  /** Gives verdicts on file anew that what was recorded since touches; what a running service does by itself. */
  rejudge(): Promise<Advance | undefined>;
  /** Stops the followers after their batch in hand, closes the app and the connections to the database. */
  close(): Promise<void>;
}
