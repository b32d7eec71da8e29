import { insufficient, type Found } from './found.js';
import type { Policy } from './policy-document.js';
import type { FindingCode } from './sentences.js';
import type { Question } from './verdict.js';

export type ClauseTest = 'melted-produced' | 'mined-to-produced';

export type ClauseChoice =
  | { readonly ok: true; readonly version: string; readonly test: ClauseTest; readonly stated: boolean }
  | { readonly ok: false; readonly found: Found };

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `MAY 2024` as `2024-05`; undefined for anything else. */
export function clauseMonth(version: string): string | undefined {
  const [, month = '', year = ''] = /^([A-Z]{3}) (\d{4})$/.exec(version.trim().toUpperCase()) ?? [];
  const index = MONTHS.indexOf(month);
  return index < 0 ? undefined : `${year}-${String(index + 1).padStart(2, '0')}`;
}

/**
 * Which verbs the contract's clause tests on the delivery date (domain.md 1.2 and V15): a clause before MAY 2024 has
 * the two-verb test whatever the date; the MAY 2024 clause changes on 2027-01-01.
 */
export function chooseClause({ policy, question }: { policy: Policy; question: Question }): ClauseChoice {
  const { clause } = policy.document.parameters;
  const asker = (code: FindingCode, what: string, facts: Record<string, string> = {}): ClauseChoice => ({
    ok: false,
    found: insufficient(code, { facts }, { code: 'state-contract', by: 'asker', what }),
  });
  if (clause === undefined) return asker('policy-without-clause', 'ask under a policy that names the clause');
  const version = question.clauseVersion ?? clause.version;
  const month = clauseMonth(version);
  if (month === undefined)
    return asker(
      'clause-unknown',
      'state the clause version as it stands in the contract, such as MAY 2024',
      { clauseVersion: version },
    );
  const rows = clause.versions.filter(({ from }) => from <= month).sort((a, b) => (a.from < b.from ? -1 : 1));
  const row = rows.at(-1);
  if (row === undefined)
    return asker('clause-before-law', 'state the clause version as it stands in the contract', {
      clauseVersion: version,
    });
  const latest = clause.versions
    .map(({ from }) => from)
    .sort()
    .at(-1);
  if (latest !== undefined && month > latest)
    return asker('clause-newer-than-policy', 'ask under a policy that knows this clause version', {
      clauseVersion: version,
    });
  const superseding = clause.versions.find(
    ({ from }) => from > month && question.awardDate !== undefined && from < question.awardDate.slice(0, 7),
  );
  if (superseding !== undefined)
    return asker(
      'clause-superseded-at-award',
      'state the clause version as it stands in the contract: a later one held when it was awarded',
      { clauseVersion: version, awardDate: question.awardDate ?? '' },
    );
  const { deliveryDate, awardDate } = question;
  // Which clause a contract has is told by when it was awarded: an older one than today's cannot be had for the asking.
  if (latest !== undefined && month < latest && awardDate === undefined)
    return asker('award-date-missing', 'state when the contract with this clause was awarded', {
      clauseVersion: version,
    });
  if (deliveryDate !== undefined && awardDate !== undefined && deliveryDate < awardDate)
    return asker('delivered-before-award', 'state both dates as they stand in the contract', {
      deliveryDate,
      awardDate,
    });
  if (deliveryDate === undefined)
    return asker('delivery-date-missing', 'state the delivery date of the contract', {
      clauseVersion: version,
    });
  const test = row.tests.find(
    ({ deliveredFrom, deliveredUntil }) =>
      (deliveredFrom === undefined || deliveredFrom <= deliveryDate) &&
      (deliveredUntil === undefined || deliveryDate <= deliveredUntil),
  )?.test;
  if (test === undefined)
    return asker('no-test-for-date', 'ask under a policy that covers the delivery date', {
      clauseVersion: version,
      deliveryDate,
    });
  return { ok: true, version, test, stated: question.clauseVersion !== undefined };
}
