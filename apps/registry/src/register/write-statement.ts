import type { Statement, StatementOf } from '@lodemark/domain';
import type { KeyStatement } from '../statements/statement-facts.js';
import type { Queryable } from './queryable.js';

/** A statement on its way into the root log, and where it will stand. */
export interface RecordedInRegister {
  readonly statement: Statement;
  readonly jws: string;
  readonly rootIndex: number;
  readonly recordedAt: string;
}

/** Writes what the statement says into the register, in the transaction that appends its entry. */
export async function writeStatement(database: Queryable, recorded: RecordedInRegister): Promise<void> {
  const { statement, jws, rootIndex, recordedAt } = recorded;
  await database.query(
    `INSERT INTO registry.statement (statement_id, root_index, payload, jws, recorded_at) VALUES ($1, $2, $3, $4, $5)`,
    [statement.statementId, rootIndex, JSON.stringify(statement), jws, recordedAt],
  );
  await writeContent(database, statement, rootIndex);
}

async function writeContent(database: Queryable, statement: Statement, rootIndex: number): Promise<void> {
  switch (statement.type) {
    case 'OrganizationRegistered':
      await database.query(`INSERT INTO registry.organization (organization, root_index) VALUES ($1, $2)`, [
        statement.organization,
        rootIndex,
      ]);
      return;
    case 'OwnershipDeclared':
      await database.query(`INSERT INTO registry.ownership (organization, root_index) VALUES ($1, $2)`, [
        statement.organization,
        rootIndex,
      ]);
      return;
    case 'FacilityRegistered':
      await database.query(`INSERT INTO registry.facility (facility, root_index) VALUES ($1, $2)`, [
        statement.facility,
        rootIndex,
      ]);
      return writeFacilityRecord(database, statement, rootIndex);
    case 'FacilityAmended':
      return writeFacilityRecord(database, statement, rootIndex);
    case 'KeyAdded':
      return writeKey(database, statement, rootIndex);
    case 'KeyRotated':
      await writeKey(database, statement, rootIndex);
      return writeSuccession(database, statement, rootIndex);
    case 'KeyRevoked':
      await database.query(
        `INSERT INTO registry.key_revocation (kid, root_index, suspect_from) VALUES ($1, $2, $3)`,
        [statement.kid, rootIndex, statement.suspectFrom],
      );
      return;
    case 'PolicyPublished':
      await database.query(`INSERT INTO registry.policy (document, root_index) VALUES ($1, $2)`, [
        Buffer.from(statement.document, 'hex'),
        rootIndex,
      ]);
      return;
    case 'EntriesReattested':
      // The statement itself says it all; nothing here is looked up by it.
      return;
  }
}

async function writeFacilityRecord(
  database: Queryable,
  { facility, organization }: StatementOf<'FacilityRegistered'> | StatementOf<'FacilityAmended'>,
  rootIndex: number,
): Promise<void> {
  await database.query(
    `INSERT INTO registry.facility_record (facility, root_index, organization) VALUES ($1, $2, $3)`,
    [facility, rootIndex, organization],
  );
}

async function writeKey(database: Queryable, key: KeyStatement, rootIndex: number): Promise<void> {
  const { owner } = key;
  await database.query(
    `INSERT INTO registry.registered_key
       (kid, facility, organization, purpose, jwk, valid_from, valid_until, root_index)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      key.kid,
      'facility' in owner ? owner.facility : null,
      'organization' in owner ? owner.organization : null,
      key.purpose,
      JSON.stringify(key.jwk),
      key.validFrom,
      key.validUntil ?? null,
      rootIndex,
    ],
  );
}

async function writeSuccession(
  database: Queryable,
  { replaces, kid, overlapUntil }: StatementOf<'KeyRotated'>,
  rootIndex: number,
): Promise<void> {
  await database.query(
    `INSERT INTO registry.key_succession (kid, successor, overlap_until, root_index) VALUES ($1, $2, $3, $4)`,
    [replaces, kid, overlapUntil, rootIndex],
  );
}
