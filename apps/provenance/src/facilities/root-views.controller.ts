import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { ReadsAtHorizon } from '../http/documented.js';
import { HorizonRequest, IdRequest } from '../http/horizon.request.js';
import { OrganizationResponse } from '../organizations/organization.response.js';
import { PoliciesResponse } from '../policies/policy.response.js';
import { FacilitiesResponse } from './facility.response.js';
import { FindOrganization, ListFacilities, ListPolicies } from './root-queries.js';

/** What the root log says of parties and policies; it is open to whoever has a token at all. */
@ApiTags('network')
@Controller('v1')
export class RootViewsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('facilities')
  @ReadsAtHorizon(
    { summary: 'The network’s facilities, and how far their logs are covered and held here' },
    { type: FacilitiesResponse },
  )
  facilities(@Query() at: HorizonRequest): Promise<FacilitiesResponse> {
    return this.queries.execute(new ListFacilities(at));
  }

  @Get('organizations/:id')
  @ApiParam({ name: 'id', example: 'kokbulak-mining' })
  @ReadsAtHorizon(
    { summary: 'An organization: what it is, who owns it since when, what it operates' },
    { type: OrganizationResponse },
  )
  organization(@Param() { id }: IdRequest, @Query() at: HorizonRequest): Promise<OrganizationResponse> {
    return this.queries.execute(new FindOrganization(id, at));
  }

  @Get('policies')
  @ReadsAtHorizon({ summary: 'Published policies, every version' }, { type: PoliciesResponse })
  policies(@Query() at: HorizonRequest): Promise<PoliciesResponse> {
    return this.queries.execute(new ListPolicies(at));
  }
}
