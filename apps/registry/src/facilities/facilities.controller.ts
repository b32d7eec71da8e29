import { Public, Roles } from '@lodemark/platform';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples/examples.js';
import { Reads, RecordsStatement } from '../http/documented.js';
import { found } from '../http/found.js';
import { PageRequest } from '../http/page.request.js';
import { IdRequest } from '../http/path.request.js';
import { StatementDesk } from '../statements/statement-desk.js';
import { StatementRecordedResponse } from '../statements/statement-recorded.response.js';
import { AmendFacilityRequest } from './amend-facility.request.js';
import { FacilitiesResponse, FacilityResponse } from './facility.response.js';
import { FindFacility, ListFacilities } from './find-facility.js';
import { ReattestEntriesRequest } from './reattest-entries.request.js';
import { RegisterFacilityRequest } from './register-facility.request.js';

const ID = ApiParam({ name: 'id', example: EXAMPLES.facility.facility });

@ApiTags('facilities')
@Controller('v1')
export class FacilitiesController {
  constructor(
    private readonly desk: StatementDesk,
    private readonly queries: QueryBus,
  ) {}

  @Post('facilities')
  @Roles('registrar')
  @RecordsStatement(
    {
      summary: 'Register a facility of an organization',
      description:
        'Its log is <network>/log/<facility> from here on. A facility id is given once and never again.',
    },
    { type: RegisterFacilityRequest, example: EXAMPLES.facility },
  )
  register(@Body() body: RegisterFacilityRequest): Promise<StatementRecordedResponse> {
    return this.desk.make('FacilityRegistered', body);
  }

  @Post('facilities/:id/amendments')
  @Roles('registrar')
  @ID
  @RecordsStatement(
    {
      summary: 'Amend a facility',
      description:
        'States the whole record as it reads from effectiveFrom on. Of two amendments for one time, the later one in ' +
        'the root log holds.',
    },
    { type: AmendFacilityRequest, example: EXAMPLES.amendment },
  )
  amend(
    @Param() { id: facility }: IdRequest,
    @Body() body: AmendFacilityRequest,
  ): Promise<StatementRecordedResponse> {
    return this.desk.make('FacilityAmended', body, { facility });
  }

  @Post('reattestations')
  @Roles('registrar')
  @RecordsStatement(
    {
      summary: 'Attest entries of a facility again',
      description:
        'After a key was revoked with a suspect interval, the facility stands by its entries up to a checkpoint that ' +
        'the root log holds. The facility can say so itself by POST /v1/statements.',
    },
    { type: ReattestEntriesRequest, example: EXAMPLES.reattestation },
  )
  reattest(@Body() body: ReattestEntriesRequest): Promise<StatementRecordedResponse> {
    return this.desk.make('EntriesReattested', body);
  }

  @Get('facilities')
  @Public()
  @Reads({ summary: 'Facilities, in the order of their ids' }, { type: FacilitiesResponse })
  list(@Query() page: PageRequest): Promise<FacilitiesResponse> {
    return this.queries.execute(new ListFacilities(page));
  }

  @Get('facilities/:id')
  @Public()
  @ID
  @Reads({ summary: 'A facility, its history and keys as the root log has them' }, { type: FacilityResponse })
  async find(@Param() { id }: IdRequest): Promise<FacilityResponse> {
    return found(await this.queries.execute(new FindFacility(id)), `facility ${id}`);
  }
}
