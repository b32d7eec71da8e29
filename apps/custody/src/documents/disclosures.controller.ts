import {
  CLOCK,
  CurrentCaller,
  forbidden,
  operates,
  ProblemError,
  Problems,
  type Caller,
  type Clock,
} from '@lodemark/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { requireRead } from '../access.js';
import { Disclosures } from './disclosures.js';
import { DisclosureQuery, PutDisclosureRequest } from './document.request.js';
import { DisclosureKeptResponse, DisclosureResponse } from './document.response.js';

const DIGEST = ApiParam({
  name: 'digest',
  description: 'SHA-256 in lowercase hex, as it stands in the event.',
});

/** Values of private fields: shown to those with the right, and erasable. */
@ApiTags('disclosures')
@Controller('v1/disclosures')
export class DisclosuresController {
  constructor(
    private readonly disclosures: Disclosures,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Put()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Keep the value of a private field',
    description: 'Answers with the digest that goes into the event’s `private`.',
  })
  @ApiSecurity('bearer')
  @ApiOkResponse({ type: DisclosureKeptResponse })
  @Problems(401, 403)
  async put(
    @Body() body: PutDisclosureRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<DisclosureKeptResponse> {
    mustOperate(caller, body.facility);
    return { digest: await this.disclosures.put(body, this.clock.now()) };
  }

  @Get(':digest')
  @ApiOperation({ summary: 'The value of a private field, for those with the right' })
  @ApiSecurity('bearer')
  @DIGEST
  @ApiOkResponse({ type: DisclosureResponse })
  @Problems(401, 403, 404)
  async get(
    @Param('digest') digest: string,
    @Query() { facility }: DisclosureQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<DisclosureResponse> {
    requireRead(caller, { facility, at: this.clock.now() });
    const found = isDigest(digest) ? await this.disclosures.find(digest, facility) : undefined;
    if (found === undefined) throw notFound();
    return found;
  }

  @Delete(':digest')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Erase the value of a private field',
    description: 'The log keeps the digest; nothing is left to open it with. Cannot be undone.',
  })
  @ApiSecurity('bearer')
  @DIGEST
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async erase(
    @Param('digest') digest: string,
    @Query() { facility }: DisclosureQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    mustOperate(caller, facility);
    if (!isDigest(digest) || !(await this.disclosures.erase(digest, facility, this.clock.now())))
      throw notFound();
  }
}

function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function mustOperate(caller: Caller, facility: string): void {
  if (!operates(caller, facility)) throw forbidden(`The token does not operate the facility ${facility}.`);
}

function notFound(): ProblemError {
  return new ProblemError({ type: 'not-found', status: 404, title: 'No such disclosure of this facility' });
}
