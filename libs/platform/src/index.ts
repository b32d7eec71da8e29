import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from './clock/clock.js';
import type { InputProblem, ProblemError } from './problems/problem-error.js';

export {
  ConfigurationError,
  environmentTable,
  readEnvironment,
  type Configuration,
  type ConfigurationProblem,
  type Environment,
} from './config/environment.js';
export { parsers } from './config/parsers.js';
export {
  optionalVariable,
  Unreadable,
  variable,
  type Parser,
  type Variable,
  type VariableOptions,
} from './config/variable.js';
export { CLOCK, DrivenClock, systemClock, type Clock } from './clock/clock.js';
export {
  PROBLEM_TYPE_BASE,
  ProblemError,
  type InputProblem,
  type ProblemDetails,
  type ProblemParts,
} from './problems/problem-error.js';
export {
  KeyVault,
  KeyVaultError,
  type KeyVaultErrorCode,
  type KeyVaultOptions,
} from './signatures/key-vault.js';
export {
  algorithmOf,
  thumbprint,
  type Algorithm,
  type PrivateJwk,
  type PublicJwk,
} from './signatures/key.js';
export { generateKey, NodeSigner } from './signatures/node-signer.js';
export { nodeSignatures, type SignatureToCheck } from './signatures/node-signatures.js';

// Everything below is declared first so that others can compile against it; each declaration moves to its own
// file as it is written.

// callers
export interface Engagement {
  readonly lots: readonly string[] | '*';
  readonly facilities: readonly string[] | '*';
  /** RFC 3339 instants; the engagement holds from `from` inclusive to `to` exclusive. */
  readonly from: string;
  readonly to: string;
}
export type CallerRole =
  | { readonly role: 'facility-operator'; readonly facilities: readonly string[] }
  | { readonly role: 'auditor'; readonly engagement: Engagement }
  | { readonly role: 'registrar' }
  | { readonly role: 'administrator' };
export type RoleName = CallerRole['role'];
export interface Caller {
  readonly subject: string;
  readonly roles: readonly CallerRole[];
}
/** No token is needed. */
export declare function Public(): MethodDecorator & ClassDecorator;
/** A token is verified when there is one; without one the caller is undefined (events that authenticate themselves). */
export declare function OptionalCaller(): MethodDecorator & ClassDecorator;
/** At least one of these roles is needed; without this decorator any authenticated caller passes. */
export declare function Roles(...roles: readonly RoleName[]): MethodDecorator & ClassDecorator;
/** The parameter is the `Caller`, or undefined on a public route or under `@OptionalCaller()`. */
export declare function CurrentCaller(): ParameterDecorator;
export declare function roleOf<R extends RoleName>(
  caller: Caller,
  role: R,
): Extract<CallerRole, { role: R }> | undefined;
/** Whether the caller operates this facility. */
export declare function operates(caller: Caller, facility: string): boolean;
/** Whether the engagement covers a lot (by its id or its facility) or a facility, at an instant. */
export declare function engagementCovers(
  engagement: Engagement,
  subject: { readonly lot?: string; readonly facility?: string; readonly at: Date },
): boolean;
/** 401 with `WWW-Authenticate`, for a route under `@OptionalCaller()` that turns out to need one. */
export declare function unauthenticated(detail: string): ProblemError;
export declare function forbidden(detail: string): ProblemError;
export interface TokenVerifier {
  verify(token: string): Promise<Caller>;
}
export interface IssuerTrust {
  readonly issuer: string;
  readonly audience: string;
  /** Where the keys come from: a document at hand, its address, or OIDC discovery when neither is given. */
  readonly jwks?: JsonWebKeySet;
  readonly jwksUri?: string;
}
export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}
export declare function createTokenVerifier(issuers: readonly IssuerTrust[]): TokenVerifier;
export interface TokenRequest {
  readonly subject: string;
  readonly roles: readonly CallerRole[];
  readonly audience: string;
  readonly lifetimeSeconds: number;
}
export declare class LocalIssuer {
  /** Opens the key file, or creates it with mode 600. */
  static open(keyFile: string, issuer: string): Promise<LocalIssuer>;
  readonly issuer: string;
  readonly jwks: JsonWebKeySet;
  issue(request: TokenRequest): Promise<string>;
}

// rate limits
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}
export declare class RateLimiter {
  constructor(limit: RateLimit, options?: { maxKeys?: number; now?: () => number });
  /** Takes from the key's bucket; throws the 429 `ProblemError` with `Retry-After` when it is empty. */
  take(key: string, cost?: number): void;
}

// health
export declare const HEALTH: unique symbol;
export interface HealthCheck {
  readonly name: string;
  readonly timeoutMs: number;
  readonly probes: readonly ('ready' | 'startup')[];
  /** Resolves when well, with facts to show or nothing; rejects otherwise. */
  check(): Promise<Readonly<Record<string, unknown>> | void>;
}
export declare class HealthRegistry {
  add(check: HealthCheck): void;
}

// metrics
export declare const METRICS: unique symbol;
export declare class Metrics {
  constructor(service: string);
  readonly registry: Registry;
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  histogram<L extends string>(
    name: string,
    help: string,
    options?: { labels?: readonly L[]; buckets?: readonly number[] },
  ): Histogram<L>;
}

// logging
export declare const LOGGER: unique symbol;
export type { Logger } from 'pino';
export declare function createLogger(options: {
  service: string;
  level: string;
  write?: (line: string) => void;
}): Logger;
export declare function nestLogger(logger: Logger): LoggerService;

// HTTP
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };
export interface RawBodyBytes {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
/** The route takes its body as bytes, in one of these media types (`any` for any), up to an own limit in bytes. */
export declare function AcceptsBytes(
  mediaTypes: readonly string[],
  options?: { limit?: number },
): MethodDecorator;
/** The parameter is the `RawBodyBytes` of a route under `@AcceptsBytes()`. */
export declare function RawBody(): ParameterDecorator;
/** The parameter is the id of the request, which is also the `instance` of its problem details. */
export declare function RequestId(): ParameterDecorator;
export interface ServiceOptions {
  readonly service: string;
  readonly logger: Logger;
  readonly readJson: (bytes: Uint8Array) => JsonReading;
  readonly tokens: TokenVerifier;
  readonly clock?: Clock;
  readonly bodyLimit?: number;
  readonly rateLimit?: RateLimit;
  readonly trustProxy?: boolean | string;
  readonly problemTypeBase?: string;
}
/** A Nest application on Fastify with everything of this library in place, not yet listening. */
export declare function createServiceApp(
  module: Type | DynamicModule,
  options: ServiceOptions,
): Promise<NestFastifyApplication>;
export declare function mountOpenApi(
  app: NestFastifyApplication,
  options: { title: string; version: string; description: string },
): void;
export interface RunningService {
  readonly url: string;
  /** Unready, stop accepting, drain until the deadline, run the closers, close the application. */
  stop(): Promise<void>;
}
export declare const SHUTDOWN: unique symbol;
export declare class Shutdown {
  /** Closers run after the last request was answered, the last registered first. */
  onStop(name: string, close: () => Promise<void>): void;
}
export declare function serve(
  app: NestFastifyApplication,
  options: { port: number; host: string; drainMs?: number; unreadyMs?: number },
): Promise<RunningService>;
/** Stops on SIGTERM or SIGINT and exits: 0 after a clean stop, 1 otherwise. */
export declare function stopOnSignals(stop: () => Promise<void>, options?: { deadlineMs?: number }): void;
