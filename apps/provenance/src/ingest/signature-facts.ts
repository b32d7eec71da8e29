import {
  algorithmOf,
  signatureOfJws,
  type Jws,
  type PublicJwk,
  type SignatureChecker,
} from '@lodemark/transparency';
import type { PoolClient } from 'pg';
import { insertRows } from '../database/insert-rows.js';
import { toCount } from '../database/tables.js';
import { readFacilityEntry } from '@lodemark/certificate';

/** One signature of an entry: its own (part 0) or that of an attestation in it. */
export interface SignatureToKeep {
  readonly idx: number;
  readonly part: number;
  readonly jws: Jws;
  /** Whether it holds under the key of its `kid`; undefined when that key was not at hand to check it before. */
  readonly holds?: boolean | undefined;
}

const SIGNATURE = {
  table: 'signature',
  columns: { origin: 'text', idx: 'bigint', part: 'smallint', kid: 'text', valid: 'boolean' },
} as const;

/**
 * Signatures of facility entries are facts that need two logs: the entry and the root log's key. Whoever comes second
 * works them out; this lock makes one of the two see the other, without either waiting for the other's log.
 */
const KEYS_LOCK = 5_062_303;

/** A kid is the thumbprint of its key, so that validity never depends on which registration brought the key. */
export async function keepSignatures(
  client: PoolClient,
  { origin, checker }: { readonly origin: string; readonly checker: SignatureChecker },
  signatures: readonly SignatureToKeep[],
): Promise<void> {
  if (signatures.length === 0) return;
  await client.query('SELECT pg_advisory_xact_lock_shared($1)', [KEYS_LOCK]);
  const keys = await knownKeys(client, [...new Set(signatures.map(({ jws }) => jws.header.kid))]);
  const valid = await checkAll(checker, signatures, keys);
  const rows = signatures.map(({ idx, part, jws }, i) => ({
    ...{ origin, idx, part, kid: jws.header.kid },
    valid: valid[i] ?? null,
  }));
  await insertRows(client, SIGNATURE, rows);
}

/** The registered keys among these. */
export async function knownKeys(
  client: Pick<PoolClient, 'query'>,
  kids: readonly string[],
): Promise<ReadonlyMap<string, PublicJwk>> {
  const { rows } = await client.query<{ kid: string; jwk: string }>(
    `SELECT kid, jwk FROM signing_key WHERE kid = ANY ($1)`,
    [kids],
  );
  // Written by us from a key that was parsed before.
  return new Map(rows.map(({ kid, jwk }) => [kid, JSON.parse(jwk) as PublicJwk]));
}

/** null where the key is not known. */
export async function checkAll(
  checker: SignatureChecker,
  signatures: readonly Pick<SignatureToKeep, 'jws' | 'holds'>[],
  keys: ReadonlyMap<string, PublicJwk>,
): Promise<readonly (boolean | null)[]> {
  const checkable = signatures.flatMap(({ jws, holds }) => {
    const key = keys.get(jws.header.kid);
    return holds === undefined && key !== undefined && algorithmOf(key) === jws.header.alg
      ? [{ jws, key }]
      : [];
  });
  const answers = await checker.check(checkable.map(({ jws, key }) => signatureOfJws(jws, key)));
  const valid = new Map(checkable.map(({ jws }, i) => [jws, answers[i] === true]));
  return signatures.map(({ jws, holds }) =>
    keys.has(jws.header.kid) ? (holds ?? valid.get(jws) ?? false) : null,
  );
}

export interface NewKey {
  readonly kid: string;
  readonly rootIndex: number;
  readonly jwk: PublicJwk;
  /** The facility whose log it signs checkpoints of; null for any other purpose. */
  readonly logOf: string | null;
}

/** Keys that the root log has just registered: what they signed before can be checked now. */
export async function registerKeys(
  client: PoolClient,
  ports: { readonly facilityOf: (origin: string) => string | undefined; readonly checker: SignatureChecker },
  keys: readonly NewKey[],
): Promise<void> {
  if (keys.length === 0) return;
  await client.query('SELECT pg_advisory_xact_lock($1)', [KEYS_LOCK]);
  const rows = keys.map(({ kid, rootIndex, jwk }) => ({
    kid,
    root_index: rootIndex,
    jwk: JSON.stringify(jwk),
  }));
  await insertRows(
    client,
    { table: 'signing_key', columns: { kid: 'text', root_index: 'bigint', jwk: 'text' } },
    rows,
  );
  for (const { kid, jwk } of keys) await checkWaiting(client, ports, { kid, jwk });
}

const WAITING_PER_READ = 500;

async function checkWaiting(
  client: PoolClient,
  ports: { readonly facilityOf: (origin: string) => string | undefined; readonly checker: SignatureChecker },
  { kid, jwk }: { readonly kid: string; readonly jwk: PublicJwk },
): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ origin: string; idx: string; part: number; bytes: Buffer }>(
      `SELECT origin, idx, part, bytes FROM signature JOIN entry USING (origin, idx)
       WHERE kid = $1 AND valid IS NULL ORDER BY origin, idx, part LIMIT $2`,
      [kid, WAITING_PER_READ],
    );
    if (rows.length === 0) return;
    const signatures = rows.map((row) => ({ ...row, jws: jwsOf(row, ports.facilityOf(row.origin) ?? '') }));
    const valid = await checkAll(ports.checker, signatures, new Map([[kid, jwk]]));
    await client.query(
      `UPDATE signature s SET valid = n.valid
       FROM unnest($1::text[], $2::bigint[], $3::smallint[], $4::boolean[]) AS n (origin, idx, part, valid)
       WHERE s.origin = n.origin AND s.idx = n.idx AND s.part = n.part`,
      [
        rows.map(({ origin }) => origin),
        rows.map(({ idx }) => toCount(idx)),
        rows.map(({ part }) => part),
        valid,
      ],
    );
  }
}

function jwsOf(row: { origin: string; idx: string; part: number; bytes: Buffer }, facility: string): Jws {
  const read = readFacilityEntry(facility, row.bytes);
  const jws =
    read.kind !== 'applied' ? undefined : row.part === 0 ? read.jws : read.attestations[row.part - 1]?.jws;
  if (jws === undefined) throw new Error(`entry ${row.idx} of ${row.origin} has no signature ${row.part}`);
  return jws;
}

/** The entry's own signature can be checked even when its payload cannot be applied; nothing needs it then. */
export function signaturesOf(
  idx: number,
  read: { readonly jws: Jws; readonly attestations: readonly { readonly jws: Jws }[] },
): SignatureToKeep[] {
  return [read.jws, ...read.attestations.map(({ jws }) => jws)].map((jws, part) => ({ idx, part, jws }));
}
