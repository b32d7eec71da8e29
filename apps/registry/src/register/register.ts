import { parseStatement, type Statement, type StatementOf, type StatementType } from '@lodemark/domain';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../ports.js';
import type { KeyStatement } from '../statements/statement-facts.js';
import { toCount, type Queryable } from './queryable.js';

/** A statement and where it stands in the root log. */
export interface StatementOnRecord<T extends Statement = Statement> {
  readonly statement: T;
  readonly jws: string;
  readonly rootIndex: number;
  readonly recordedAt: string;
}

export interface OrganizationOnRecord {
  readonly registered: StatementOnRecord<StatementOf<'OrganizationRegistered'>>;
  readonly ownership: readonly StatementOnRecord<StatementOf<'OwnershipDeclared'>>[];
  readonly facilities: readonly string[];
  readonly keys: readonly string[];
}

export type FacilityStatement = StatementOf<'FacilityRegistered'> | StatementOf<'FacilityAmended'>;

export interface FacilityOnRecord {
  /** The registration first. */
  readonly records: readonly StatementOnRecord<FacilityStatement>[];
  readonly keys: readonly { readonly kid: string; readonly purpose: string }[];
}

export interface KeyOnRecord {
  readonly added: StatementOnRecord<KeyStatement>;
  readonly rotated?: StatementOnRecord<StatementOf<'KeyRotated'>>;
  /** The one that is suspect from the earliest time. */
  readonly revoked?: StatementOnRecord<StatementOf<'KeyRevoked'>>;
}

export interface Page {
  /** Ids after this one. */
  readonly after?: string;
  readonly limit: number;
}

interface StatementRow {
  payload: unknown;
  jws: string;
  root_index: string;
  recorded_at: Date;
}

const ROW = 's.payload, s.jws, s.root_index, s.recorded_at';

/** What the root log says about organizations, facilities, keys and policies, read from its register. */
@Injectable()
export class Register {
  constructor(@Inject(DATABASE) private readonly database: Queryable) {}

  async findStatement(statementId: string): Promise<StatementOnRecord | undefined> {
    const found = await this.statements(`registry.statement s WHERE s.statement_id = $1`, [statementId]);
    return found[0];
  }

  async findOrganization(organization: string): Promise<OrganizationOnRecord | undefined> {
    const [registered] = only(
      'OrganizationRegistered',
      await this.statements(
        `registry.organization o JOIN registry.statement s USING (root_index) WHERE o.organization = $1`,
        [organization],
      ),
    );
    if (registered === undefined) return undefined;
    const ownership = await this.statements(
      `registry.ownership o JOIN registry.statement s USING (root_index) WHERE o.organization = $1 ORDER BY root_index`,
      [organization],
    );
    return {
      registered,
      ownership: only('OwnershipDeclared', ownership),
      facilities: await this.facilitiesOf(organization),
      keys: (await this.keysOf('organization', organization)).map(({ kid }) => kid),
    };
  }

  async listOrganizations(
    page: Page,
  ): Promise<readonly StatementOnRecord<StatementOf<'OrganizationRegistered'>>[]> {
    const found = await this.statements(
      `registry.organization o JOIN registry.statement s USING (root_index)
       WHERE o.organization > $1 ORDER BY o.organization LIMIT $2`,
      [page.after ?? '', page.limit],
    );
    return only('OrganizationRegistered', found);
  }

  async findFacility(facility: string): Promise<FacilityOnRecord | undefined> {
    const records = await this.statements(
      `registry.facility_record f JOIN registry.statement s USING (root_index)
       WHERE f.facility = $1 ORDER BY root_index`,
      [facility],
    );
    if (records.length === 0) return undefined;
    return {
      records: only(['FacilityRegistered', 'FacilityAmended'], records),
      keys: await this.keysOf('facility', facility),
    };
  }

  /** The last record of each. */
  async listFacilities(page: Page): Promise<readonly StatementOnRecord<FacilityStatement>[]> {
    const found = await this.statements(
      `registry.facility f
       CROSS JOIN LATERAL (SELECT max(r.root_index) AS root_index
         FROM registry.facility_record r WHERE r.facility = f.facility) last
       JOIN registry.statement s ON s.root_index = last.root_index
       WHERE f.facility > $1 ORDER BY f.facility LIMIT $2`,
      [page.after ?? '', page.limit],
    );
    return only(['FacilityRegistered', 'FacilityAmended'], found);
  }

  async findKey(kid: string): Promise<(KeyOnRecord & { readonly jwk: KeyStatement['jwk'] }) | undefined> {
    const [added] = only(
      ['KeyAdded', 'KeyRotated'],
      await this.statements(
        `registry.registered_key k JOIN registry.statement s USING (root_index) WHERE k.kid = $1`,
        [kid],
      ),
    );
    if (added === undefined) return undefined;
    const [rotated] = only(
      'KeyRotated',
      await this.statements(
        `registry.key_succession k JOIN registry.statement s USING (root_index) WHERE k.kid = $1`,
        [kid],
      ),
    );
    const [revoked] = only(
      'KeyRevoked',
      await this.statements(
        `registry.key_revocation k JOIN registry.statement s USING (root_index)
         WHERE k.kid = $1 ORDER BY k.suspect_from LIMIT 1`,
        [kid],
      ),
    );
    return {
      jwk: added.statement.jwk,
      added,
      ...(rotated === undefined ? {} : { rotated }),
      ...(revoked === undefined ? {} : { revoked }),
    };
  }

  /** In log order, from after a root log index on. */
  async listPolicies(page: {
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly StatementOnRecord<StatementOf<'PolicyPublished'>>[]> {
    const found = await this.statements(
      `registry.policy p JOIN registry.statement s USING (root_index)
       WHERE p.root_index > $1 ORDER BY p.root_index LIMIT $2`,
      [page.after, page.limit],
    );
    return only('PolicyPublished', found);
  }

  private async facilitiesOf(organization: string): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ facility: string }>(
      `SELECT DISTINCT facility FROM registry.facility_record r WHERE organization = $1
         AND root_index = (SELECT max(root_index) FROM registry.facility_record l WHERE l.facility = r.facility)
       ORDER BY facility`,
      [organization],
    );
    return rows.map(({ facility }) => facility);
  }

  private async keysOf(
    owner: 'facility' | 'organization',
    id: string,
  ): Promise<readonly { readonly kid: string; readonly purpose: string }[]> {
    const { rows } = await this.database.query<{ kid: string; purpose: string }>(
      `SELECT kid, purpose FROM registry.registered_key WHERE ${owner} = $1 ORDER BY root_index`,
      [id],
    );
    return rows;
  }

  private async statements(from: string, values: unknown[]): Promise<readonly StatementOnRecord[]> {
    const { rows } = await this.database.query<StatementRow>(`SELECT ${ROW} FROM ${from}`, values);
    return rows.map((row) => onRecord(row));
  }
}

function onRecord(row: StatementRow): StatementOnRecord {
  const parsed = parseStatement(row.payload);
  if (!parsed.ok) throw new Error(`the register holds no statement at root index ${row.root_index}`);
  return {
    statement: parsed.value,
    jws: row.jws,
    rootIndex: toCount(row.root_index),
    recordedAt: row.recorded_at.toISOString(),
  };
}

function only<T extends StatementType>(
  types: T | readonly T[],
  found: readonly StatementOnRecord[],
): readonly StatementOnRecord<StatementOf<T>>[] {
  const wanted: readonly string[] = typeof types === 'string' ? [types] : types;
  return found.filter((one): one is StatementOnRecord<StatementOf<T>> => wanted.includes(one.statement.type));
}
