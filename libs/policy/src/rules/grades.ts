import { GRADES, isAtLeast } from '../evidence-grade.js';
import { gradeOf } from '../grades.js';
import { insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { saidOf } from './link-findings.js';

/**
 * C29: every hand-over is evidenced as well as the policy wants it, and border crossings have independent confirmation
 * (domain.md 5.3: grade A by a customs entry, bill of lading or port record, each under its own key). Less: INSUFFICIENT.
 */
export const c29: Rule = (known) => {
  const least = known.parameters.leastGrades;
  if (least === undefined) return [notApplicable('policy-without-grades')];
  if (known.links.length === 0) return [notApplicable('no-hand-over')];
  const graded = known.links.map((link) => ({ link, ...gradeOf(known, link) }));
  const against = graded.flatMap(({ link, grade, border, entries }): Found[] => {
    const wanted = border ? least.border : least.link;
    if (isAtLeast(grade, wanted)) return [];
    const said = saidOf(link);
    const journey = `lot ${link.lot} went from ${said.facts['from'] ?? 'unknown'} to ${link.receipt.event.facility}`;
    return [
      insufficient(
        border ? 'border-grade-too-low' : 'link-grade-too-low',
        { facts: { ...said.facts, grade, wanted }, entries },
        {
          code: 'third-voice',
          by: link.handOver?.dispatch.event.facility ?? link.receipt.event.facility,
          what: border
            ? `have the carrier, customs broker or port attest under its own key that ${journey}, and record it`
            : `have both sides record that ${journey}, and the carrier attest it under its own key`,
        },
      ),
    ];
  });
  const weakest = GRADES.findLast((grade) => graded.some((one) => one.grade === grade)) ?? 'D';
  return orPass(against, 'grades-hold', {
    facts: {
      weakest,
      grades: graded.map(({ link, grade }) => {
        const { from, to } = saidOf(link).facts;
        return `${link.lot} ${from ?? ''} to ${to ?? ''}: ${grade}`;
      }),
    },
  });
};
