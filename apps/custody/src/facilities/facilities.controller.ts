import { CurrentCaller, forbidden, operates, Problems, rolesOf, type Caller } from '@lodemark/platform';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { OpenFacilityRequest } from './facility.request.js';
import { OpenedFacilityResponse } from './facility.response.js';
import { OpenFacility } from './open-facility.js';

@ApiTags('facilities')
@Controller('v1/facilities')
export class FacilitiesController {
  constructor(private readonly commands: CommandBus) {}

  /** Opens the facility's log here and makes its keys; safe to ask again. */
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Open a facility’s log',
    description:
      'For administrators and the facility’s operators. The registrar then registers the keys that it answers with.',
  })
  @ApiSecurity('bearer')
  @ApiOkResponse({ type: OpenedFacilityResponse })
  @Problems(401, 403, 415)
  open(@Body() body: OpenFacilityRequest, @CurrentCaller() caller: Caller): Promise<OpenedFacilityResponse> {
    if (!operates(caller, body.facility) && rolesOf(caller, 'administrator').length === 0) {
      throw forbidden(`The token does not operate the facility ${body.facility}.`);
    }
    return this.commands.execute(new OpenFacility(body.facility, body.custodialKey));
  }
}
