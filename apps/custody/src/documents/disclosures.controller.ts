import { CLOCK, CurrentCaller, ProblemError, Problems, type Caller, type Clock } from '@lodemark/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { requireOperator } from '../access.js';
import { EXAMPLES } from '../examples.js';
import { DigestRequest } from '../http/path.request.js';
import { Disclosures } from './disclosures.js';
import { DisclosureQuery, GetDisclosureQuery, PutDisclosureRequest } from './document.request.js';
import { DisclosureKeptResponse, DisclosureResponse } from './document.response.js';
import { RecordAccess } from './record-access.js';

const DIGEST = ApiParam({
  name: 'digest',
  description: 'SHA-256 in lowercase hex, as it stands in the event.',
  example: EXAMPLES.disclosureDigest,
});

/** Values of private fields: shown to those with the right, and erasable. */
@ApiTags('disclosures')
@Controller('v1/disclosures')
export class DisclosuresController {
  constructor(
    private readonly disclosures: Disclosures,
    private readonly access: RecordAccess,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Put()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Keep the value of a private field',
    description:
      'For the facility’s operators. Answers with the digest that goes into the event’s `private`: SHA-256 of the ' +
      'canonical JSON of [salt, field, value]. The same again changes nothing.',
  })
  @ApiSecurity('bearer')
  @ApiBody({ type: PutDisclosureRequest, examples: { customer: { value: EXAMPLES.disclosure } } })
  @ApiOkResponse({ type: DisclosureKeptResponse })
  @Problems(401, 403, 410, 413, 415)
  async put(
    @Body() body: PutDisclosureRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<DisclosureKeptResponse> {
    requireOperator(caller, body.facility);
    return { digest: await this.disclosures.put(body, this.clock.now()) };
  }

  @Get(':digest')
  @ApiOperation({
    summary: 'The value of a private field, for those with the right',
    description: 'For the facility’s operators, its auditors, and auditors of a lot that the field is about.',
  })
  @ApiSecurity('bearer')
  @DIGEST
  @ApiOkResponse({ type: DisclosureResponse })
  @Problems(401, 404)
  async get(
    @Param() { digest }: DigestRequest,
    @Query() { facility, lot }: GetDisclosureQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<DisclosureResponse> {
    const found = await this.disclosures.find(digest, facility);
    // Whoever may not read it does not learn that it is here.
    if (
      found === undefined ||
      !(await this.access.disclosure(caller, { digest, facilities: [facility], lot }))
    )
      throw notFound();
    return found;
  }

  @Delete(':digest')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Erase the value of a private field',
    description:
      'For the facility’s operators. The log keeps the digest; nothing is left to open it with. Cannot be undone; ' +
      'backups made before hold the value until they are destroyed.',
  })
  @ApiSecurity('bearer')
  @DIGEST
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async erase(
    @Param() { digest }: DigestRequest,
    @Query() { facility }: DisclosureQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    requireOperator(caller, facility);
    if (!(await this.disclosures.erase(digest, facility, this.clock.now()))) throw notFound();
  }
}

function notFound(): ProblemError {
  return new ProblemError({
    type: 'not-found',
    status: 404,
    title: 'No such disclosure for this caller',
    detail: 'There is none of this digest that is kept for the facility and that this caller may see.',
  });
}
