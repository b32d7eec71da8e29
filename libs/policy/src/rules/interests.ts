import { utcDate, type Attestation } from '@lodemark/domain';
import type { Case } from '../case.js';
import { papersOf } from '../filed.js';
import { insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { acting } from './control.js';

type Declaration = Extract<Attestation, { type: 'InterestDeclaration' }>;

/**
 * C49: the certifier that the policy names declared its interests under its own key for the time of judging: it has none
 * in anybody who worked on the material or owned it, and its pay does not hang on the outcome. Otherwise INSUFFICIENT:
 * it must refuse to certify.
 */
export const c49: Rule = (known) => {
  const { certifier } = known.parameters;
  if (certifier === undefined) return [notApplicable('policy-without-certifier')];
  const date = utcDate(known.evidence.horizon.at);
  const declared = declarationsOf(known, certifier).filter(({ from, to }) => from <= date && date <= to);
  if (declared.length === 0)
    return [
      refusal(
        'interests-undeclared',
        { certifier, date },
        { by: certifier, what: 'declare all interests for that time, under the key of the certifier' },
      ),
    ];
  const parties = new Set(acting(known).map(({ organization }) => organization));
  const shared = [...new Set(declared.flatMap(({ interests = [] }) => interests))].filter((one) =>
    parties.has(one),
  );
  const against = [
    ...(shared.length === 0
      ? []
      : [
          refusal(
            'certifier-interested',
            { certifier, interests: shared.sort() },
            { by: 'policy', what: 'have a certifier judge that has no interest in the chain' },
          ),
        ]),
    ...(declared.some(({ paidOnOutcome }) => paidOnOutcome)
      ? [
          refusal(
            'certifier-paid-on-outcome',
            { certifier },
            { by: 'policy', what: 'have a certifier judge whose pay does not hang on the outcome' },
          ),
        ]
      : []),
  ];
  return orPass(against, 'certifier-independent', { facts: { certifier } });
};

function refusal(
  code: 'interests-undeclared' | 'certifier-interested' | 'certifier-paid-on-outcome',
  facts: Found['facts'],
  cure: { readonly by: string; readonly what: string },
): Found {
  return insufficient(code, { facts }, { code: 'other-certifier', ...cure });
}

function declarationsOf(known: Case, certifier: string): Declaration[] {
  return papersOf(known)
    .attested('InterestDeclaration')
    .filter(({ organization }) => organization === certifier);
}
