import { readFileSync } from 'node:fs';
import { ConfigurationError, type Configuration, type ConfigurationProblem } from '../config/environment.js';
import { parsers } from '../config/parsers.js';
import { optionalVariable, Unreadable, variable, type Parser } from '../config/variable.js';

/** Where a network's Kafka cluster is, and as whom a service comes to it. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  /** TLS; `true` trusts the authorities that Node trusts. */
  readonly ssl?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: KafkaLogin;
}

export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** The same for every service, and without a prefix: a site has one cluster, and each service its own credentials. */
export const KAFKA_VARIABLES = {
  kafkaBrokers: optionalVariable('KAFKA_BROKERS', {
    description: 'Brokers of the network’s Kafka cluster; without them entries travel without Kafka.',
    parse: parsers.list(
      parsers.text({ pattern: /^[^\s:/]+:[0-9]{1,5}$/, syntax: 'host:port', maxLength: 300 }),
    ),
  }),
  kafkaSsl: variable('KAFKA_SSL', {
    description: 'Whether the brokers are reached over TLS.',
    parse: parsers.boolean(),
    default: 'false',
  }),
  kafkaSslCa: optionalVariable('KAFKA_SSL_CA', {
    description: 'Authorities that certify the brokers; without it those that Node trusts.',
    parse: file(),
  }),
  kafkaSslCert: optionalVariable('KAFKA_SSL_CERT', {
    description: 'The service’s own certificate, where brokers ask for one.',
    parse: file(),
  }),
  kafkaSslKey: optionalVariable('KAFKA_SSL_KEY', {
    description: 'Private key of the service’s own certificate.',
    parse: file(),
    secret: true,
  }),
  kafkaSaslMechanism: optionalVariable('KAFKA_SASL_MECHANISM', {
    description: 'How the service proves who it is; without it it does not.',
    parse: parsers.oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
  }),
  kafkaSaslUsername: optionalVariable('KAFKA_SASL_USERNAME', {
    description: 'The user that the cluster’s access rules name.',
    parse: parsers.text({ maxLength: 200 }),
  }),
  kafkaSaslPassword: optionalVariable('KAFKA_SASL_PASSWORD', {
    description: 'That user’s password.',
    parse: parsers.text(),
    secret: true,
  }),
} as const;

/** What the variables say together; undefined without brokers. @throws ConfigurationError when they do not fit */
export function kafkaSettings(read: Configuration<typeof KAFKA_VARIABLES>): KafkaSettings | undefined {
  const problems = [...loginProblems(read), ...tlsProblems(read)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { kafkaBrokers: brokers, kafkaSsl, kafkaSslCa: ca, kafkaSslCert: cert, kafkaSslKey: key } = read;
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPassword: password } = read;
  if (brokers === undefined) return undefined;
  const hasLogin = mechanism !== undefined && username !== undefined && password !== undefined;
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  return {
    brokers,
    ...(kafkaSsl && { ssl: Object.keys(files).length > 0 ? files : true }),
    ...(hasLogin && { sasl: { mechanism, username, password } }),
  };
}

function loginProblems(read: Configuration<typeof KAFKA_VARIABLES>): readonly ConfigurationProblem[] {
  const parts = [
    ['KAFKA_SASL_MECHANISM', read.kafkaSaslMechanism],
    ['KAFKA_SASL_USERNAME', read.kafkaSaslUsername],
    ['KAFKA_SASL_PASSWORD', read.kafkaSaslPassword],
  ] as const;
  const missing = parts.filter(([, value]) => value === undefined);
  if (missing.length === parts.length) return [];
  return missing.map(([name]) => ({ name, detail: 'is not set, though other KAFKA_SASL variables are' }));
}

function tlsProblems(read: Configuration<typeof KAFKA_VARIABLES>): readonly ConfigurationProblem[] {
  const { kafkaSsl, kafkaSslCa, kafkaSslCert, kafkaSslKey } = read;
  const files = [kafkaSslCa, kafkaSslCert, kafkaSslKey].some((value) => value !== undefined);
  if (files && !kafkaSsl)
    return [{ name: 'KAFKA_SSL', detail: 'is not true, though other KAFKA_SSL variables are set' }];
  if ((kafkaSslCert === undefined) === (kafkaSslKey === undefined)) return [];
  const name = kafkaSslCert === undefined ? 'KAFKA_SSL_CERT' : 'KAFKA_SSL_KEY';
  return [{ name, detail: 'is not set: certificate and key go together' }];
}

/** What a file holds whose path is given. */
function file(): Parser<string> {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      throw new Unreadable('must be the path of a readable file in PEM format');
    }
  };
  return Object.assign(read, { syntax: 'the path of a file in PEM format' });
}
