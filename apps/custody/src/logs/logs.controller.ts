import { LedgerError, LedgerReader } from '@lodemark/ledger';
import { CurrentCaller, ProblemError, Problems, Public, type Caller } from '@lodemark/platform';
import { toBase64, toHex } from '@lodemark/transparency';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { FacilityRequest } from '../http/path.request.js';
import { LogAccess } from './log-access.js';
import { ConsistencyQuery, InclusionQuery, LogEntriesQuery } from './log.request.js';
import { LogEntriesResponse, LogProofResponse } from './log.response.js';

const FACILITY = ApiParam({ name: 'facility', example: EXAMPLES.facility });

/** Facility logs as their readers see them: checkpoints and what proves them for everybody, entries for those with the right. */
@ApiTags('logs')
@Controller('v1/logs/:facility')
export class LogsController {
  constructor(
    private readonly access: LogAccess,
    private readonly reader: LedgerReader,
  ) {}

  @Get('checkpoint')
  @Public()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  @ApiOperation({
    summary: 'The last checkpoint of a facility’s log',
    description: 'C2SP signed note of a tlog-checkpoint, as it was or is about to be handed to the registry.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @FACILITY
  @Problems(404)
  async checkpoint(@Param() { facility }: FacilityRequest): Promise<string> {
    const { origin } = await this.access.served(facility);
    const published = await this.reader.publishedCheckpoint(origin);
    if (published !== undefined) return published.note;
    throw new ProblemError({
      type: 'not-found',
      status: 404,
      title: 'No checkpoint yet',
      detail: `The log of ${facility} has no checkpoint yet.`,
    });
  }

  @Get('entries')
  @ApiOperation({
    summary: 'Entries of a facility’s log, in order',
    description: 'For the facility’s operators and auditors, and the network’s officers.',
  })
  @ApiSecurity('bearer')
  @FACILITY
  @ApiOkResponse({ type: LogEntriesResponse })
  @Problems(401, 403, 404)
  async entries(
    @Param() { facility }: FacilityRequest,
    @Query() { from, limit }: LogEntriesQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<LogEntriesResponse> {
    const { origin } = await this.access.wholeLog(facility, caller);
    const { size } = await this.reader.head(origin);
    // Read after the size: what came in between is left for the next page.
    const entries = (await this.reader.entries(origin, from, limit)).filter(({ index }) => index < size);
    return {
      origin,
      size,
      entries: entries.map(({ index, leaf, data }) => ({ index, leaf, entry: toBase64(data) })),
    };
  }

  @Get('proofs/inclusion')
  @ApiOperation({
    summary: 'Proof that an entry is in the log of a size',
    description: 'For the facility’s operators and auditors, and the network’s officers.',
  })
  @ApiSecurity('bearer')
  @FACILITY
  @ApiOkResponse({ type: LogProofResponse })
  @Problems(401, 403, 404, 422)
  async inclusion(
    @Param() { facility }: FacilityRequest,
    @Query() { index, size }: InclusionQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<LogProofResponse> {
    const { origin } = await this.access.wholeLog(facility, caller);
    return proof(origin, () => this.reader.inclusionProof(origin, index, size));
  }

  @Get('proofs/consistency')
  @Public()
  @ApiOperation({ summary: 'Proof that the log of one size is a beginning of the log of another' })
  @FACILITY
  @ApiOkResponse({ type: LogProofResponse })
  @Problems(404, 422)
  async consistency(
    @Param() { facility }: FacilityRequest,
    @Query() { from, to }: ConsistencyQuery,
  ): Promise<LogProofResponse> {
    const { origin } = await this.access.served(facility);
    return proof(origin, () => this.reader.consistencyProof(origin, from, to));
  }
}

async function proof(origin: string, make: () => Promise<readonly Uint8Array[]>): Promise<LogProofResponse> {
  try {
    return { origin, proof: (await make()).map(toHex) };
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'out-of-range') throw error;
    throw new ProblemError({
      type: 'out-of-range',
      status: 422,
      title: 'The log has no such place',
      detail: error.message,
    });
  }
}
