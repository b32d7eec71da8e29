import { CurrentCaller, forbidden, operates, Problems, type Caller } from '@lodemark/platform';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
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
      'For administrators, registrars and the facility’s own operators. Makes the log and the keys that this service ' +
      'holds for it; asked again, it answers with the same. The registrar then registers the keys.',
  })
  @ApiSecurity('bearer')
  @ApiBody({ type: OpenFacilityRequest, examples: { open: { value: EXAMPLES.openFacility } } })
  @ApiOkResponse({ type: OpenedFacilityResponse })
  @Problems(401, 403, 413, 415)
  open(@Body() body: OpenFacilityRequest, @CurrentCaller() caller: Caller): Promise<OpenedFacilityResponse> {
    const isOfficer = caller.roles.some(({ role }) => role === 'administrator' || role === 'registrar');
    if (!isOfficer && !operates(caller, body.facility))
      throw forbidden(`The token does not operate the facility ${body.facility}.`);
    return this.commands.execute(new OpenFacility(body.facility, body.custodialKey));
  }
}
