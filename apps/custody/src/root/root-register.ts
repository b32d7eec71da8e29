import { epochMilliseconds, parseStatement, type Statement, type StatementOf } from '@lodemark/domain';
import {
  decodeRootLogEntry,
  fromUtf8,
  parseJws,
  readCanonicalJson,
  type PublicJwk,
  type SignatureAlgorithm,
} from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DATABASE } from '../ports.js';
import { GatheredLookup } from './gathered-lookup.js';
import type { RootEntry } from './root-reader.js';

export interface RegisteredKey {
  readonly kid: string;
  readonly facility: string | null;
  readonly purpose: string;
  readonly jwk: PublicJwk;
  readonly alg: SignatureAlgorithm;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
  readonly revoked: boolean;
}

export type FacilityRecord = StatementOf<'FacilityRegistered'> | StatementOf<'FacilityAmended'>;

interface KeyRow {
  kid: string;
  facility: string | null;
  purpose: string;
  jwk: PublicJwk;
  alg: SignatureAlgorithm;
  valid_from: Date;
  valid_until: Date | null;
  revoked_at: string | null;
}

/** What the root log says about keys and facilities, as far as this service has verified it. */
@Injectable()
export class RootRegister {
  private readonly lookup = new GatheredLookup((kids: readonly string[]) => this.registered(kids));

  constructor(@Inject(DATABASE) private readonly pool: Pool) {}

  /** Those of the keys that are registered, by `kid`. */
  keys(kids: readonly string[]): Promise<ReadonlyMap<string, RegisteredKey>> {
    return kids.length === 0 ? Promise.resolve(new Map()) : this.lookup.find(kids);
  }

  private async registered(kids: readonly string[]): Promise<ReadonlyMap<string, RegisteredKey>> {
    const { rows } = await this.pool.query<KeyRow>(
      'SELECT kid, facility, purpose, jwk, alg, valid_from, valid_until, revoked_at FROM custody.root_key WHERE kid = ANY ($1)',
      [kids],
    );
    return new Map(
      rows.map((row) => [
        row.kid,
        {
          kid: row.kid,
          facility: row.facility,
          purpose: row.purpose,
          jwk: row.jwk,
          alg: row.alg,
          validFrom: row.valid_from,
          validUntil: row.valid_until,
          revoked: row.revoked_at !== null,
        },
      ]),
    );
  }

  /** The facility as it is registered at an instant; undefined before, and for one that never was. */
  async facility(facility: string, at: Date): Promise<FacilityRecord | undefined> {
    const { rows } = await this.pool.query<{ record: FacilityRecord }>(
      `SELECT record FROM custody.root_facility WHERE facility = $1 AND effective_from <= $2
       ORDER BY root_index DESC LIMIT 1`,
      [facility, at],
    );
    return rows[0]?.record;
  }
}

/** Writes what one verified root entry says; entries of other kinds say nothing to a custody service. */
export async function applyRootEntry(client: PoolClient, entry: RootEntry): Promise<void> {
  const statement = statementOf(entry);
  if (statement === undefined) return;
  switch (statement.type) {
    case 'KeyAdded':
      await addKey(client, statement);
      return;
    case 'KeyRotated':
      await addKey(client, statement);
      await client.query(
        'UPDATE custody.root_key SET valid_until = LEAST(COALESCE(valid_until, $2), $2) WHERE kid = $1',
        [statement.replaces, instant(statement.overlapUntil)],
      );
      return;
    case 'KeyRevoked':
      await client.query('UPDATE custody.root_key SET revoked_at = COALESCE(revoked_at, $2) WHERE kid = $1', [
        statement.kid,
        entry.index,
      ]);
      return;
    case 'FacilityRegistered':
    case 'FacilityAmended':
      await client.query(
        `INSERT INTO custody.root_facility (facility, root_index, effective_from, record) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING`,
        [statement.facility, entry.index, effectiveFrom(statement), JSON.stringify(statement)],
      );
      return;
    default:
  }
}

/** Undefined for another kind of entry, and for a statement of a later version: it cannot concern what is known here. */
function statementOf(entry: RootEntry): Statement | undefined {
  const decoded = decodeRootLogEntry(entry.bytes);
  if (!decoded.ok || decoded.value.kind !== 'statement') return undefined;
  const jws = parseJws(decoded.value.jws, 'lodemark-statement+jws');
  if (!jws.ok) return undefined;
  const json = readCanonicalJson(fromUtf8(jws.value.payload) ?? '');
  const statement = json.ok ? parseStatement(json.value) : undefined;
  return statement?.ok === true ? statement.value : undefined;
}

// A registration holds from the beginning: whether the facility operated at the time is another question.
function effectiveFrom(record: FacilityRecord): Date | string {
  return record.type === 'FacilityAmended' ? instant(record.effectiveFrom) : '-infinity';
}

// RFC 3339 knows more than Postgres reads: leap seconds, and as many digits as one likes.
function instant(text: string): Date {
  return new Date(epochMilliseconds(text));
}

async function addKey(client: PoolClient, statement: StatementOf<'KeyAdded' | 'KeyRotated'>): Promise<void> {
  const { owner } = statement;
  await client.query(
    `INSERT INTO custody.root_key (kid, facility, organization, purpose, jwk, alg, valid_from, valid_until)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (kid) DO NOTHING`,
    [
      statement.kid,
      'facility' in owner ? owner.facility : null,
      'organization' in owner ? owner.organization : null,
      statement.purpose,
      JSON.stringify(statement.jwk),
      statement.alg,
      instant(statement.validFrom),
      statement.validUntil === undefined ? null : instant(statement.validUntil),
    ],
  );
}
