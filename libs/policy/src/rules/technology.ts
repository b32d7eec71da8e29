import { utcDate } from '@lodemark/domain';
import { distinctFindings, note, notApplicable, type Found } from '../found.js';
import { isNeutral } from '../forms.js';
import type { Rule } from '../rule.js';

/**
 * C24: where the technology and equipment of each facility is from, as it was registered: information alone, because
 * others make export of what such equipment made subject to licence (domain.md 1.8). Unsaid: a note.
 */
export const c24: Rule = (known) => {
  const steps = known.processes.filter(({ step }) => !isNeutral(step));
  if (steps.length === 0) return [notApplicable('no-process')];
  return distinctFindings(
    steps.map(({ told }): Found => {
      const { facility, occurredAt } = told.event;
      const country = known.facts.facility(facility, occurredAt)?.processTechnologyOrigin;
      if (country === undefined) return note('technology-origin-unsaid', { facts: { facility } });
      return known.covered(country, utcDate(occurredAt))
        ? note('technology-from-covered', { facts: { facility, country } })
        : note('technology-origin', { facts: { facility, country } });
    }),
  );
};
