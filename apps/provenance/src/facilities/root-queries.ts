import type { Network } from '@lodemark/domain';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RootStatements } from '../evidence/root-statements.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { answeredAt } from '../http/answered-at.js';
import { ReadRefusal } from '../http/read-refusal.js';
import type { OrganizationResponse } from '../organizations/organization.response.js';
import type { PoliciesResponse } from '../policies/policy.response.js';
import { publishedPolicies } from '../policies/published-policies.js';
import { DEFAULT_POLICY, NETWORK } from '../ports.js';
import { LogCursors } from '../status/log-cursors.js';
import type { FacilitiesResponse } from './facility.response.js';
import { facilityRecords, organizationView } from './root-views.js';

export class ListFacilities extends Query<FacilitiesResponse> {
  constructor(readonly asked: AskedHorizon) {
    super();
  }
}

@QueryHandler(ListFacilities)
export class ListFacilitiesHandler implements IQueryHandler<ListFacilities> {
  constructor(
    private readonly horizons: Horizons,
    private readonly root: RootStatements,
    private readonly cursors: LogCursors,
    @Inject(NETWORK) private readonly network: Network,
  ) {}

  async execute({ asked }: ListFacilities): Promise<FacilitiesResponse> {
    const horizon = await this.horizons.resolve(asked);
    const records = facilityRecords(await this.root.at(horizon));
    const held = await this.cursors.all();
    const { faults } = await this.root.doubts(horizon);
    return {
      horizon: answeredAt(horizon),
      facilities: records.map(({ facility, organization, name, country, steps, operating, custodyUrl }) => {
        const origin = this.network.logOrigin(facility);
        const ended = faults.filter((fault) => fault.facility === facility).map(({ fromIndex }) => fromIndex);
        return {
          ...{ facility, organization, name, country, custodyUrl },
          steps: steps.map((one) => ({ ...one })),
          operating: { ...operating },
          log: {
            origin,
            counted: horizon.counted.get(origin) ?? 0,
            held: held.get(origin) ?? 0,
            endedAt: ended.length === 0 ? null : Math.min(...ended),
          },
        };
      }),
    };
  }
}

export class FindOrganization extends Query<OrganizationResponse> {
  constructor(
    readonly organization: string,
    readonly asked: AskedHorizon,
  ) {
    super();
  }
}

@QueryHandler(FindOrganization)
export class FindOrganizationHandler implements IQueryHandler<FindOrganization> {
  constructor(
    private readonly horizons: Horizons,
    private readonly root: RootStatements,
  ) {}

  async execute({ organization, asked }: FindOrganization): Promise<OrganizationResponse> {
    const horizon = await this.horizons.resolve(asked);
    const view = organizationView(await this.root.at(horizon), organization);
    if (view !== undefined) return { horizon: answeredAt(horizon), ...view };
    throw new ReadRefusal({
      code: 'organization-unknown',
      detail: `At this horizon the root log holds no organization ${organization}.`,
      facts: { organization },
    });
  }
}

export class ListPolicies extends Query<PoliciesResponse> {
  constructor(readonly asked: AskedHorizon) {
    super();
  }
}

@QueryHandler(ListPolicies)
export class ListPoliciesHandler implements IQueryHandler<ListPolicies> {
  constructor(
    private readonly horizons: Horizons,
    private readonly root: RootStatements,
    @Inject(DEFAULT_POLICY) private readonly defaultPolicy: string,
  ) {}

  async execute({ asked }: ListPolicies): Promise<PoliciesResponse> {
    const horizon = await this.horizons.resolve(asked);
    const policies = [...publishedPolicies(await this.root.at(horizon))];
    return { horizon: answeredAt(horizon), defaultPolicy: this.defaultPolicy, policies };
  }
}
