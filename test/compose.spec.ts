import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readEnvironment, type Environment } from '@lodemark/platform';
import { parse } from 'yaml';
import * as custody from '../apps/custody/src/config.js';
import * as provenance from '../apps/provenance/src/config.js';
import * as registry from '../apps/registry/src/config.js';

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}
const { services } = parse(text('docker-compose.yml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};

/** What a person fills in that `.env.example` leaves empty. */
const FILLED_IN: Environment = {
  POSTGRES_PASSWORD: 'a1',
  OWNER_PASSWORD: 'b2',
  SERVICE_PASSWORD: 'c3',
  REGISTRY_KEY_ENCRYPTION: `2026:${'0f'.repeat(32)}`,
  CUSTODY_KEY_ENCRYPTION: `2026:${'1f'.repeat(32)}`,
  CUSTODY_PSEUDONYM_SECRET: '2f'.repeat(32),
  GENESIS: 'ab'.repeat(32),
  // The example key of the C2SP note text, whose name is all that differs from ours.
  ROOT_LOG_KEY: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
};

/** `NAME=value` lines, as compose reads them. */
function readEnvFile(file: string): Environment {
  const lines = file.split('\n').filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

const example = readEnvFile(text('.env.example'));
const settings: Environment = { ...example, ...FILLED_IN };

/** What a service finds in its environment when it runs under compose. */
function environmentOf(name: string): Environment {
  const environment = services[name]?.environment ?? {};
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [
      key,
      value.replaceAll(/\$\{(\w+)(?::[-?][^}]*)?\}/g, (_all, variable: string) => settings[variable] ?? ''),
    ]),
  );
}

describe('docker-compose.yml', () => {
  it('asks for nothing that .env.example does not explain', () => {
    const asked = [...text('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const explained = [...text('.env.example').matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(explained).toEqual(expect.arrayContaining(asked));
    expect(Object.keys(FILLED_IN).filter((name) => example[name] !== '')).toEqual([]);
  });

  it.each([
    ['registry', registry.readRegistryConfig],
    ['custody', custody.readCustodyConfig],
    ['provenance', provenance.readProvenanceConfig],
  ])('sets up %s as it wants to be', (name, read) => {
    const { port } = read(environmentOf(name));
    expect(services[name]?.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(services[name]?.healthcheck?.test.join(' ')).toContain(`:${port}/health/ready`);
  });

  it.each([
    ['registry', registry.MIGRATION_ENVIRONMENT],
    ['custody', custody.MIGRATION_ENVIRONMENT],
    ['provenance', provenance.MIGRATION_ENVIRONMENT],
  ])('migrates the database of %s as its owner, for the role that serves', (name, declaration) => {
    const { ownerUrl, serviceRole } = readEnvironment(declaration, environmentOf(`${name}-migrate`));
    const served = new URL(environmentOf(name)[`${name.toUpperCase()}_DATABASE_URL`] ?? '');
    expect(new URL(ownerUrl).username).toBe(`${name}_owner`);
    expect(served.username).toBe(serviceRole);
    expect(served.pathname).toBe(new URL(ownerUrl).pathname);
  });

  it('pins every image', () => {
    const images = Object.values(services).map(({ image }) => image);
    expect(images.filter((image) => !/:\d+\.\d+/.test(image))).toEqual([]);
  });
});
