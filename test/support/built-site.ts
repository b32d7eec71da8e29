import { randomUUID } from 'node:crypto';
import { generateKey, NodeSigner } from '@lodemark/platform';
import { newKey, proofOfPossession, type Party } from '../../apps/custody/test/support/parties.js';
import { publishPolicy } from '../../apps/standalone/src/publish-policies.js';
import type { Environment } from './built-service.js';
import type { DatabaseOptions } from './database.js';
import { IdentityProvider } from './identity-provider.js';
import { Installation } from './installation.js';
import { until } from './until.js';

/** The network that the examples of the OpenAPI documents are about. */
const NETWORK = 'demo.lodemark.example';
const VALID_FROM = '2020-01-01T00:00:00Z';
const ROUND = '50ms';

interface Pinned {
  readonly genesis: string;
  readonly logKey: string;
}

export interface SiteOptions {
  readonly label: string;
  /** Where custody and provenance keep their databases. */
  readonly databases?: DatabaseOptions;
  /** Where the registry keeps its; on a server that is not durable it never becomes ready. */
  readonly registryDatabase?: DatabaseOptions;
  /** Settings of every service beside its own. */
  readonly environment?: Environment;
  /** Time between rounds; by default so short that tests do not wait for one. */
  readonly round?: string;
}

/** A network of built services: the registry runs, the others are added as a test needs them. */
export class BuiltSite {
  private readonly installed: Installation[] = [];

  private constructor(
    private readonly options: SiteOptions,
    readonly identity: IdentityProvider,
    readonly registry: Installation,
    private readonly pinned: Pinned,
  ) {
    this.installed.push(registry);
  }

  static async start(options: SiteOptions): Promise<BuiltSite> {
    const identity = await IdentityProvider.start();
    const registry = await Installation.prepare('registry', {
      ...options.registryDatabase,
      label: options.label,
      environment: {
        REGISTRY_NETWORK: NETWORK,
        REGISTRY_KEY_ENCRYPTION: `1:${'ab'.repeat(32)}`,
        REGISTRY_ISSUERS: identity.issuers,
        REGISTRY_ROUND: options.round ?? ROUND,
        ...options.environment,
      },
    });
    const { out } = await registry.run('init');
    await registry.serve();
    return new BuiltSite(options, identity, registry, JSON.parse(out) as Pinned);
  }

  /** Starts a custody service. */
  async addCustody(): Promise<Installation> {
    const custody = await this.add('custody', {
      ...this.pins('CUSTODY'),
      CUSTODY_KEY_ENCRYPTION: `1:${'cd'.repeat(32)}`,
      CUSTODY_PSEUDONYM_SECRET: 'ef'.repeat(32),
      CUSTODY_ROUND: this.options.round ?? ROUND,
    });
    return custody.serve();
  }

  /** Prepares a provenance service and leaves its start to the test. */
  async addProvenance(environment: Environment = {}): Promise<Installation> {
    const token = await this.identity.token('provenance', { role: 'administrator' });
    const kept = this.installed.filter(({ service }) => service !== 'provenance');
    const tokens = kept.map(({ url }) => [new URL(url).origin, token]);
    return this.add('provenance', {
      ...this.pins('PROVENANCE'),
      PROVENANCE_SERVICE_TOKENS: JSON.stringify(Object.fromEntries(tokens)),
      PROVENANCE_POLL: this.options.round ?? ROUND,
      PROVENANCE_KEY_ENCRYPTION: `1:${'12'.repeat(32)}`,
      ...environment,
    });
  }

  /** The registrar says something; it must be taken. */
  async state(path: string, fields: object): Promise<void> {
    const token = await this.identity.token('registrar', { role: 'registrar' });
    const response = await fetch(this.registry.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ statementId: randomUUID(), ...fields }),
    });
    if (response.status !== 201)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }

  /** Two persons of the registrar publish a policy. */
  async publishPolicy(policy: string, document: object): Promise<void> {
    const [publisher, approver] = await Promise.all([
      this.identity.token('registrar', { role: 'registrar' }),
      this.identity.token('second-registrar', { role: 'registrar' }),
    ]);
    const publication = { statementId: randomUUID(), policy, document };
    await publishPolicy(this.registry.url, { publisher, approver }, publication);
  }

  /** An organization with a facility, the log at the custody service and its log key; all of them invented. */
  async join(facility: string, custody: Installation, organization = `${facility}-org`): Promise<void> {
    const name = `${facility} (invented)`;
    const operating = { from: '2020-01-01' };
    await this.state('/v1/organizations', {
      ...{ organization, legalName: name, kind: 'operator', incorporatedIn: 'KZ' },
    });
    await this.state('/v1/facilities', {
      ...{ facility, organization, name, country: 'KZ', steps: [{ step: 'MINE' }], operating },
      custodyUrl: custody.url,
    });
    const token = await this.identity.token('administrator', { role: 'administrator' });
    const opened = await fetch(`${custody.url}/v1/facilities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ facility, custodialKey: true }),
    });
    const { keys } = (await opened.json()) as { keys: object[] };
    for (const key of keys) await this.state('/v1/keys', { ...key, validFrom: VALID_FROM });
  }

  /** Registers somebody who certifies; gives provenance's setting for it. */
  async certifier(url: string): Promise<string> {
    const organization = 'certifier';
    const key = await generateKey('EdDSA');
    const signer = NodeSigner.fromJwk(key);
    const { kid, publicKey: jwk } = signer;
    const claim = { owner: { organization }, purpose: 'certificate', statementId: randomUUID() };
    await this.state('/v1/organizations', {
      ...{ organization, legalName: 'Certifier (invented)', kind: 'other', incorporatedIn: 'US' },
    });
    await this.state('/v1/keys', {
      ...{ ...claim, kid, jwk, alg: 'EdDSA', validFrom: VALID_FROM },
      proofOfPossession: await proofOfPossession({ kid, jwk, signer }, claim),
    });
    return JSON.stringify({ id: 'did:web:certifier.example', name: 'Certifier (invented)', url, key });
  }

  /** Registers a key with which the facility signs its events itself. */
  async eventKey(facility: string, known?: Party): Promise<Party> {
    const key = known ?? (await newKey());
    const claim = { owner: { facility }, purpose: 'event', statementId: randomUUID() };
    await this.state('/v1/keys', {
      ...{ ...claim, kid: key.kid, jwk: key.jwk, alg: 'EdDSA', validFrom: VALID_FROM },
      proofOfPossession: await proofOfPossession(key, claim),
    });
    return key;
  }

  /** Waits until the custody service has verified the root log as it is now. */
  async settled(custody: Installation): Promise<void> {
    const size = await this.rootSize();
    await until(async () => {
      const ready = await (await fetch(`${custody.url}/health/ready`)).text();
      return Number(/"verifiedSize":(\d+)/.exec(ready)?.[1] ?? 0) >= size;
    });
  }

  /** Entries of the root log at present. */
  async rootSize(): Promise<number> {
    const response = await fetch(`${this.registry.url}/v1/root/entries?limit=1`);
    return ((await response.json()) as { size: number }).size;
  }

  /** Waits until a published root checkpoint covers an entry, such as `kokbulak/0`. */
  async covered(entry: string): Promise<void> {
    await until(async () => (await fetch(`${this.registry.url}/v1/horizons?covers=${entry}`)).ok);
  }

  async remove(): Promise<void> {
    for (const installation of this.installed.reverse()) await installation.remove();
    await this.identity.close();
  }

  private async add(
    service: 'custody' | 'provenance',
    environment: Record<string, string>,
  ): Promise<Installation> {
    const { label, databases = {} } = this.options;
    const settings = { ...this.options.environment, ...environment };
    const installation = await Installation.prepare(service, { ...databases, label, environment: settings });
    this.installed.push(installation);
    return installation;
  }

  private pins(prefix: string): Record<string, string> {
    return {
      [`${prefix}_NETWORK`]: NETWORK,
      [`${prefix}_REGISTRY_URL`]: this.registry.url,
      [`${prefix}_GENESIS`]: this.pinned.genesis,
      [`${prefix}_ROOT_LOG_KEY`]: this.pinned.logKey,
      [`${prefix}_ISSUERS`]: this.identity.issuers,
    };
  }
}
