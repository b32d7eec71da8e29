import { Case, type Asked } from './case.js';
import type { Evidence } from './evidence.js';
import type { Policy } from './policy-document.js';
import { compareText } from './root-facts.js';
import { withExceptions } from './excused.js';
import { combine, insufficient } from './found.js';
import { chooseClause } from './clause.js';
import { unknownSubject } from './rules/graph.js';
import { weakestModel } from './rules/physics.js';
import { RULES } from './rules/registry.js';
import { disclosureStages, lineageBalance } from './tables.js';
import { transitCountries } from './transit.js';
import type { Finding, Outcome, Verdict } from './verdict.js';

/**
 * Judges one lot under one policy at the horizon of the evidence. A pure function of its arguments: the same set of
 * evidence, in whatever order and however often, gives the same bytes (invariant 5).
 */
export function judge(evidence: Evidence, policy: Policy, asked: Asked): Verdict {
  const known = new Case(evidence, policy, asked);
  const scope = scopeOf(known);
  const findings = distinctInOrder([
    ...scopeFindings(known, scope),
    ...(known.material === undefined ? [{ rule: 'C06@1', ...unknownSubject(known) }] : []),
    ...withExceptions(
      known,
      policy.document.rules.flatMap((name) => apply(name, known)),
    ),
  ]);
  return {
    v: 1,
    lot: asked.lot,
    policy: { id: policy.document.id, document: policy.digest },
    question: asked.question,
    horizon: evidence.horizon,
    outcome: outcomeOf(findings),
    scope,
    judgedUnder: judgedUnder(known),
    findings,
    stages: disclosureStages(known),
    transitCountries: [...new Set(known.wholeTrips.flatMap((trip) => transitCountries(known, trip)))].sort(),
    custodyModel: known.processes.length === 0 ? 'unstated' : weakestModel(known),
    massBalance: lineageBalance(known),
  };
}

function apply(name: string, known: Case): Finding[] {
  const rule = RULES.get(name);
  const found =
    rule === undefined
      ? [
          insufficient(
            'unknown-rule',
            { facts: { rule: name } },
            { code: 'newer-software', by: 'policy', what: `judge with software that knows the rule ${name}` },
          ),
        ]
      : rule(known);
  return found.map((one) => ({ rule: name, ...one }));
}

function scopeOf({ policy, material, family }: Case): Verdict['scope'] {
  const { decides, supports, families } = policy.document;
  if (material !== undefined && families?.includes(family) === false) return 'not-applicable';
  if (decides === undefined || material === undefined || decides.includes(material.form)) return 'subject';
  return supports?.includes(material.form) === true ? 'supports-magnet' : 'not-applicable';
}

function scopeFindings({ material, family, subject, policy }: Case, scope: Verdict['scope']): Finding[] {
  if (scope !== 'not-applicable') return [];
  const found = insufficient(
    'policy-not-applicable',
    { facts: { lot: subject, form: material?.form ?? 'unknown', family, policy: policy.document.id } },
    {
      code: 'ask-other-policy',
      by: 'asker',
      what: 'ask about an alloy or magnet lot, or ask under a policy that is about this material',
    },
  );
  return [{ rule: 'C12@1', ...found }];
}

function distinctInOrder(findings: readonly Finding[]): Finding[] {
  const distinct = new Map(findings.map((finding) => [sortKey(finding), finding]));
  return [...distinct].sort(([a], [b]) => compareText(a, b)).map(([, finding]) => finding);
}

function sortKey({ rule, outcome, code, facts, entries }: Finding): string {
  const sortedFacts = Object.entries(facts).sort(([a], [b]) => compareText(a, b));
  return JSON.stringify([rule, outcome, code, sortedFacts, entries]);
}

function outcomeOf(findings: readonly Finding[]): Outcome {
  return combine(findings.map(({ outcome }) => outcome));
}

function judgedUnder(known: Case): Record<string, string> {
  const { document } = known.policy;
  const common = { policy: document.id, legalStatusDate: document.legalStatusDate, family: known.family };
  if (document.parameters.clause === undefined) return common;
  const choice = chooseClause(known);
  const profile = { elementProfile: known.profileName };
  if (!choice.ok) return { ...common, ...profile };
  return {
    ...common,
    ...profile,
    clauseVersion: choice.version,
    clauseStated: choice.stated ? 'by the asker' : 'by the policy',
    test: choice.test,
  };
}
