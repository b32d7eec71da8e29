import { utcDate } from '@lodemark/domain';
import { campaignLog, windowOf } from '../campaigns.js';
import type { Case } from '../case.js';
import { limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import type { Process } from '../lineage.js';
import type { Rule } from '../rule.js';

/**
 * C46: what the site did for third parties while it worked on this material is on record, with proof of how it was kept
 * apart (domain.md 6; S2, S29). No toll ledger for the time, or no proof: INSUFFICIENT.
 */
export const c46: Rule = (known) => {
  const limits = known.parameters.tolling;
  if (limits === undefined) return limitUnstated('tolling');
  const tolled = known.processes.filter(({ step }) => limits.steps.includes(step));
  if (tolled.length === 0) return [notApplicable('no-toll-step')];
  const found = tolled.flatMap((process) => ledgerFindings(known, process));
  return orPassIfNone(found, 'tolling-segregated', { facts: { processes: tolled.length } });
};

function ledgerFindings(known: Case, process: Process): Found[] {
  const { facility, step, told } = process;
  // The ledger of the site: a circuit's own log says nothing of the circuit beside it.
  const log = campaignLog(known, { facility, step });
  const window = windowOf(process);
  const entries = [told.ref, ...log.reports.map(({ ref }) => ref)];
  const facts = { facility, step, from: utcDate(window.from), to: utcDate(window.to) };
  if (!log.covers(window))
    return [
      insufficient(
        'toll-ledger-missing',
        { facts, entries },
        {
          code: 'report-campaigns',
          by: facility,
          what: `report what ${step} did for third parties from ${facts.from} to ${facts.to}, or that it did nothing for them`,
        },
      ),
    ];
  return log
    .within(window)
    .filter(({ forThirdParty, segregation }) => forThirdParty && segregation?.document === undefined)
    .map(({ campaign }) =>
      insufficient(
        'toll-not-segregated',
        { facts: { ...facts, campaign }, entries },
        {
          code: 'prove-segregation',
          by: facility,
          what: `attach the record of how campaign ${campaign} was kept apart from this material`,
        },
      ),
    );
}
