import type { StatementOf } from '@lodemark/domain';
import type { RootStatement } from '@lodemark/policy';
import type {
  OrganizationKeyResponse,
  OrganizationResponse,
  OwnershipResponse,
} from '../organizations/organization.response.js';

type FacilityRecord = StatementOf<'FacilityRegistered'> | StatementOf<'FacilityAmended'>;

/** The last record of each facility, by its id. */
export function facilityRecords(statements: readonly RootStatement[]): readonly FacilityRecord[] {
  const last = new Map<string, FacilityRecord>();
  for (const { statement } of statements) {
    if (statement.type === 'FacilityRegistered' || statement.type === 'FacilityAmended') {
      last.set(statement.facility, statement);
    }
  }
  return [...last.values()].sort((a, b) => (a.facility < b.facility ? -1 : 1));
}

/** What the root log says of an organization; undefined when it is not registered. */
export function organizationView(
  statements: readonly RootStatement[],
  organization: string,
): Omit<OrganizationResponse, 'horizon'> | undefined {
  const registered = statements
    .map(({ statement }) => statement)
    .find(
      (statement): statement is StatementOf<'OrganizationRegistered'> =>
        statement.type === 'OrganizationRegistered' && statement.organization === organization,
    );
  if (registered === undefined) return undefined;
  const { legalName, kind, incorporatedIn, headquarteredIn, principalPlaceIn } = registered;
  return {
    ...{ organization, legalName, kind, incorporatedIn },
    headquarteredIn: headquarteredIn ?? null,
    principalPlaceIn: principalPlaceIn ?? null,
    facilities: facilityRecords(statements)
      .filter((record) => record.organization === organization)
      .map(({ facility }) => facility),
    ownership: statements.flatMap((one) => ownershipOf(one, organization)),
    keys: keysOf(statements, organization),
  };
}

function ownershipOf({ statement, index }: RootStatement, organization: string): OwnershipResponse[] {
  if (statement.type !== 'OwnershipDeclared' || statement.organization !== organization) return [];
  const holders = statement.holders.map(({ holder, equity, votes, seats }) => ({
    organization: 'organization' in holder ? holder.organization : null,
    name: 'name' in holder ? holder.name : null,
    kind: 'name' in holder ? holder.kind : null,
    country: 'name' in holder ? holder.country : null,
    ...{ equity, votes, seats },
  }));
  return [{ from: statement.from, to: statement.to ?? null, holders, rootIndex: index }];
}

function keysOf(statements: readonly RootStatement[], organization: string): OrganizationKeyResponse[] {
  const revoked = new Set(
    statements.flatMap(({ statement }) => (statement.type === 'KeyRevoked' ? [statement.kid] : [])),
  );
  return statements.flatMap(({ statement }) => {
    if (statement.type !== 'KeyAdded' && statement.type !== 'KeyRotated') return [];
    if (!('organization' in statement.owner) || statement.owner.organization !== organization) return [];
    const { kid, purpose, validFrom, validUntil } = statement;
    return [{ kid, purpose, validFrom, validUntil: validUntil ?? null, revoked: revoked.has(kid) }];
  });
}
