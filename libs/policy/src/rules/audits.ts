import { epochMilliseconds, utcDate, type Attestation } from '@lodemark/domain';
import type { Case } from '../case.js';
import { papersOf } from '../filed.js';
import { inOneHand } from '../grades.js';
import { distinctFindings, insufficient, note, notApplicable, orPass, type Found } from '../found.js';
import { isNeutral } from '../forms.js';
import type { Process } from '../lineage.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';

const DAY_MS = 86_400_000;

type SiteAudit = Extract<Attestation, { type: 'SiteAudit' }>;

/**
 * C48: each facility that worked on the material was audited by an independent auditor, in its own words and under its
 * own key, within the limit of the step; unannounced where it works for others; every finding closed. Missing: a note;
 * INSUFFICIENT where the policy demands audits.
 */
export const c48: Rule = (known) => {
  const limits = known.parameters.siteAudits;
  if (limits === undefined) return [notApplicable('policy-without-audits')];
  const steps = known.processes.filter(({ step }) => !isNeutral(step));
  if (steps.length === 0) return [notApplicable('no-process')];
  const tolling = new Set(
    steps.flatMap(({ facility, told: { event } }) =>
      event.type === 'Transformed' && event.tolledFor !== undefined ? facility : [],
    ),
  );
  const audits = auditsOf(known);
  const missing = steps.flatMap((step) =>
    auditFindings(audits, step, { tolls: tolling.has(step.facility), ...limits }),
  );
  return orPass(distinctFindings(missing), 'sites-audited', {
    facts: { facilities: [...new Set(steps.map(({ facility }) => facility))].sort() },
  });
};

interface Wanted {
  readonly tolls: boolean;
  readonly maxAgeDays: number;
  readonly demanded: boolean;
}

function auditFindings(
  auditsOn: ReturnType<typeof auditsOf>,
  { facility, told }: Process,
  wanted: Wanted,
): Found[] {
  const near = auditsOn(facility, utcDate(told.event.occurredAt)).filter(({ auditedOn }) => {
    const lag = epochMilliseconds(told.event.occurredAt) - epochMilliseconds(`${auditedOn}T00:00:00Z`);
    return lag >= -wanted.maxAgeDays * DAY_MS && lag <= wanted.maxAgeDays * DAY_MS;
  });
  const unannounced = near.filter(({ announced }) => !wanted.tolls || !announced);
  const closed = unannounced.filter(({ openFindings }) => openFindings === 0);
  if (closed.length > 0) return [];
  const code: FindingCode =
    near.length === 0
      ? 'site-not-audited'
      : unannounced.length === 0
        ? 'audit-announced'
        : 'audit-findings-open';
  const facts = { facility, maxAgeDays: wanted.maxAgeDays };
  const cure = {
    code: 'audit-site',
    by: facility,
    what: `have an independent auditor visit${wanted.tolls ? ' unannounced' : ''}, close what it finds, and record its own statement`,
  };
  return [wanted.demanded ? insufficient(code, { facts }, cure) : note(code, { facts }, cure)];
}

/** What auditors that are in no hand of the operator say of a facility; looked up once for all steps of a day there. */
function auditsOf(known: Case): (facility: string, date: string) => readonly SiteAudit[] {
  const found = new Map<string, readonly SiteAudit[]>();
  const of = (facility: string, date: string): readonly SiteAudit[] => {
    const operator = known.facts.facility(facility, `${date}T00:00:00Z`)?.organization;
    if (operator === undefined) return [];
    return papersOf(known)
      .attested('SiteAudit')
      .filter((audit) => audit.facility === facility)
      .filter(({ organization }) => !inOneHand(known, operator, { organization, date }));
  };
  return (facility, date) => {
    const key = `${facility} ${date}`;
    const audits = found.get(key) ?? of(facility, date);
    found.set(key, audits);
    return audits;
  };
}
