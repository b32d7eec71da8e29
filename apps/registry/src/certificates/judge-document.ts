import { keyNamed, parseVcJwt, readStatusList, verifyVcJwt, type VcJwt } from '@lodemark/certificate';
import { nodeGzip } from '@lodemark/platform';
import type { SignatureChecker, StatusChange } from '@lodemark/transparency';
import { keysStanding } from '../register/load-facts.js';
import type { Queryable } from '../register/queryable.js';
import { Register } from '../register/register.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import { holdsAt } from '../statements/statement-facts.js';
import type { DocumentKind } from './certified-documents.js';

/** By which a credential says what it is. */
const TYPE_OF: Readonly<Record<DocumentKind, string>> = {
  certificate: 'DigitalConformityCredential',
  status: 'BitstringStatusListCredential',
};

export interface JudgedBy {
  readonly database: Queryable;
  readonly signatures: SignatureChecker;
  /** RFC 3339: when the key has to hold. */
  readonly at: string;
}

/**
 * Whether a text is a certificate or status list that a key registered for certificates signed; gives what a status
 * list changes, as it says itself. @throws RegistrationRefusal
 */
export async function judgeDocument(
  kind: DocumentKind,
  text: string,
  { database, signatures, at }: JudgedBy,
): Promise<readonly StatusChange[]> {
  const jwt = parseVcJwt(text);
  if ('problem' in jwt) throw malformed(`This is no credential: ${jwt.problem}.`);
  const { type } = jwt.credential;
  if (!Array.isArray(type) || !type.includes(TYPE_OF[kind])) {
    throw malformed(`This is no credential of the type ${TYPE_OF[kind]}.`);
  }
  const changes = kind === 'status' ? await changesOf(jwt) : [];
  const { thumbprint } = keyNamed(jwt);
  const known = await new Register(database).findKey(thumbprint);
  const standing = (await keysStanding(database, [thumbprint])).get(thumbprint);
  if (known?.added.statement.purpose !== 'certificate' || standing === undefined || !holdsAt(standing, at)) {
    throw refused('signer-unknown', `No key ${thumbprint} is registered for certificates and holds now.`);
  }
  if (!(await verifyVcJwt(jwt, known.jwk, signatures))) {
    throw refused('signature-invalid', `The signature by ${thumbprint} does not hold.`);
  }
  return changes;
}

async function changesOf({ credential }: VcJwt): Promise<readonly StatusChange[]> {
  const list = await readStatusList(credential, nodeGzip);
  if ('problem' in list) throw malformed(`This is no status list: ${list.problem}.`);
  return list.changes;
}

function malformed(detail: string): RegistrationRefusal {
  return refused('certificate-malformed', detail);
}

function refused(
  code: 'certificate-malformed' | 'signer-unknown' | 'signature-invalid',
  detail: string,
): RegistrationRefusal {
  return new RegistrationRefusal({ code, detail, errors: [{ code, pointer: '', detail }] });
}
