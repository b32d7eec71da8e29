import type { Statement } from '@lodemark/domain';
import { readJson } from '@lodemark/transparency';
import {
  thingsNamed,
  type KeyPurpose,
  type KeyStanding,
  type StatementFacts,
  type StatementSigner,
} from '../statements/statement-facts.js';
import type { Queryable } from './queryable.js';

/** Looks up what the root log says about the things that a statement names; under the head lock, so that it stays so. */
export async function loadFacts(
  database: Queryable,
  statement: Statement,
  signer: StatementSigner,
): Promise<StatementFacts> {
  const named = thingsNamed(statement);
  const keys = signer.kind === 'party' ? [...named.keys, signer.kid] : named.keys;
  return {
    organizations: await present(database, 'organization', named.organizations),
    facilities: await present(database, 'facility', named.facilities),
    keys: await keysStanding(database, keys),
    checkpointKnown: await isCheckpointKnown(database, statement),
    ...(await policyFacts(database, statement)),
  };
}

async function present(
  database: Queryable,
  table: 'organization' | 'facility',
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await database.query<{ id: string }>(
    `SELECT ${table} AS id FROM registry.${table} WHERE ${table} = ANY ($1)`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

interface KeyRow {
  kid: string;
  facility: string | null;
  organization: string | null;
  purpose: KeyPurpose;
  valid_from: Date;
  valid_until: Date | null;
  overlap_until: Date | null;
  successor: string | null;
  suspect_from: Date | null;
}

/** The registered ones among these keys, by id. */
export async function keysStanding(
  database: Queryable,
  kids: readonly string[],
): Promise<ReadonlyMap<string, KeyStanding>> {
  if (kids.length === 0) return new Map();
  const { rows } = await database.query<KeyRow>(
    `SELECT k.kid, k.facility, k.organization, k.purpose, k.valid_from, k.valid_until,
       s.overlap_until, s.successor,
       (SELECT min(suspect_from) FROM registry.key_revocation r WHERE r.kid = k.kid) AS suspect_from
     FROM registry.registered_key k LEFT JOIN registry.key_succession s ON s.kid = k.kid
     WHERE k.kid = ANY ($1)`,
    [kids],
  );
  return new Map(rows.map((row) => [row.kid, standing(row)]));
}

function standing(row: KeyRow): KeyStanding {
  return {
    kid: row.kid,
    owner: row.facility === null ? { organization: row.organization ?? '' } : { facility: row.facility },
    purpose: row.purpose,
    validFrom: row.valid_from.toISOString(),
    ...(row.valid_until === null ? {} : { validUntil: row.valid_until.toISOString() }),
    ...(row.overlap_until === null ? {} : { overlapUntil: row.overlap_until.toISOString() }),
    ...(row.successor === null ? {} : { successor: row.successor }),
    ...(row.suspect_from === null ? {} : { suspectFrom: row.suspect_from.toISOString() }),
  };
}

async function isCheckpointKnown(database: Queryable, statement: Statement): Promise<boolean> {
  if (statement.type !== 'EntriesReattested') return false;
  const { rows } = await database.query(
    `SELECT FROM registry.facility_checkpoint c
     WHERE facility = $1 AND size = $2 AND root = $3
       AND EXISTS (SELECT FROM registry.checkpoint_coverage v WHERE v.facility = c.facility AND v.size >= c.size)`,
    [statement.facility, statement.size, Buffer.from(statement.rootHash, 'hex')],
  );
  return rows.length > 0;
}

async function policyFacts(
  database: Queryable,
  statement: Statement,
): Promise<Pick<StatementFacts, 'policyDocument' | 'policyId' | 'policyApprovers'>> {
  if (statement.type !== 'PolicyPublished') return { policyDocument: 'unknown', policyApprovers: [] };
  const { rows } = await database.query<{ published: boolean; bytes: Buffer; approvers: string[] }>(
    `SELECT bytes, EXISTS (SELECT FROM registry.policy p WHERE p.document = d.digest) AS published,
       ARRAY (SELECT approver FROM registry.policy_approval a WHERE a.document = d.digest ORDER BY approver) AS approvers
     FROM registry.policy_document d WHERE digest = $1`,
    [Buffer.from(statement.document, 'hex')],
  );
  const [row] = rows;
  if (row === undefined) return { policyDocument: 'unknown', policyApprovers: [] };
  const policyId = idOf(row.bytes);
  return {
    policyDocument: row.published ? 'published' : 'kept',
    policyApprovers: row.approvers,
    ...(policyId === undefined ? {} : { policyId }),
  };
}

function idOf(bytes: Uint8Array): string | undefined {
  const read = readJson(bytes);
  if (!read.ok || typeof read.value !== 'object' || read.value === null || !('id' in read.value))
    return undefined;
  return typeof read.value.id === 'string' ? read.value.id : undefined;
}
