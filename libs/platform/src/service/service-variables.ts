import type { IssuerTrust } from '../auth/key-sets.js';
import type { Configuration } from '../config/environment.js';
import { parsers } from '../config/parsers.js';
import { optionalVariable, variable } from '../config/variable.js';
import { LOG_LEVELS } from '../logging/logger.js';

/** The settings that every service has, under its own prefix (`CUSTODY_`) and with its own port. */
export function serviceVariables(prefix: string, defaults: { readonly port: number }) {
  return { ...listening(prefix, defaults.port), ...limits(prefix), ...trust(prefix) } as const;
}

export type ServiceConfiguration = Configuration<ReturnType<typeof serviceVariables>>;

/** `<PREFIX>NETWORK`, for a service of one network. */
export function networkVariable(prefix: string) {
  return variable(`${prefix}NETWORK`, {
    description: 'Name of the network, part of every log’s name; it can never be changed.',
    parse: parsers.text({
      pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
      syntax: 'a name without scheme, such as demo.lodemark.example',
      maxLength: 200,
    }),
  });
}

function listening(prefix: string, port: number) {
  return {
    host: variable(`${prefix}HOST`, {
      description: 'Address to listen on.',
      parse: parsers.text(),
      default: '0.0.0.0',
    }),
    port: variable(`${prefix}PORT`, {
      description: 'Port to listen on; 0 lets the system choose.',
      parse: parsers.port(),
      default: String(port),
    }),
    logLevel: variable(`${prefix}LOG_LEVEL`, {
      description: 'Quietest level that is logged.',
      parse: parsers.oneOf(...LOG_LEVELS),
      default: 'info',
    }),
    unreadyMs: variable(`${prefix}UNREADY`, {
      description: 'Time between becoming unready and taking no more connections, for balancers to notice.',
      parse: parsers.duration({ max: '5m' }),
      default: '0s',
    }),
    drainMs: variable(`${prefix}DRAIN`, {
      description: 'Time that requests in flight have to end when the service stops.',
      parse: parsers.duration({ max: '5m' }),
      default: '10s',
    }),
  };
}

function limits(prefix: string) {
  return {
    bodyLimit: variable(`${prefix}BODY_LIMIT`, {
      description: 'Longest request body.',
      parse: parsers.byteSize({ max: '16MiB' }),
      default: '1MiB',
    }),
    ratePerSecond: variable(`${prefix}RATE`, {
      description: 'Requests per second of one caller, or one address without a token, in the long run.',
      parse: parsers.integer({ min: 1 }),
      default: '100',
    }),
    rateBurst: variable(`${prefix}RATE_BURST`, {
      description: 'Requests of one caller, or one address without a token, at once.',
      parse: parsers.integer({ min: 1 }),
      default: '500',
    }),
    requestTimeoutMs: variable(`${prefix}REQUEST_TIMEOUT`, {
      description: 'Time that a whole request may take to arrive.',
      parse: parsers.duration({ max: '10m' }),
      default: '60s',
    }),
  };
}

function trust(prefix: string) {
  return {
    issuers: variable(`${prefix}ISSUERS`, {
      description: 'Whose bearer tokens are accepted; without jwksUri the keys are found by OIDC discovery.',
      parse: parsers.json('a JSON array of {"issuer", "audience", "jwksUri"?}', readIssuers),
    }),
    trustProxy: optionalVariable(`${prefix}TRUST_PROXY`, {
      description: 'Proxies whose X-Forwarded-For is believed: addresses or ranges.',
      parse: parsers.list(parsers.text()),
    }),
  };
}

function readIssuers(value: unknown): readonly IssuerTrust[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every(isIssuer) ? value : undefined;
}

function isIssuer(value: unknown): value is IssuerTrust {
  if (typeof value !== 'object' || value === null) return false;
  const { issuer, audience, jwksUri, ...unknown } = value as Record<string, unknown>;
  const named = [issuer, audience].every((text) => typeof text === 'string' && text !== '');
  const found = jwksUri === undefined || (typeof jwksUri === 'string' && URL.canParse(jwksUri));
  return named && found && Object.keys(unknown).length === 0;
}
