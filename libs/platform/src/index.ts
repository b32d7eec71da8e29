export { OptionalCaller, Public, Roles, Unlimited } from './auth/access.js';
export {
  audits,
  engagementCovers,
  operates,
  roleOf,
  rolesOf,
  type AuditSubject,
  type Caller,
  type CallerRole,
  type Engagement,
  type RoleName,
} from './auth/caller.js';
export { CurrentCaller } from './auth/current-caller.js';
export type { IssuerTrust, JsonWebKeySet } from './auth/key-sets.js';
export { LocalIssuer, type TokenRequest } from './auth/local-issuer.js';
export { ClaimError, readRoles, ROLES_CLAIM } from './auth/role-claims.js';
export { createTokenVerifier, TOKEN_VERIFIER, type TokenVerifier } from './auth/token-verifier.js';
export { CLOCK, DrivenClock, systemClock, type Clock } from './clock/clock.js';
export { isClockMessage, parentClock, type ClockMessage } from './clock/parent-clock.js';
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
export { errorCode } from './errors/error-code.js';
export {
  HEALTH,
  HealthFailure,
  HealthRegistry,
  type CheckReport,
  type HealthCheck,
  type HealthReport,
} from './health/health-registry.js';
export type { JsonReading } from './http/body-reader.js';
export { AcceptsBytes, ANY_MEDIA_TYPE, RawBodyBytes, RawBody } from './http/bytes.js';
export { Nested, NestedList, Optional } from './http/nested.js';
export { RequestId } from './http/request-id.js';
export { WholeNumber } from './http/whole-number.js';
export {
  createLogger,
  LOG_LEVELS,
  LOGGER,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './logging/logger.js';
export { nestLogger } from './logging/nest-logger.js';
export { METRICS, Metrics } from './metrics/metrics.js';
export { Problems } from './openapi/problems.js';
export { mountOpenApi, type OpenApiOptions } from './openapi/mount-open-api.js';
export {
  PROBLEM_TYPE_BASE,
  ProblemError,
  type InputProblem,
  type ProblemDetails,
  type ProblemParts,
} from './problems/problem-error.js';
export { problemCode } from './problems/problem-code.js';
export {
  bodyTooLarge,
  forbidden,
  standardProblem,
  tooManyRequests,
  unauthenticated,
  unavailable,
} from './problems/standard-problems.js';
export { toProblem } from './problems/to-problem.js';
export { BASE64, LostEntriesRequest } from './recovery/lost-entries.request.js';
export { RecoveryStandingResponse } from './recovery/recovery-standing.response.js';
export { invalidRequest, validationProblem, type RequestPart } from './problems/validation-problems.js';
export {
  RATE_LIMITER,
  RateLimiter,
  type RateLimit,
  type RateLimiterOptions,
} from './rate-limit/rate-limiter.js';
export { createServiceApp } from './service/create-service-app.js';
export { KAFKA_VARIABLES, kafkaSettings, type KafkaSettings } from './service/kafka-variables.js';
export { knownMigrationVariables, migrationVariables } from './service/migration-variables.js';
export type { ServiceOptions } from './service/service-options.js';
export { networkVariable, serviceVariables, type ServiceConfiguration } from './service/service-variables.js';
export {
  exitOnCrash,
  stopInFailure,
  stopOnSignals,
  type EndableProcess,
  type StopOptions,
} from './shutdown/process-end.js';
export { runCommand } from './shutdown/run-command.js';
export { serve, type RunningService, type ServeOptions } from './shutdown/serve.js';
export { SHUTDOWN, Shutdown } from './shutdown/shutdown.js';
export { SealingError, type KeyEncryptionKeys, type SealingErrorCode } from './signatures/key-encryption.js';
export { KeyVault } from './signatures/key-vault.js';
export {
  algorithmOf,
  thumbprint,
  type Algorithm,
  type PrivateJwk,
  type PublicJwk,
} from './signatures/key.js';
export { generateKey, NodeSigner } from './signatures/node-signer.js';
export { SecretVault } from './signatures/secret-vault.js';
export { nodeGzip } from './gzip.js';
export { nodeSignatures, type SignatureToCheck } from './signatures/node-signatures.js';
