import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { sectionsOf, type Section } from './departures-page.js';

const PAGES = new URL('./', import.meta.url);

/**
 * What may be gone once something is left out, so that a lot passes which did not: each for the reason that it stands
 * under. Anything else would be a pass that was earned by saying less.
 */
const EXPLAINED: Readonly<Record<string, readonly string[]>> = {
  'What is left out is the very word against the lot: a dispute, a report, a second receipt, a sale, a share in it. Who keeps such a word back is found out by what others say, and by what a log does not show.':
    [
      ...['C01@1 suspect-key', 'C02@1 conflicting-statement', 'C02@1 dispute-open', 'C22@1 party-listed'],
      ...['C20@1 government-holding', 'C20@1 jurisdiction', 'C20@1 organization-unknown'],
      ...['C20@1 ownership-changed-meanwhile', 'C22@1 party-not-screened', 'C23@1 government-holding'],
      ...['C23@1 organization-unknown', 'C23@1 ownership-undeclared', 'C25@1 package-with-two-outcomes'],
      ...['C25@1 received-by-another', 'C25@1 refused-and-not-back', 'C26@2 packages-differ'],
      ...['C26@2 seals-differ', 'C27@1 partial-not-weighed', 'C27@1 weights-differ'],
      ...['C29@1 border-grade-too-low', 'C30@1 seal-incident-not-reassayed', 'C42@1 side-not-assayed'],
      ...['C30@1 seal-incident-not-reweighed', 'C30@1 seal-incident-unreported', 'C31@1 counted-absent'],
      ...['C34@1 residuals-drift', 'C38@1 repack-not-conserved', 'C38@1 return-not-conserved'],
      ...['C53@1 title-unproven', 'C54@1 handled-in-covered-country', 'C54@1 handling-place-unproven'],
      ...['C45@1 campaign-of-covered', 'C54@1 opened-on-the-way', 'C54@1 seal-unproven-on-the-way'],
      ...['C54@1 transit-through-covered'],
    ],
  'What is left out is a correction, and what stood before it stands again.': [
    ...['C02@1 correction-misfit', 'C02@1 correction-without-target', 'C02@1 used-before-had'],
    ...['C03@1 told-late', 'C04@1 correction-not-approved', 'C07@1 rare-earth-purchased'],
    ...['C52@1 covered-country', 'C52@1 outside-rung'],
  ],
  'What is left out is an input, a heel or a hand-over that had to be traced or measured.': [
    ...['C06@1 no-origin', 'C08@1 stage-missing', 'C09@1 no-origin', 'C10@1 added-input-untraced'],
    ...['C32@1 not-measured', 'C32@1 uncertainty-stretched', 'C39@1 charge-not-analysed'],
  ],
  'What is left out is a claim that did not hold, or a limit: none is demanded.': [
    ...['C36@1 over-capacity', 'C39@1 grade-off-composition', 'C39@1 heat-differs'],
    ...['C40@1 method-out-of-scope', 'R-CRMA-29@1 recovered-share-overstated'],
  ],
  'Of whom nobody declares the owners, a laboratory or a broker, it is taken that he is in nobody’s hands.': [
    'C40@1 laboratory-not-independent',
  ],
};
const explained = new Set(Object.values(EXPLAINED).flat());

const NO_PASS = /(?:FAIL|INSUFFICIENT)$/;

/** The findings against the lot that are gone where leaving something out made it pass. */
function goneIn({ departures }: Section): { readonly line: string; readonly gone: readonly string[] }[] {
  return departures
    .filter(({ departure: { thing, value }, answer }) => {
      const taken = value === undefined || value === false;
      const ofTheStory = thing !== 'policy' && thing !== 'question';
      return taken && ofTheStory && /^ {2}(?:FAIL|INSUFFICIENT) → PASS/.test(answer);
    })
    .map(({ departure: { thing, path }, answer }) => ({
      line: `${thing} ${path}`,
      gone: (/^ {2}no longer: (.*)$/m.exec(answer)?.[1] ?? '')
        .split('; ')
        .filter((finding) => NO_PASS.test(finding))
        .map((finding) => finding.replace(/ \w+$/, '')),
    }));
}

describe('evidence that is taken away', () => {
  const pages = readdirSync(PAGES).filter((name) => name.endsWith('.txt'));
  const sections = pages.flatMap((name) => sectionsOf(readFileSync(new URL(name, PAGES), 'utf8')));
  const passing = sections.flatMap((section) =>
    goneIn(section).map((one) => ({ scenario: section.scenario, ...one })),
  );

  it('makes no lot pass that did not, but for reasons that are written down', () => {
    const unexplained = passing.flatMap(({ scenario, line, gone }) =>
      gone.filter((one) => !explained.has(one)).map((one) => `${scenario}: without ${line} no ${one}`),
    );
    expect(unexplained).toEqual([]);
  });

  it('does so somewhere for each of these reasons', () => {
    const seen = new Set(passing.flatMap(({ gone }) => gone));
    expect([...explained].filter((one) => !seen.has(one))).toEqual([]);
  });
});
