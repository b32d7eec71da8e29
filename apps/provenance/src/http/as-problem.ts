import { BackfillError } from '@lodemark/feed';
import { isDatabaseTrouble } from '@lodemark/ledger';
import { ProblemError, unavailable } from '@lodemark/platform';
import { HeadsContradicted } from '../heads/heads-proofs.js';
import { HorizonNotFilled } from '../horizon/horizon.js';
import { ReadRefusal, type ReadRefusalCode } from './read-refusal.js';

/** HTTP status and title of every refusal. A code without a row does not compile. */
const PROBLEMS: Readonly<Record<ReadRefusalCode, readonly [status: number, title: string]>> = {
  'as-of-before-genesis': [422, 'Nothing was recorded yet'],
  'as-of-in-future': [422, 'The time is still to come'],
  'lot-unknown': [404, 'There is no such lot'],
  'facility-unknown': [404, 'There is no such facility'],
  'organization-unknown': [404, 'There is no such organization'],
  'verdict-unknown': [404, 'There is no such verdict'],
  'verdicts-of-different-lots': [422, 'The verdicts are on different lots'],
  'verdict-not-repeated': [503, 'The verdict cannot be relied on'],
  'judging-broke-off': [503, 'The verdict could not be worked out'],
  'policy-unknown': [422, 'There is no such policy'],
  'policy-document-unknown': [404, 'There is no such policy document'],
  'policy-not-at-hand': [503, 'The policy document cannot be had at present'],
  'policy-unreadable': [422, 'This program cannot read the policy'],
  'document-unknown': [404, 'There is no such document'],
  'not-of-this-facility': [403, 'This is not for you to see'],
  'simulation-unknown': [404, 'There is no such simulation'],
  'too-many-simulations': [409, 'There are as many simulations running as there may be'],
  'rebuild-unknown': [404, 'There is no such rebuild'],
  'certificate-unknown': [404, 'There is no such certificate'],
  'certificate-not-covered': [409, 'The root log does not cover the certificate yet'],
  'status-list-unknown': [404, 'There is no such status list'],
  'bundle-not-yours': [403, 'The evidence is not for you to see'],
  'verdict-overtaken': [409, 'What was recorded since says otherwise'],
  'not-a-pass': [409, 'The verdict is no pass'],
  'not-an-issuer': [404, 'This service issues no certificates'],
  'webhook-unknown': [404, 'There is no such webhook'],
  'webhooks-not-taken': [404, 'This service takes no webhooks'],
  'webhook-address-refused': [422, 'Nothing is delivered to this address'],
  'too-many-webhooks': [409, 'There are as many webhooks as one may have'],
  'form-not-available': [404, 'The certificate cannot be had in this form'],
};

const RETRY_AFTER_MS = 2_000;

/** What to answer; an error that nobody expects stays as it is and becomes an internal one. */
export function asProblem(error: unknown): unknown {
  if (error instanceof HorizonNotFilled) return notFilled(error);
  if (error instanceof ReadRefusal) {
    const [status, title] = PROBLEMS[error.code];
    const headers = status === 503 ? { 'Retry-After': String(RETRY_AFTER_MS / 1_000) } : {};
    return new ProblemError({
      ...{ type: error.code, status, title, headers },
      ...{ detail: error.message, facts: error.facts },
    });
  }
  if (error instanceof HeadsContradicted) {
    return new ProblemError({
      ...{ type: 'heads-contradicted', status: 409, title: 'A facility log contradicts itself' },
      ...{ detail: error.message, facts: { origin: error.origin, index: error.index } },
    });
  }
  if (error instanceof BackfillError) {
    return unavailable(RETRY_AFTER_MS, 'A service that keeps a log does not give it at present.', error);
  }
  if (isDatabaseTrouble(error)) return unavailable(RETRY_AFTER_MS, 'The database does not answer.', error);
  return error;
}

function notFilled({ horizon, missing, message }: HorizonNotFilled): ProblemError {
  return new ProblemError({
    type: 'horizon-not-filled',
    status: 409,
    title: 'The evidence horizon cannot be answered at',
    detail: message,
    facts: { ...(horizon === null ? {} : { horizon }), missing },
  });
}
