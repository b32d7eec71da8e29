// What needs no framework: a command line loads this in a tenth of the time of the whole.
export type { CallerRole, RoleName } from './auth/caller.js';
export { LocalIssuer } from './auth/local-issuer.js';
export { ConfigurationError, readEnvironment } from './config/environment.js';
export { errorCode } from './errors/error-code.js';
export { nodeGzip } from './gzip.js';
export { problemCode } from './problems/problem-code.js';
export { KAFKA_VARIABLES, kafkaSettings, type KafkaSettings } from './service/kafka-variables.js';
export type { PrivateJwk } from './signatures/key.js';
export { nodeSignatures } from './signatures/node-signatures.js';
export { generateKey, NodeSigner } from './signatures/node-signer.js';
