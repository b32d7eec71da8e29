import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Register, type OrganizationOnRecord, type StatementOnRecord } from '../register/register.js';
import type {
  OrganizationResponse,
  OrganizationsResponse,
  OrganizationSummaryResponse,
  StandsInResponse,
} from './organization.response.js';

export class FindOrganization extends Query<OrganizationResponse | undefined> {
  constructor(readonly organization: string) {
    super();
  }
}

@QueryHandler(FindOrganization)
export class FindOrganizationHandler implements IQueryHandler<FindOrganization> {
  constructor(private readonly register: Register) {}

  async execute({ organization }: FindOrganization): Promise<OrganizationResponse | undefined> {
    const known = await this.register.findOrganization(organization);
    return known && describe(known);
  }
}

export class ListOrganizations extends Query<OrganizationsResponse> {
  constructor(readonly page: { readonly after?: string; readonly limit: number }) {
    super();
  }
}

@QueryHandler(ListOrganizations)
export class ListOrganizationsHandler implements IQueryHandler<ListOrganizations> {
  constructor(private readonly register: Register) {}

  async execute({ page }: ListOrganizations): Promise<OrganizationsResponse> {
    const known = await this.register.listOrganizations(page);
    const organizations = known.map(summary);
    const last = organizations.length === page.limit ? organizations.at(-1) : undefined;
    return { organizations, ...(last === undefined ? {} : { next: last.organization }) };
  }
}

/** Where a statement stands. */
export function standsIn({ rootIndex, recordedAt }: StatementOnRecord): StandsInResponse {
  return { index: rootIndex, recordedAt };
}

function summary(registered: OrganizationOnRecord['registered']): OrganizationSummaryResponse {
  const { organization, legalName, kind, incorporatedIn } = registered.statement;
  return { organization, legalName, kind, incorporatedIn, recorded: standsIn(registered) };
}

function describe({ registered, ownership, facilities, keys }: OrganizationOnRecord): OrganizationResponse {
  const { v: _v, type: _type, statedAt: _statedAt, ...fields } = registered.statement;
  return {
    ...fields,
    recorded: standsIn(registered),
    ownership: ownership.map((one) => {
      const { holders, creditors, appointers, from, to, documents } = one.statement;
      return {
        holders,
        ...(creditors === undefined ? {} : { creditors }),
        ...(appointers === undefined ? {} : { appointers }),
        from,
        ...(to === undefined ? {} : { to }),
        ...(documents === undefined ? {} : { documents }),
        recorded: standsIn(one),
      };
    }),
    facilities: [...facilities],
    keys: [...keys],
  };
}
