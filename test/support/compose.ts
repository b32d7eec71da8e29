import { readFileSync } from 'node:fs';
import type { Environment } from '@lodemark/platform';
import { parse } from 'yaml';

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

export interface ComposeService {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

/** The services of docker-compose.yml, with what is merged into them. */
export function composeServices(): Readonly<Record<string, ComposeService>> {
  const { services } = parse(text('docker-compose.yml'), { merge: true }) as {
    services: Readonly<Record<string, ComposeService>>;
  };
  return services;
}

/** `NAME=value` lines, as compose reads them. */
export function readEnvFile(file: string): Environment {
  const lines = file.split('\n').filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** `.env.example` with a value of its own for every secret, and pins of the right form. */
export function filledIn(): Environment {
  const example = Object.entries(readEnvFile(text('.env.example')));
  const secret = (at: number) => (at + 10).toString(16).padStart(64, '0');
  const filled = example.map(([name, value = ''], at) => {
    if (value !== '') return [name, value];
    return [name, name.endsWith('_KEY_ENCRYPTION') ? `2026:${secret(at)}` : secret(at)];
  });
  return {
    ...(Object.fromEntries(filled) as Environment),
    GENESIS: 'ab'.repeat(32),
    // The example key of the C2SP note text, whose name is all that differs from ours.
    ROOT_LOG_KEY: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  };
}

/** What a container finds in its environment with these settings. */
export function environmentOf(name: string, settings: Environment): Readonly<Record<string, string>> {
  const environment = composeServices()[name]?.environment ?? {};
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [key, resolved(String(value), settings)]),
  );
}

/** `${NAME}`, `${NAME:-fallback}` and `${NAME:?complaint}`, as compose takes them. */
function resolved(text: string, settings: Environment): string {
  const [before = '', ...parts] = text.split('${');
  const values = parts.map((part) => {
    const [, name = '', kind, other = '', after = ''] = /^(\w+)(?::([-?])([^}]*))?\}(.*)$/s.exec(part) ?? [];
    return `${settings[name] ?? (kind === '-' ? other : '')}${after}`;
  });
  return before + values.join('');
}
