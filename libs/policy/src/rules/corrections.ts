import { insufficient, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';

/**
 * C04: a correction is an event of its own, with its reason, and somebody other than who posted it approved it
 * (domain.md 6). That all descendants are judged anew follows from judging the corrected events alone. A correction
 * that nobody else approved, of an event of the lineage: INSUFFICIENT, until it is made again with an approver.
 */
export const c04: Rule = (known) => {
  const corrections = [...known.sorted.correctedEvents.values()].filter((entry) => known.concerns(entry));
  const against = corrections.flatMap(({ event, ref }): Found[] => {
    if (event.type !== 'Corrected') return [];
    const others = (event.approvedBy ?? []).filter((approver) => approver !== event.clerk);
    if (others.length > 0) return [];
    return [
      insufficient(
        'correction-not-approved',
        {
          facts: { facility: ref.facility, eventId: event.target.eventId, reason: event.reason },
          entries: [ref],
        },
        {
          code: 'approve-correction',
          by: ref.facility,
          what: 'record the correction again, with the second person who approved it',
        },
      ),
    ];
  });
  return orPass(against, 'corrections-approved', { facts: { corrections: corrections.length } });
};
