import type { TokenVerifier } from '../auth/token-verifier.js';
import type { Clock } from '../clock/clock.js';
import type { JsonReading } from '../http/body-reader.js';
import type { Logger } from '../logging/logger.js';
import type { RateLimit } from '../rate-limit/rate-limiter.js';

export const SERVICE_OPTIONS = Symbol('SERVICE_OPTIONS');

/** What every service is built with. */
export interface ServiceOptions {
  /** Its name in logs and metrics. */
  readonly service: string;
  readonly logger: Logger;
  /** A strict reader of JSON: refuses duplicate names, `__proto__` and whatever is nested too deeply. */
  readonly readJson: (bytes: Uint8Array) => JsonReading;
  readonly tokens: TokenVerifier;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Bytes of a request body at most, unless its route says otherwise. Default 1 MiB. */
  readonly bodyLimit?: number;
  /** For each caller, or address without one. Default 100 per second, 200 at once. */
  readonly rateLimit?: RateLimit;
  /** Proxies whose `X-Forwarded-For` is believed: addresses or ranges. Default none. */
  readonly trustProxy?: readonly string[];
  /** Milliseconds for a whole request to arrive. Default 60,000. */
  readonly requestTimeoutMs?: number;
  readonly problemTypeBase?: string;
  /**
   * What a route throws, as it is to be answered: a `ProblemError`, or the error itself when nobody expects it and it
   * becomes an internal one.
   */
  readonly translateError?: (error: unknown) => unknown;
}

export const DEFAULT_BODY_LIMIT = 1024 * 1024;
export const DEFAULT_RATE_LIMIT: RateLimit = { burst: 200, perSecond: 100 };
export const DEFAULT_REQUEST_TIMEOUT_MS = 60_000;
