import { randomUUID } from 'node:crypto';
import { Network } from '@lodemark/domain';
import { ledgerPool, LedgerReader, LogKeeping, RootLog, runMigrations } from '@lodemark/ledger';
import {
  canonicalBytes,
  formatVerifierKey,
  sha256Hex,
  signCheckpoint,
  verifierKey,
  type RootLogEntry,
  type Signer,
} from '@lodemark/transparency';
import type { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { TestClock } from './test-clock.js';
import { newSigner, signed } from './keys.js';

type Draft<T = RootLogEntry> = T extends RootLogEntry ? Omit<T, 'v' | 'recordedAt'> : never;

/** A root log in a real database, written with the registrar's real key: what the registry would have recorded. */
export class TestRegistry {
  readonly policies = new Map<string, Uint8Array>();
  genesis = '';

  private constructor(
    readonly database: TestDatabase,
    readonly network: Network,
    readonly pool: Pool,
    private readonly clock: TestClock,
    signers: { readonly registrar: Signer; readonly log: Signer },
  ) {
    this.registrar = signers.registrar;
    this.logSigner = signers.log;
    this.log = new RootLog({ pool, clock, origin: network.rootOrigin });
    this.reader = new LedgerReader({ pool });
    this.keeping = new LogKeeping({ pool });
  }

  readonly registrar: Signer;
  readonly logSigner: Signer;
  readonly log: RootLog;
  readonly reader: LedgerReader;
  private readonly keeping: LogKeeping;

  static async open(network: Network, clock: TestClock): Promise<TestRegistry> {
    const database = await createDatabase('prov_registry');
    await runMigrations({ ownerUrl: database.ownerUrl, serviceRole: database.serviceRole });
    const pool = ledgerPool({ connectionString: database.serviceUrl, max: 4 });
    const registry = new TestRegistry(database, network, pool, clock, {
      registrar: await newSigner(),
      log: await newSigner(),
    });
    await registry.log.open();
    const keys = [registry.registrar.publicKey];
    const [genesis] = await registry.append({ kind: 'genesis', network: network.name, registrarKeys: keys });
    registry.genesis = genesis!.leaf;
    return registry;
  }

  get logKey(): string {
    const { publicKey } = this.logSigner;
    if (publicKey.kty !== 'OKP') throw new Error('not Ed25519');
    return formatVerifierKey(verifierKey(this.network.rootOrigin, publicKey));
  }

  append(...drafts: Draft[]) {
    return this.log.append(({ recordedAt }) =>
      Promise.resolve(
        drafts.map((draft) => {
          const entry = { ...draft, v: 1 as const, recordedAt };
          const statement = { statementId: randomUUID(), payloadDigest: sha256Hex(canonicalBytes(entry)) };
          return entry.kind === 'statement' ? { entry, statement } : { entry };
        }),
      ),
    );
  }

  /** Records a statement of the registrar's, or of whoever signs it. */
  async state(statement: object, signer: Signer = this.registrar): Promise<number> {
    const payload = {
      v: 1,
      statementId: randomUUID(),
      statedAt: this.clock.now().toISOString(),
      ...statement,
    };
    const jws = await signed(payload, signer, 'lodemark-statement+jws');
    const [entry] = await this.append({ kind: 'statement', jws });
    return entry!.index;
  }

  async registerOrganization(organization: string, more: object = {}): Promise<void> {
    await this.state({
      type: 'OrganizationRegistered',
      organization,
      legalName: `${organization} (invented)`,
      kind: 'operator',
      incorporatedIn: 'CA',
      ...more,
    });
  }

  async registerFacility(facility: string, more: object = {}): Promise<void> {
    await this.state({
      type: 'FacilityRegistered',
      facility,
      organization: `${facility}-co`,
      name: `${facility} (invented)`,
      country: 'CA',
      steps: [{ step: 'MINE' }],
      operating: { from: '2020-01-01' },
      custodyUrl: 'http://127.0.0.1:9',
      ...more,
    });
  }

  async addKey(signer: Signer, owner: object, purpose: string): Promise<number> {
    return this.state({
      type: 'KeyAdded',
      owner,
      purpose,
      kid: signer.kid,
      jwk: signer.publicKey,
      alg: signer.alg,
      validFrom: '2020-01-01T00:00:00Z',
      proofOfPossession: 'not.looked.at',
    });
  }

  /** Keeps a document that is not published by that; its digest. */
  keepPolicy(document: object): string {
    const bytes = canonicalBytes(document);
    const digest = sha256Hex(bytes);
    this.policies.set(digest, bytes);
    return digest;
  }

  async publishPolicy(policy: string, document: object): Promise<string> {
    const digest = this.keepPolicy(document);
    await this.state({ type: 'PolicyPublished', policy, document: digest });
    return digest;
  }

  /** Signs and keeps the root log's checkpoint; gives its size. */
  async publish(): Promise<number> {
    const origin = this.network.rootOrigin;
    const { size, root } = await this.reader.head(origin);
    await this.keeping.saveCheckpoint(origin, await signCheckpoint({ origin, size, root }, this.logSigner));
    return size;
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.database.drop();
  }
}
