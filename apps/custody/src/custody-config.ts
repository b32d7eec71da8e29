import type { Clock, IssuerTrust, KafkaSettings, Logger, RateLimit, TokenVerifier } from '@lodemark/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How one operator's custody service is set up; `readCustodyConfig` reads it from the environment. */
export interface CustodyConfig {
  /** Schemeless name, such as `demo.lodemark.example`: a facility's log is `<network>/log/<facility>`. */
  readonly network: string;
  /** The operator's own database, as the role that owns nothing in it. */
  readonly databaseUrl: string;
  /** Where the registry answers: the root log is read there, checkpoints are handed in there. */
  readonly registryUrl: string;
  /** Leaf hash of the root log's entry 0, lowercase hex: pinned. */
  readonly genesis: string;
  /** C2SP verifier key of the root log: pinned. */
  readonly rootLogKey: string;
  /** Key-encryption keys of 32 bytes by id; the facilities' private keys are sealed with the current one. */
  readonly keyEncryption: { readonly current: string; readonly keys: Readonly<Record<string, Uint8Array>> };
  /** Whose bearer tokens are accepted. */
  readonly issuers: readonly IssuerTrust[];
  /** Makes clerks' pseudonyms out of their token subjects; the same secret gives the same pseudonyms. */
  readonly pseudonymSecret: Uint8Array;
  /** Milliseconds between checkpoints and looks at the root log; 0: only `flush()` and `syncRoot()`. Default 1,000. */
  readonly roundMs?: number;
  readonly limits?: Partial<CustodyLimits>;
  /** Folder of the signer, outside the database and its backups; without it a restored backup could be signed. */
  readonly signerFolder?: string;
  /** Folder for documents; without it they are kept in the database. */
  readonly documentFolder?: string;
  /** Requests of one caller, or one address without a token. Default the platform's. */
  readonly rateLimit?: RateLimit;
  /** Events of one facility, counted once they are known to be its own. Default 1,000 per second, 10,000 at once. */
  readonly eventRate?: RateLimit;
  /** Milliseconds that a whole request may take to arrive. Default 60,000. */
  readonly requestTimeoutMs?: number;
  /** The cluster to which the logs are relayed; without it they are not. */
  readonly kafka?: KafkaSettings | undefined;
  /** Proxies whose `X-Forwarded-For` is believed. Default none. */
  readonly trustProxy?: readonly string[];
}

/** Beyond these a request is refused with 413, never cut short. */
export interface CustodyLimits {
  /** Bytes of the body of `POST /v1/events`. */
  readonly bodyBytes: number;
  /** Items of one batch. */
  readonly batchItems: number;
  /** Nesting of JSON. */
  readonly depth: number;
  /** Bytes of one document. */
  readonly documentBytes: number;
}

export const DEFAULT_LIMITS: CustodyLimits = {
  bodyBytes: 8 * 1024 * 1024,
  batchItems: 5_000,
  depth: 32,
  documentBytes: 16 * 1024 * 1024,
};

export const DEFAULT_EVENT_RATE: RateLimit = { burst: 10_000, perSecond: 1_000 };

/** What custody is given rather than makes. */
export interface CustodyPorts {
  readonly logger: Logger;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: one that trusts `config.issuers`. */
  readonly tokens?: TokenVerifier;
}

/** A custody service in this process, not listening until its `app` is served. */
export interface Custody {
  readonly app: NestFastifyApplication;
  /** Signs the checkpoint of every log that moved and hands it in; resolves when the registry accepted them. */
  flush(): Promise<void>;
  /** Reads and verifies what is new in the root log, so that later entries name it as their causal past. */
  syncRoot(): Promise<void>;
  /** Stops the rounds, closes the app, waits for posts under way and ends the connections to the database. */
  close(): Promise<void>;
}
