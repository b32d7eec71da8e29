import { CLOCK_SKEW_MS, Rational, type Statement, type StatementOf } from '@lodemark/domain';
import { judgeAddedKey, judgeRevocation, judgeRotation } from './judge-key.js';
import type { Fault } from './registration-refusal.js';
import { holdsAt, type JudgingContext, type StatementFacts } from './statement-facts.js';

/** Every fault of a statement before what the root log says already; none when it may be recorded. Pure. */
export function judgeStatement(statement: Statement, context: JudgingContext): readonly Fault[] {
  return [
    ...judgeSigner(statement, context),
    ...judgeStatedAt(statement, context),
    ...judgeContent(statement, context),
  ];
}

function judgeContent(statement: Statement, context: JudgingContext): readonly Fault[] {
  const { facts } = context;
  switch (statement.type) {
    case 'OrganizationRegistered':
      return judgeOrganization(statement, facts);
    case 'OwnershipDeclared':
      return judgeOwnership(statement, facts);
    case 'FacilityRegistered':
    case 'FacilityAmended':
      return judgeFacility(statement, facts);
    case 'KeyAdded':
      return judgeAddedKey(statement, context);
    case 'KeyRotated':
      return judgeRotation(statement, context);
    case 'KeyRevoked':
      return judgeRevocation(statement, context);
    case 'EntriesReattested':
      return judgeReattestation(statement, facts);
    case 'PolicyPublished':
      return judgePolicy(statement, facts);
  }
}

// A party speaks for itself in two things only: its key hands over to the next one, its facility stands by its entries.
function judgeSigner(statement: Statement, { signer, facts, at }: JudgingContext): readonly Fault[] {
  if (signer.kind === 'registrar') return [];
  const key = facts.keys.get(signer.kid);
  const entitled =
    key !== undefined &&
    ((statement.type === 'KeyRotated' && statement.replaces === key.kid) ||
      (statement.type === 'EntriesReattested' &&
        'facility' in key.owner &&
        key.owner.facility === statement.facility &&
        (key.purpose === 'event' || key.purpose === 'custodial')));
  if (!entitled) {
    const detail = `The key ${signer.kid} is not entitled to a statement of type ${statement.type} about this.`;
    return [{ code: 'signer-not-entitled', pointer: '', detail, facts: { signer: signer.kid } }];
  }
  if (holdsAt(key, at)) return [];
  const detail = `The signing key ${signer.kid} does not hold at ${at}: it is not yet or no more valid, replaced or revoked.`;
  return [{ code: 'signer-not-entitled', pointer: '', detail, facts: { signer: signer.kid } }];
}

function judgeStatedAt({ statedAt }: Statement, { at }: JudgingContext): readonly Fault[] {
  if (Date.parse(statedAt) <= Date.parse(at) + CLOCK_SKEW_MS) return [];
  const detail = `The statement was made at ${statedAt}, which is later than the registry's clock (${at}) allows.`;
  return [{ code: 'stated-in-future', pointer: '/statedAt', detail, facts: { clock: at } }];
}

function judgeOrganization(
  statement: StatementOf<'OrganizationRegistered'>,
  facts: StatementFacts,
): readonly Fault[] {
  const accreditations = statement.accreditations ?? [];
  return [
    ...(facts.organizations.has(statement.organization)
      ? [
          {
            code: 'organization-exists',
            pointer: '/organization',
            detail: `The organization ${statement.organization} is registered already.`,
            facts: { organization: statement.organization },
          } as const,
        ]
      : []),
    ...accreditations.flatMap(({ from, to }, i) => emptyInterval(from, to, `/accreditations/${i}/to`)),
  ];
}

function judgeOwnership(
  statement: StatementOf<'OwnershipDeclared'>,
  facts: StatementFacts,
): readonly Fault[] {
  return [
    ...unknownOrganization(statement.organization, '/organization', facts),
    ...emptyInterval(statement.from, statement.to, '/to'),
    ...judgeHolders(statement, facts),
    ...(['equity', 'votes', 'seats'] as const).flatMap((measure) => exceedsWhole(statement, measure)),
  ];
}

function judgeHolders(statement: StatementOf<'OwnershipDeclared'>, facts: StatementFacts): readonly Fault[] {
  const seen = new Set<string>();
  return statement.holders.flatMap(({ holder }, i): Fault[] => {
    if (!('organization' in holder)) return [];
    const pointer = `/holders/${i}/holder/organization`;
    const { organization } = holder;
    const named = { organization };
    if (organization === statement.organization) {
      const detail = 'An organization cannot be declared as its own holder.';
      return [{ code: 'holder-is-itself', pointer, detail, facts: named }];
    }
    if (seen.has(organization)) {
      return [
        {
          code: 'listed-twice',
          pointer,
          detail: `The holder ${organization} is listed twice.`,
          facts: named,
        },
      ];
    }
    seen.add(organization);
    if (facts.organizations.has(organization)) return [];
    const detail = `The holder ${organization} is not registered as an organization; register it first.`;
    return [{ code: 'holder-unknown', pointer, detail, facts: named }];
  });
}

const WHOLE = Rational.fromInteger(100);

function exceedsWhole(
  { holders }: StatementOf<'OwnershipDeclared'>,
  measure: 'equity' | 'votes' | 'seats',
): readonly Fault[] {
  const sum = Rational.sum(holders.map((holder) => Rational.parse(holder[measure])));
  if (!sum.greaterThan(WHOLE)) return [];
  const detail = `The holders' ${measure} add up to more than 100 percent.`;
  return [{ code: 'holders-exceed-whole', pointer: '/holders', detail, facts: { measure } }];
}

function judgeFacility(
  statement: StatementOf<'FacilityRegistered'> | StatementOf<'FacilityAmended'>,
  facts: StatementFacts,
): readonly Fault[] {
  const known = facts.facilities.has(statement.facility);
  const { facility } = statement;
  const identity: Fault[] = [];
  if (statement.type === 'FacilityRegistered' && known) {
    const detail = `The facility id ${facility} is taken.`;
    identity.push({ code: 'facility-exists', pointer: '/facility', detail, facts: { facility } });
  }
  if (statement.type === 'FacilityAmended' && !known) {
    const detail = `There is no facility ${facility} to amend.`;
    identity.push({ code: 'facility-unknown', pointer: '/facility', detail, facts: { facility } });
  }
  return [
    ...identity,
    ...unknownOrganization(statement.organization, '/organization', facts),
    ...emptyInterval(statement.operating.from, statement.operating.to, '/operating/to'),
    ...repeatedSteps(statement.steps.map(({ step }) => step)),
  ];
}

function repeatedSteps(steps: readonly string[]): readonly Fault[] {
  return steps.flatMap((step, i): Fault[] =>
    steps.indexOf(step) === i
      ? []
      : [{ code: 'listed-twice', pointer: `/steps/${i}/step`, detail: `The step ${step} is listed twice.` }],
  );
}

function judgeReattestation(
  statement: StatementOf<'EntriesReattested'>,
  facts: StatementFacts,
): readonly Fault[] {
  const { facility, fromIndex, size } = statement;
  if (!facts.facilities.has(facility)) {
    const detail = `There is no facility ${facility}.`;
    return [{ code: 'facility-unknown', pointer: '/facility', detail, facts: { facility } }];
  }
  const faults: Fault[] = [];
  if (fromIndex >= size) {
    const detail = `No entry lies between index ${fromIndex} and size ${size}.`;
    faults.push({ code: 'interval-empty', pointer: '/fromIndex', detail });
  }
  if (!facts.checkpointKnown) {
    const detail = `The root log holds no checkpoint of ${facility} with this size and root hash.`;
    faults.push({ code: 'checkpoint-unknown', pointer: '/size', detail, facts: { facility, size } });
  }
  return faults;
}

function judgePolicy(statement: StatementOf<'PolicyPublished'>, facts: StatementFacts): readonly Fault[] {
  const { document, policy } = statement;
  const named = { policy, document };
  if (facts.policyDocument === 'kept') {
    if (facts.policyId === undefined || facts.policyId === policy) return judgeApproval(statement, facts);
    const detail = `The document calls itself ${facts.policyId}.`;
    return [{ code: 'policy-id-mismatch', pointer: '/policy', detail, facts: named }];
  }
  if (facts.policyDocument === 'published') {
    const detail = `The document ${document} is published already.`;
    return [{ code: 'policy-published', pointer: '/document', detail, facts: named }];
  }
  const detail = `The registry does not hold the document ${document}; hand it in first.`;
  return [{ code: 'policy-document-unknown', pointer: '/document', detail, facts: named }];
}

/** Two persons publish a policy: one who proposes it, and at least one other who approved this very document. */
function judgeApproval(
  { policy, document, proposedBy, approvedBy = [] }: StatementOf<'PolicyPublished'>,
  { policyApprovers }: StatementFacts,
): readonly Fault[] {
  const others = approvedBy.filter((approver) => approver !== proposedBy);
  const approved =
    proposedBy !== undefined &&
    others.length > 0 &&
    approvedBy.every((approver) => policyApprovers.includes(approver));
  if (approved) return [];
  const detail =
    'Nobody but who proposes it has approved this document: another person of the registrar does so first.';
  return [{ code: 'policy-not-approved', pointer: '/document', detail, facts: { policy, document } }];
}

function unknownOrganization(organization: string, pointer: string, facts: StatementFacts): readonly Fault[] {
  if (facts.organizations.has(organization)) return [];
  const detail = `There is no organization ${organization}.`;
  return [{ code: 'organization-unknown', pointer, detail, facts: { organization } }];
}

/** Calendar dates, both inclusive. */
function emptyInterval(from: string, to: string | undefined, pointer: string): readonly Fault[] {
  if (to === undefined || from <= to) return [];
  return [{ code: 'interval-empty', pointer, detail: `It ends on ${to}, before it begins on ${from}.` }];
}
