import { randomUUID } from 'node:crypto';
import { parseEvent, type CustodyEvent } from '@lodemark/domain';
import { Ledger, ledgerPool, LedgerReader, LogKeeping, runMigrations } from '@lodemark/ledger';
import {
  canonicalBytes,
  leafHash,
  payloadDigest,
  signCheckpoint,
  type RootReference,
  type Signer,
} from '@lodemark/transparency';
import pg, { type Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { newSigner, signed } from './keys.js';
import type { TestClock } from './test-clock.js';
import type { TestRegistry } from './test-registry.js';

/** An event as recorded. */
export interface Recorded {
  readonly event: CustodyEvent;
  readonly digest: string;
  readonly index: number;
}

/** Facility logs in a real database, written through the real ledger under the facilities' real keys. */
export class TestCustody {
  /** Where its logs are served. */
  url = 'http://127.0.0.1:9';
  readonly reader: LedgerReader;
  readonly ledger: Ledger;
  private readonly keeping: LogKeeping;
  private readonly signers = new Map<string, { readonly event: Signer; readonly log: Signer }>();

  private constructor(
    readonly database: TestDatabase,
    readonly registry: TestRegistry,
    readonly pool: Pool,
    private readonly clock: TestClock,
  ) {
    this.reader = new LedgerReader({ pool });
    this.keeping = new LogKeeping({ pool });
    this.ledger = new Ledger({ pool, clock, linger: 0 });
  }

  static async open(registry: TestRegistry, clock: TestClock): Promise<TestCustody> {
    const database = await createDatabase('prov_custody');
    await runMigrations({ ownerUrl: database.ownerUrl, serviceRole: database.serviceRole });
    const pool = ledgerPool({ connectionString: database.serviceUrl, max: 4 });
    return new TestCustody(database, registry, pool, clock);
  }

  /** Registers the facility, its organization and its keys, and opens its log. */
  async join(facility: string, more: object = {}): Promise<void> {
    await this.open(facility);
    await this.registry.registerOrganization(`${facility}-co`);
    await this.registry.registerFacility(facility, { custodyUrl: this.url, ...more });
    await this.registerKeys(facility);
  }

  /** Opens a log that the root log knows nothing of. */
  async open(facility: string): Promise<void> {
    this.signers.set(facility, { event: await newSigner(), log: await newSigner() });
    await this.ledger.open(this.originOf(facility));
  }

  async registerKeys(facility: string): Promise<void> {
    const { event, log } = this.signersOf(facility);
    await this.registry.addKey(event, { facility }, 'event');
    await this.registry.addKey(log, { facility }, 'log');
  }

  originOf(facility: string): string {
    return this.registry.network.logOrigin(facility);
  }

  signersOf(facility: string): { readonly event: Signer; readonly log: Signer } {
    const signers = this.signers.get(facility);
    if (signers === undefined) throw new Error(`${facility} did not join`);
    return signers;
  }

  /** Records an event of the facility's; what is not said is made up. Throws when the ledger refuses it. */
  async post(facility: string, body: object, signer?: Signer): Promise<Recorded> {
    const payload = {
      v: 1,
      facility,
      eventId: randomUUID(),
      occurredAt: this.clock.now().toISOString(),
      ...body,
    };
    const parsed = parseEvent(payload);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const bytes = canonicalBytes(payload);
    const jws = await signed(payload, signer ?? this.signersOf(facility).event, 'lodemark-event+jws');
    const outcome = await this.ledger.post(this.originOf(facility), {
      jws,
      event: parsed.value,
      payloadDigest: payloadDigest(bytes),
    });
    if (outcome.kind === 'recorded' || outcome.kind === 'repeated') {
      return { event: parsed.value, digest: payloadDigest(bytes), index: outcome.receipt.index };
    }
    if (outcome.kind === 'conflict') {
      return { event: parsed.value, digest: payloadDigest(bytes), index: outcome.conflict.index };
    }
    throw new Error(JSON.stringify(outcome));
  }

  /** Records an entry about the lot whose payload is of a version that no program here knows. */
  async postUnreadable(facility: string, lot: string): Promise<number> {
    const { event } = this.signersOf(facility);
    const stored = {
      v: 1,
      facility,
      eventId: randomUUID(),
      occurredAt: this.clock.now().toISOString(),
      type: 'SealChecked',
      lots: [lot],
      seal: { number: 'S-1' },
      condition: 'intact',
    };
    const parsed = parseEvent(stored);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const payload = { ...stored, v: 2 };
    const jws = await signed(payload, event, 'lodemark-event+jws');
    const outcome = await this.ledger.post(this.originOf(facility), {
      jws,
      event: parsed.value,
      payloadDigest: payloadDigest(canonicalBytes(payload)),
    });
    if (outcome.kind !== 'recorded') throw new Error(JSON.stringify(outcome));
    return outcome.receipt.index;
  }

  /** The root checkpoint that later entries of this log name as their causal past. */
  async seeRoot(facility: string, root?: RootReference): Promise<void> {
    const { size, root: hash } = await this.registry.reader.head(this.registry.network.rootOrigin);
    await this.ledger.noteVerifiedRoot(this.originOf(facility), root ?? { size, hash });
  }

  /** Signs the log's checkpoint. */
  async checkpoint(facility: string): Promise<string> {
    const origin = this.originOf(facility);
    const { size, root } = await this.reader.head(origin);
    const note = await signCheckpoint({ origin, size, root }, this.signersOf(facility).log);
    await this.keeping.saveCheckpoint(origin, note);
    return note;
  }

  /** A round of the registry's: the checkpoints of these logs enter the root log, whose own is published. */
  async round(...facilities: string[]): Promise<number> {
    const checkpoints = [];
    for (const facility of facilities) checkpoints.push(await this.checkpoint(facility));
    if (checkpoints.length > 0) await this.registry.append({ kind: 'checkpoints', checkpoints });
    return this.registry.publish();
  }

  /** What only somebody with every right in the database can do: puts other bytes in the place of an entry. */
  async overwrite(facility: string, index: number, bytes: Uint8Array): Promise<void> {
    await this.tamper(
      `UPDATE ledger.entry SET data = $3, leaf_hash = $4
       WHERE idx = $2 AND log_id = (SELECT id FROM ledger.log WHERE origin = $1)`,
      [this.originOf(facility), index, bytes, leafHash(bytes)],
    );
  }

  /** The same for deleting: entries from an index on vanish. */
  async cutOff(facility: string, from: number): Promise<void> {
    await this.tamper(
      `DELETE FROM ledger.entry WHERE idx >= $2 AND log_id = (SELECT id FROM ledger.log WHERE origin = $1)`,
      [this.originOf(facility), from],
    );
  }

  private async tamper(sql: string, parameters: unknown[]): Promise<void> {
    const admin = new pg.Client({ connectionString: this.database.adminUrl });
    await admin.connect();
    try {
      await admin.query('BEGIN');
      await admin.query('ALTER TABLE ledger.entry DISABLE TRIGGER write_once');
      await admin.query(sql, parameters);
      await admin.query('ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER write_once');
      await admin.query('COMMIT');
    } finally {
      await admin.end();
    }
  }

  async close(): Promise<void> {
    await this.ledger.drain();
    await this.pool.end();
    await this.database.drop();
  }
}
