import { expect, jest } from '@jest/globals';
import {
  audit,
  Ledger,
  ledgerPool,
  LedgerReader,
  LogKeeping,
  runMigrations,
  type AuditOptions,
  type LedgerOptions,
} from '@lodemark/ledger';
import type { Pool } from 'pg';
import { createDatabase, type DatabaseOptions, type TestDatabase } from '../../../test/support/database.js';
import { signaturesOf, type Facility } from './signed-events.js';

// A real database on a busy machine: slow is not wrong.
jest.setTimeout(60_000);

/** A clock that stands still until a test moves it. */
export class TestClock {
  constructor(private at: Date = new Date('2026-11-24T09:00:00.000Z')) {}

  now(): Date {
    return this.at;
  }

  set(to: string): void {
    this.at = new Date(to);
  }
}

/** A migrated database with the pools and objects that most suites want. */
export class LedgerFixture {
  readonly clock = new TestClock();
  readonly reader: LedgerReader;
  readonly keeping: LogKeeping;
  readonly ledger: Ledger;
  private readonly pools: Pool[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly pool: Pool,
  ) {
    this.reader = new LedgerReader({ pool });
    this.keeping = new LogKeeping({ pool });
    this.ledger = this.ledgerOn(pool);
    this.pools.push(pool);
  }

  static async open(label: string, options: DatabaseOptions = {}): Promise<LedgerFixture> {
    const database = await createDatabase(label, options);
    await runMigrations({ ownerUrl: database.ownerUrl, serviceRole: database.serviceRole });
    return new LedgerFixture(database, ledgerPool({ connectionString: database.serviceUrl, max: 8 }));
  }

  /** A further ledger, such as another process would have. */
  ledgerOn(pool: Pool, options: Partial<LedgerOptions> = {}): Ledger {
    return new Ledger({ pool, clock: this.clock, ...options });
  }

  /** As `database.ownerUrl` or `database.adminUrl`; closed with the fixture. */
  poolOf(connectionString: string): Pool {
    const pool = ledgerPool({ connectionString, max: 2 });
    this.pools.push(pool);
    return pool;
  }

  /** Every test that touches a log ends with this: all that is derived agrees, all signatures hold. */
  async expectClean(...facilities: readonly Facility[]): Promise<void> {
    const options: AuditOptions = { signatures: signaturesOf(...facilities) };
    for (const { origin } of facilities) expect(await audit(this.pool, origin, options)).toEqual([]);
  }

  async close(): Promise<void> {
    await this.ledger.drain();
    await Promise.all(this.pools.map((pool) => pool.end()));
    await this.database.drop();
  }
}
