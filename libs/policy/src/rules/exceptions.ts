import { claimedExceptions, type Claimed } from '../exceptions.js';
import { fail, insufficient, notApplicable, passException, type Found } from '../found.js';
import type { Rule } from '../rule.js';

/**
 * C17: an exception that is claimed for the lot (DFARS 225.7018-3 and -4) is proven in every element by documents:
 * PASS_EXCEPTION, and what the policy says it excuses no longer counts against the lot. An element contradicted FAIL;
 * an element that nobody shows INSUFFICIENT, without benefit of doubt. Whether the lot needs the exception at all is
 * for the judge to see, who has all findings.
 */
export const c17: Rule = (known) => {
  const limits = known.parameters.exceptions;
  if (limits === undefined) return [notApplicable('policy-without-exceptions')];
  const claims = claimedExceptions(known, limits);
  const [strongest] = claims;
  if (strongest === undefined) return [notApplicable('no-exception-claimed')];
  // One exception is enough, and one that may still be proven leaves open what others do not give.
  return claims.filter(({ standing }) => standing === strongest.standing).map(claimFinding);
};

function claimFinding({ exception, standing, elements, by, entries }: Claimed): Found {
  const named = (holds: boolean | undefined) =>
    elements.filter((element) => element.holds === holds).map(({ name }) => name);
  if (standing === 'proven')
    return passException('exception-proven', { facts: { exception, elements: named(true) }, entries });
  if (standing === 'refuted')
    return fail(
      'exception-not-met',
      { facts: { exception, elements: named(false) }, entries },
      {
        code: 'other-exception',
        by,
        what: `nothing cures ${exception} for this delivery: rely on the material itself, or on an exception that applies`,
      },
    );
  return insufficient(
    'exception-only-asserted',
    { facts: { exception, elements: named(undefined) }, entries },
    {
      code: 'document-exception',
      by,
      what: `record ${exception} with documents that show: ${named(undefined).join('; ')}`,
    },
  );
}
