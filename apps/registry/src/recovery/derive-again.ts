import { parseStatement, type Network, type Statement } from '@lodemark/domain';
import type { ReturnedEntry, RootLogAppend } from '@lodemark/ledger';
import {
  parseJws,
  payloadDigest,
  readCanonicalJson,
  type CertificateEntry,
  type CheckpointsEntry,
  type Jws,
  type LogFaultEntry,
  type StatementEntry,
  type StatusEntry,
} from '@lodemark/transparency';
import { writeDocument, writeLacking } from '../certificates/certified-documents.js';
import { CheckpointRegister } from '../checkpoints/checkpoint-register.js';
import { readFacilityCheckpoint } from '../checkpoints/open-facility-checkpoint.js';
import { writeFault } from '../log-faults/log-faults.js';
import { PolicyDocuments } from '../policies/policy-documents.js';
import { writeStatement } from '../register/write-statement.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';

/** Documents that come back with the entries, by the SHA-256 of their bytes. */
export type GivenDocuments = ReadonlyMap<string, Uint8Array>;

/** What the log itself has to know of an entry. */
export type Derived = Pick<RootLogAppend, 'statement'>;
type Returned<E> = Omit<ReturnedEntry, 'entry'> & { readonly entry: E };

/**
 * Writes into the register what an entry of the root log says, as it was written when the entry was new: statements
 * and what they say, accepted checkpoints and what covers them, faults, certificates and status lists.
 * @throws RegistrationRefusal when the entry contradicts what is there
 */
export async function deriveAgain(
  returned: ReturnedEntry,
  network: Network,
  given: GivenDocuments,
): Promise<Derived> {
  const { entry } = returned;
  switch (entry.kind) {
    case 'genesis':
      throw misplaced(returned, 'genesis is never lost: it names the keys that this database holds');
    case 'statement':
      return statementAgain({ ...returned, entry }, given);
    case 'checkpoints':
      return checkpointsAgain({ ...returned, entry }, network);
    case 'certificate':
    case 'status':
      return documentAgain({ ...returned, entry }, given);
    case 'logFault':
      return faultAgain({ ...returned, entry }, network);
  }
}

/** A statement as it stands in an entry. */
export interface StandingStatement {
  readonly jws: Jws;
  readonly statement: Statement;
}

/** @throws RegistrationRefusal */
export function statementIn(returned: Returned<StatementEntry>): StandingStatement {
  const jws = parseJws(returned.entry.jws, 'lodemark-statement+jws');
  const json = jws.ok ? readCanonicalJson(jws.value.payload) : jws;
  const statement = json.ok ? parseStatement(json.value) : json;
  if (jws.ok && statement.ok) return { jws: jws.value, statement: statement.value };
  throw misplaced(returned, 'its statement cannot be read');
}

async function statementAgain(returned: Returned<StatementEntry>, given: GivenDocuments): Promise<Derived> {
  const { client, index: rootIndex, entry } = returned;
  const { jws, statement } = statementIn(returned);
  if (statement.type === 'PolicyPublished') await keepPolicy(returned, statement.document, given);
  await writeStatement(client, { statement, jws: entry.jws, rootIndex, recordedAt: entry.recordedAt });
  const { statementId } = statement;
  return { statement: { statementId, payloadDigest: payloadDigest(jws.payload) } };
}

async function keepPolicy({ client }: ReturnedEntry, digest: string, given: GivenDocuments): Promise<void> {
  const documents = new PolicyDocuments(client);
  const bytes = given.get(digest);
  if (bytes !== undefined) await documents.keepBytes(digest, bytes);
  if ((await documents.find(digest)) !== undefined) return;
  throw new RegistrationRefusal({
    code: 'policy-document-unknown',
    detail: `Nobody gave the policy document ${digest} back: hand it in (PUT /v1/policies/${digest}), and go on.`,
    facts: { document: digest },
  });
}

async function checkpointsAgain(returned: Returned<CheckpointsEntry>, network: Network): Promise<Derived> {
  const { client, index: rootIndex, entry } = returned;
  const register = new CheckpointRegister(client);
  const covered = [];
  for (const note of entry.checkpoints) {
    const { facility, checkpoint } = readFacilityCheckpoint(note, network);
    const { size, root } = checkpoint;
    const { sameSize } = await register.standing(facility, size);
    if (sameSize !== undefined && sameSize.root !== root)
      throw misplaced(returned, `another checkpoint of ${facility} of size ${size} was accepted here`);
    // When it was accepted is lost; no later than this.
    if (sameSize === undefined)
      await register.accept(client, facility, { size, root, note, at: entry.recordedAt });
    covered.push({ facility, size, rootIndex });
  }
  await register.cover(client, covered, entry.recordedAt);
  return {};
}

async function documentAgain(
  { client, index, entry }: Returned<CertificateEntry | StatusEntry>,
  given: GivenDocuments,
): Promise<Derived> {
  const { kind, digest, recordedAt } = entry;
  const bytes = given.get(digest);
  const place = { kind, digest, index, recordedAt };
  await (bytes === undefined ? writeLacking(client, place) : writeDocument(client, place, bytes));
  return {};
}

async function faultAgain(returned: Returned<LogFaultEntry>, network: Network): Promise<Derived> {
  const { client, index: rootIndex, entry } = returned;
  const { origin, fault, size, recordedAt } = entry;
  const facility = network.facilityOf(origin);
  if (facility === undefined) throw misplaced(returned, `${origin} is no log of this network`);
  await writeFault(client, { facility, fault, size, rootIndex, recordedAt });
  return {};
}

function misplaced({ index }: Pick<ReturnedEntry, 'index'>, why: string): RegistrationRefusal {
  return new RegistrationRefusal({
    code: 'entry-misplaced',
    detail: `Entry ${index} cannot be put back: ${why}.`,
    facts: { index },
  });
}
