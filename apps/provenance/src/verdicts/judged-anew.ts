import { judge, type Evidence, type Policy, type Verdict } from '@lodemark/policy';
import { canonicalize } from '@lodemark/transparency';
import { ReadRefusal } from '../http/read-refusal.js';

/**
 * Judging is quick because much is remembered of what was judged before (libs/policy, `remembered`). What gets signed is
 * worked out once more of copies, of which nothing is remembered, as an auditor will work it out.
 * @throws ReadRefusal `verdict-not-repeated` when that gives anything else
 */
export function judgedAnew(
  verdict: Verdict,
  { evidence, policy }: { evidence: Evidence; policy: Policy },
): void {
  const { lot, question } = verdict;
  sameAgain(verdict, judge(copyOf(evidence), copyOf(policy), { lot, question }));
}

/** @throws ReadRefusal `verdict-not-repeated` unless both are the same to the byte */
export function sameAgain(verdict: Verdict, anew: Verdict): void {
  const { lot } = verdict;
  if (canonicalize(anew) === canonicalize(verdict)) return;
  throw new ReadRefusal({
    code: 'verdict-not-repeated',
    detail: `The verdict on ${lot} came out otherwise when it was judged a second time, so that nothing is certified.`,
    facts: { lot, outcome: verdict.outcome, outcomeAnew: anew.outcome },
  });
}

/** Evidence and policies are JSON. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
