import { ProblemError } from '@lodemark/platform';
import type { RefusalCode, RegistrationRefusal } from './registration-refusal.js';

/** HTTP status and title of every refusal. A code without a row does not compile. */
const PROBLEMS: Readonly<Record<RefusalCode, readonly [status: number, title: string]>> = {
  'statement-malformed': [400, 'The statement is malformed'],
  'statement-contradicts': [409, 'Another statement stands under this id'],
  'statement-too-large': [413, 'The statement does not fit into an entry'],
  'stated-in-future': [422, 'The time lies in the future'],
  'signature-invalid': [403, 'The signature does not hold'],
  'signer-unknown': [403, 'The signing key is not registered'],
  'signer-not-entitled': [403, 'The signing key may not say this'],
  'interval-empty': [422, 'The interval is empty'],
  'listed-twice': [422, 'Something is listed twice'],
  'organization-exists': [409, 'The organization is registered already'],
  'organization-unknown': [422, 'There is no such organization'],
  'holder-unknown': [422, 'There is no such holder'],
  'holder-is-itself': [422, 'An organization cannot hold itself'],
  'holders-exceed-whole': [422, 'The holders hold more than the whole'],
  'facility-exists': [409, 'The facility id is taken'],
  'facility-unknown': [422, 'There is no such facility'],
  'checkpoint-unknown': [422, 'There is no such checkpoint'],
  'key-refused': [422, 'Signatures under this key could not be trusted'],
  'key-exists': [409, 'The key is registered already'],
  'key-unknown': [422, 'There is no such key'],
  'key-revoked': [409, 'The key is revoked'],
  'key-replaced': [409, 'The key has been replaced'],
  'key-over': [422, 'The key would have ended already'],
  'kid-mismatch': [422, 'The key id is not the key’s thumbprint'],
  'alg-mismatch': [422, 'The algorithm is not the key’s'],
  'purpose-not-for-owner': [422, 'Keys of this purpose have owners of another kind'],
  'log-key-not-ed25519': [422, 'A log key is an Ed25519 key'],
  'rotation-changes-owner': [422, 'A rotation keeps owner and purpose'],
  'overlap-over': [422, 'The overlap would have ended already'],
  'possession-not-proved': [422, 'Possession of the key is not proved'],
  'policy-published': [409, 'The policy document is published already'],
  'policy-document-unknown': [422, 'The registry does not hold the policy document'],
  'policy-id-mismatch': [422, 'The document is of another policy'],
  'policy-not-canonical': [422, 'The document is not what the digest names'],
  'certificate-malformed': [400, 'This is no certificate or status list'],
  'checkpoint-malformed': [400, 'This is no checkpoint'],
  'checkpoint-of-unknown-log': [422, 'There is no such log'],
  'checkpoint-not-signed': [403, 'The checkpoint is not signed by the log'],
  'checkpoint-empty': [422, 'A checkpoint of an empty log covers nothing'],
  'checkpoint-smaller': [409, 'The registry has a larger checkpoint'],
  'consistency-not-proved': [422, 'The checkpoint is not shown to extend the last one'],
  'log-forked': [409, 'The log is forked'],
  'log-ended': [409, 'What counts from the log has ended'],
  'evidence-not-of-log': [422, 'The evidence is not signed by the log'],
  'evidence-too-thin': [422, 'The evidence does not show the fault'],
  'from-index-beyond-log': [422, 'The index lies beyond the log'],
  'not-found': [404, 'There is no such thing'],
  'not-covered-yet': [404, 'The root log does not cover the entry yet'],
  'out-of-range': [422, 'The index or size lies beyond the log'],
};

/** The refusal as problem details (RFC 9457), with its facts as members and a pointer for every fault. */
export function problemOf(refusal: RegistrationRefusal): ProblemError {
  const [status, title] = PROBLEMS[refusal.code];
  return new ProblemError({
    type: refusal.code,
    status,
    title,
    detail: refusal.message,
    facts: refusal.facts,
    ...(refusal.errors.length === 0 ? {} : { errors: refusal.errors }),
    cause: refusal,
  });
}
