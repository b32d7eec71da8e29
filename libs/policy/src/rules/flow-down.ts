import { utcDate } from '@lodemark/domain';
import type { Case, Link } from '../case.js';
import { clauseMonth } from '../clause.js';
import { papersOf } from '../filed.js';
import { insufficient, note, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { saidOf } from './link-findings.js';

/**
 * C19: the substance of the clause stands in the contract with each supplier of the chain (252.225-7052, flow-down):
 * whoever received goods from another organization recorded it for that supplier, from before they were sent, in no older
 * version than the contract's own. Missing: a note; INSUFFICIENT where the policy demands it, as a prime may.
 */
export const c19: Rule = (known) => {
  const wanted = known.parameters.flowDown;
  if (wanted === undefined) return [notApplicable('policy-without-flow-down')];
  const tiers = known.links.flatMap((link) => tierOf(known, link));
  if (tiers.length === 0) return [notApplicable('no-sub-tier')];
  const missing = tiers.flatMap((tier) => tierFindings(known, tier));
  return orPass(missing, 'clause-flowed-down', { facts: { clause: wanted.clause, suppliers: tiers.length } });
};

interface Tier {
  readonly link: Link;
  readonly buyer: string;
  readonly supplier: string;
  readonly sentOn: string;
}

/** A hand-over between two organizations; within one there is no contract to put the clause into. */
function tierOf(known: Case, link: Link): Tier[] {
  if (link.handOver === undefined) return [];
  const { dispatch } = link.handOver;
  const { occurredAt, facility } = dispatch.event;
  const supplier = known.facts.facility(facility, occurredAt)?.organization;
  const buyer = known.facts.facility(
    link.receipt.event.facility,
    link.receipt.event.occurredAt,
  )?.organization;
  if (supplier === undefined || buyer === undefined || supplier === buyer) return [];
  return [{ link, buyer, supplier, sentOn: utcDate(occurredAt) }];
}

function tierFindings(known: Case, { link, buyer, supplier, sentOn }: Tier): Found[] {
  const { clause = '', demanded = false } = known.parameters.flowDown ?? {};
  const filed = papersOf(known)
    .of(link.receipt.event.facility, 'ClauseFlowedDown')
    .filter(({ event }) => event.supplier === supplier && event.clause === clause && event.from <= sentOn)
    .map(({ event }) => event.version);
  const version = clauseOf(known);
  if (filed.some((one) => isAsNew(one, version))) return [];
  const said = saidOf(link);
  const facts = { ...said.facts, clause, buyer, supplier, version: version ?? 'stated by the contract' };
  const cure = {
    code: 'flow-down',
    by: link.receipt.event.facility,
    what: `put the substance of ${clause}${version === undefined ? '' : ` (${version})`} into the contract with ${supplier}, and record it`,
  };
  const code = filed.length === 0 ? 'clause-not-flowed-down' : 'clause-flowed-down-older';
  return [demanded ? insufficient(code, { ...said, facts }, cure) : note(code, { ...said, facts }, cure)];
}

/** The version of the clause that the contract has, as far as the question and the policy tell it. */
function clauseOf({ clause }: Case): string | undefined {
  return clause?.ok === true ? clause.version : undefined;
}

/** A later version says all that an earlier one does, and more; one that nobody can read says nothing. */
function isAsNew(version: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const [has, needs] = [clauseMonth(version), clauseMonth(wanted)];
  return has !== undefined && needs !== undefined && has >= needs;
}
