import { LostEntriesRequest, Problems, Roles } from '@lodemark/platform';
import { fromBase64, fromHex } from '@lodemark/transparency';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { FacilityRequest } from '../http/path.request.js';
import { LogAccess } from './log-access.js';
import { LogRecovery } from './log-recovery.js';
import { RecoveryResponse } from './recovery.response.js';

const FACILITY = ApiParam({ name: 'facility', example: EXAMPLES.facility });

/** What became of a log whose database was restored from an older backup, and its way back. */
@ApiTags('logs')
@Controller('v1/logs/:facility/recovery')
@Roles('administrator')
export class RecoveryController {
  constructor(
    private readonly access: LogAccess,
    private readonly recovery: LogRecovery,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether a facility’s log lacks entries that were signed' })
  @ApiSecurity('bearer')
  @FACILITY
  @ApiOkResponse({ type: RecoveryResponse })
  @Problems(401, 403, 404)
  async standing(@Param() { facility }: FacilityRequest): Promise<RecoveryResponse> {
    return this.recovery.standing(facility, await this.access.served(facility));
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put entries back that a restored database lacks',
    description:
      'They have to lead to the last tree that the log signed, and are put back byte for byte: all of them or none. ' +
      'A log that lacks nothing stays as it is. lodemark recover does this from provenance or from an export.',
  })
  @ApiSecurity('bearer')
  @FACILITY
  @ApiBody({ type: LostEntriesRequest, examples: { nothing: { value: EXAMPLES.lostEntries } } })
  @ApiOkResponse({ type: RecoveryResponse })
  @Problems(401, 403, 404, 409, 413, 415, 422)
  async putBack(
    @Param() { facility }: FacilityRequest,
    @Body() { from, entries, proof }: LostEntriesRequest,
  ): Promise<RecoveryResponse> {
    return this.recovery.putBack(facility, await this.access.served(facility), {
      from,
      entries: entries.map((entry) => fromBase64(entry) ?? new Uint8Array()),
      proof: proof.flatMap((hash) => fromHex(hash) ?? []),
    });
  }
}
