import type { Network } from '@lodemark/domain';
import type { Ledger } from '@lodemark/ledger';
import { CurrentCaller, forbidden, operates, Problems, rolesOf, type Caller } from '@lodemark/platform';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { OpenFacilityRequest } from './facility.request.js';
import { OpenedFacilityResponse } from './facility.response.js';
import { HeldKeys, offerKey } from './held-keys.js';

export class OpenFacility extends Command<OpenedFacilityResponse> {
  constructor(
    readonly facility: string,
    readonly custodialKey: boolean,
  ) {
    super();
  }
}

@CommandHandler(OpenFacility)
export class OpenFacilityHandler implements ICommandHandler<OpenFacility> {
  constructor(
    private readonly keys: HeldKeys,
    private readonly log: { readonly ledger: Ledger; readonly network: Network },
  ) {}

  async execute({ facility, custodialKey }: OpenFacility): Promise<OpenedFacilityResponse> {
    const origin = this.log.network.logOrigin(facility);
    await this.log.ledger.open(origin);
    const held = [await this.keys.open(facility, 'log')];
    if (custodialKey) held.push(await this.keys.open(facility, 'custodial'));
    const keys = await Promise.all(held.map(offerKey));
    return { facility, origin, keys: keys.map((offer) => ({ ...offer, jwk: { ...offer.jwk } })) };
  }
}

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
