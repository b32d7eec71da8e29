import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readEnvironment, type Environment } from '@lodemark/platform';
import { parse } from 'yaml';
import * as custody from '../apps/custody/src/config.js';
import * as provenance from '../apps/provenance/src/config.js';
import * as registry from '../apps/registry/src/config.js';
import { composeServices, environmentOf, filledIn, readEnvFile } from './support/compose.js';

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const text = (path: string): string => readFileSync(file(path), 'utf8');

const OPERATORS = ['kokbulak', 'src', 'euclid', 'magnet-plant'];
const CUSTODY = OPERATORS.map((operator) => `custody-${operator}`);
const SERVICES = ['registry', ...CUSTODY, 'provenance'];
const services = composeServices();
const settings = filledIn();

const of = (name: string): Environment => environmentOf(name, settings);

/** The kind of a service, which is the program that it runs. */
function kindOf(name: string): 'registry' | 'custody' | 'provenance' {
  const kind = of(name)['SERVICE'];
  if (kind === 'registry' || kind === 'custody' || kind === 'provenance') return kind;
  throw new Error(`${name} runs ${String(kind)}`);
}

const READ = {
  registry: registry.readRegistryConfig,
  custody: custody.readCustodyConfig,
  provenance: provenance.readProvenanceConfig,
};
const MIGRATION = {
  registry: registry.MIGRATION_ENVIRONMENT,
  custody: custody.MIGRATION_ENVIRONMENT,
  provenance: provenance.MIGRATION_ENVIRONMENT,
};

describe('.env.example', () => {
  it('explains everything that docker-compose.yml asks for', () => {
    const asked = [...text('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const explained = [...text('.env.example').matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(explained).toEqual(expect.arrayContaining(asked));
    expect(asked).toEqual(expect.arrayContaining(Object.keys(readEnvFile(text('.env.example')))));
  });

  it('is filled in by docker/fill-env.sh with secrets of which no two are the same, up to the pins', () => {
    const { stdout } = spawnSync('sh', [file('docker/fill-env.sh')], { encoding: 'utf8' });
    const filled = readEnvFile(stdout);
    const secrets = Object.keys(readEnvFile(text('.env.example'))).filter((name) =>
      /_(PASSWORD|SECRET|KEY_ENCRYPTION)$/.test(name),
    );
    expect(new Set(secrets.map((name) => filled[name]?.split(':').at(-1))).size).toBe(secrets.length);
    expect(Object.keys(filled).filter((name) => filled[name] === '')).toEqual(['GENESIS', 'ROOT_LOG_KEY']);
  });
});

describe('docker-compose.yml', () => {
  it.each(SERVICES)('sets up %s as it wants to be', (name) => {
    const { port } = READ[kindOf(name)](of(name));
    expect(services[name]?.ports).toEqual([expect.stringMatching(`^127\\.0\\.0\\.1:[0-9]+:${port}$`)]);
    expect(services[name]?.healthcheck?.test.join(' ')).toContain(`:${port}/health/ready`);
  });

  it.each(SERVICES)('migrates the database of %s as its owner, for the role that serves', (name) => {
    const kind = kindOf(name);
    const { ownerUrl, serviceRole } = readEnvironment(MIGRATION[kind], of(`${name}-migrate`));
    const served = new URL(of(name)[`${kind.toUpperCase()}_DATABASE_URL`] ?? '');
    const database = new URL(ownerUrl).pathname.slice(1);
    expect(new URL(ownerUrl).username).toBe(`${database}_owner`);
    expect([served.username, served.pathname]).toEqual([serviceRole, `/${database}`]);
    expect(text('docker/create-databases.sh')).toMatch(new RegExp(`^create ${database} `, 'm'));
  });

  it('gives no two services a database, a password, a key, a Kafka user or a port in common', () => {
    const own = SERVICES.map((name) => {
      const shared =
        /_(NETWORK|URL|GENESIS|ROOT_LOG_KEY|ISSUERS|SIGNER_FOLDER)$|^SERVICE$|^KAFKA_(BROKERS|SSL|SASL_MECHANISM)$/;
      const values = Object.entries(of(name)).filter(
        ([key]) => key.endsWith('DATABASE_URL') || !shared.test(key),
      );
      return [...values.map(([, value]) => value), ...(services[name]?.ports ?? [])];
    }).flat();
    expect(new Set(own).size).toBe(own.length);
  });

  it('lets each service come to Kafka as a user that Kafka knows, and that is admitted by its address', () => {
    const users = JSON.parse(text('docker/kafka-users.json')) as {
      registry: string;
      provenance: string[];
      custody: Record<string, string>;
    };
    const login = of('kafka')['KAFKA_LISTENER_NAME_OPERATORS_PLAIN_SASL_JAAS_CONFIG'];
    for (const name of [...SERVICES, 'kafka-admissions']) {
      const { KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD: password } = of(name);
      expect(login).toContain(`user_${String(user)}="${String(password)}"`);
    }
    const admitted = CUSTODY.map((name) => [`http://${name}:3001`, of(name)['KAFKA_SASL_USERNAME']]);
    expect(users).toEqual({
      registry: of('registry')['KAFKA_SASL_USERNAME'],
      provenance: [of('provenance')['KAFKA_SASL_USERNAME']],
      custody: Object.fromEntries(admitted) as Record<string, string>,
    });
  });

  it('pins every image, and lets no container do more than it has to', () => {
    for (const [name, service] of Object.entries(services)) {
      expect([name, service.image]).toEqual([name, expect.stringMatching(/:\d+\.\d+/)]);
      expect({ name, ...service }).toMatchObject({
        ...{ name, read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
        logging: { options: { 'max-size': expect.any(String), 'max-file': expect.any(String) } },
        deploy: { resources: { limits: { cpus: expect.any(String), memory: expect.any(String) } } },
      });
    }
  });

  it('keeps what was signed of each log in a volume of its own', () => {
    const signing = SERVICES.filter((name) => name !== 'provenance');
    const mounted = signing.map((name) => {
      const folder = of(name)[`${kindOf(name).toUpperCase()}_SIGNER_FOLDER`];
      return services[name]?.volumes?.find((mount) => mount.endsWith(`:${String(folder)}`))?.split(':')[0];
    });
    expect(mounted).toEqual(signing.map((name) => `signed-${name.replace(/^custody-/, '')}`));
    expect(text('Dockerfile')).toContain(
      `install -d -o node -g node -m 700 ${String(of('registry')['REGISTRY_SIGNER_FOLDER'])}`,
    );
  });

  it('keeps what must last in named volumes', () => {
    const { volumes } = parse(text('docker-compose.yml')) as { volumes: Record<string, unknown> };
    const mounted = Object.values(services).flatMap((service) => service.volumes ?? []);
    const named = mounted.filter((mount) => /^[a-z]/.test(mount)).map((mount) => mount.split(':')[0]);
    expect(named).toEqual(Object.keys(volumes));
    expect(mounted.filter((mount) => mount.startsWith('.') && !mount.endsWith(':ro'))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  it('pins what it begins with, and runs as nobody who could change the image', () => {
    const lines = text('Dockerfile').split('\n');
    const froms = lines.filter((line) => line.startsWith('FROM '));
    expect(froms.filter((line) => !/:\d+\.\d+\.\d+-/.test(line))).toEqual([]);
    expect(froms).toHaveLength(2);
    expect(lines).toContain('USER node');
  });
});
