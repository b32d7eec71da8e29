import { Network } from '@lodemark/domain';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { standsIn } from '../organizations/find-organization.js';
import { Register, type FacilityStatement, type StatementOnRecord } from '../register/register.js';
import type { FacilitiesResponse, FacilityRecordResponse, FacilityResponse } from './facility.response.js';

export class FindFacility extends Query<FacilityResponse | undefined> {
  constructor(readonly facility: string) {
    super();
  }
}

@QueryHandler(FindFacility)
export class FindFacilityHandler implements IQueryHandler<FindFacility> {
  constructor(
    private readonly register: Register,
    private readonly network: Network,
  ) {}

  async execute({ facility }: FindFacility): Promise<FacilityResponse | undefined> {
    const known = await this.register.findFacility(facility);
    const history = known?.records.map(record) ?? [];
    const last = history.at(-1);
    if (known === undefined || last === undefined) return undefined;
    const keys = known.keys.map(({ kid, purpose }) => ({ kid, purpose }));
    return { facility, logOrigin: this.network.logOrigin(facility), record: last, history, keys };
  }
}

export class ListFacilities extends Query<FacilitiesResponse> {
  constructor(readonly page: { readonly after?: string; readonly limit: number }) {
    super();
  }
}

@QueryHandler(ListFacilities)
export class ListFacilitiesHandler implements IQueryHandler<ListFacilities> {
  constructor(
    private readonly register: Register,
    private readonly network: Network,
  ) {}

  async execute({ page }: ListFacilities): Promise<FacilitiesResponse> {
    const known = await this.register.listFacilities(page);
    const facilities = known.map((one) => {
      const { facility, organization, name, country, custodyUrl } = one.statement;
      const logOrigin = this.network.logOrigin(facility);
      return { facility, organization, name, country, custodyUrl, logOrigin, recorded: standsIn(one) };
    });
    const last = facilities.length === page.limit ? facilities.at(-1) : undefined;
    return { facilities, ...(last === undefined ? {} : { next: last.facility }) };
  }
}

function record(known: StatementOnRecord<FacilityStatement>): FacilityRecordResponse {
  const { v: _v, type: _type, statedAt: _statedAt, facility: _facility, ...fields } = known.statement;
  return { ...fields, recorded: standsIn(known) };
}
