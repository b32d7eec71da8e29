import { LedgerError } from '@lodemark/ledger';
import { CurrentCaller, ProblemError, Problems, Public, type Caller } from '@lodemark/platform';
import { toBase64, toHex } from '@lodemark/transparency';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { LogAccess } from './log-access.js';
import { ConsistencyQuery, InclusionQuery, LogEntriesQuery } from './log.request.js';
import { LogEntriesResponse, LogProofResponse } from './log.response.js';

const FACILITY = ApiParam({ name: 'facility', example: 'kokbulak' });

/** Facility logs as their readers see them: checkpoints for everybody, entries for those with the right. */
@ApiTags('logs')
@Controller('v1/logs/:facility')
export class LogsController {
  constructor(private readonly access: LogAccess) {}

  @Get('checkpoint')
  @Public()
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'public, max-age=1')
  @ApiOperation({
    summary: 'The last checkpoint that was handed to the registry',
    description: 'C2SP signed note of a tlog-checkpoint.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  @FACILITY
  @Problems(404)
  async checkpoint(@Param('facility') facility: string): Promise<string> {
    const published = await this.access.reader.publishedCheckpoint(await this.access.origin(facility));
    if (published !== undefined) return published.note;
    throw new ProblemError({
      type: 'not-found',
      status: 404,
      title: 'No checkpoint yet',
      detail: `The log of ${facility} has no checkpoint yet.`,
    });
  }

  @Get('entries')
  @ApiOperation({ summary: 'Entries of a facility log, in order' })
  @ApiSecurity('bearer')
  @FACILITY
  @ApiOkResponse({ type: LogEntriesResponse })
  @Problems(401, 403, 404)
  async entries(
    @Param('facility') facility: string,
    @Query() { from, limit }: LogEntriesQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<LogEntriesResponse> {
    this.access.mayRead(caller, facility);
    const origin = await this.access.origin(facility);
    const { size } = await this.access.reader.head(origin);
    const entries = await this.access.reader.entries(origin, from, limit);
    return {
      origin,
      size,
      entries: entries.map(({ index, leaf, data }) => ({ index, leaf, entry: toBase64(data) })),
    };
  }

  @Get('proofs/inclusion')
  @ApiOperation({ summary: 'Proof that an entry is in the log of a size' })
  @ApiSecurity('bearer')
  @FACILITY
  @ApiOkResponse({ type: LogProofResponse })
  @Problems(401, 403, 404, 422)
  async inclusion(
    @Param('facility') facility: string,
    @Query() { index, size }: InclusionQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<LogProofResponse> {
    this.access.mayRead(caller, facility);
    const origin = await this.access.origin(facility);
    return proof(origin, () => this.access.reader.inclusionProof(origin, index, size));
  }

  @Get('proofs/consistency')
  @Public()
  @ApiOperation({ summary: 'Proof that the log of one size is a beginning of the log of another' })
  @FACILITY
  @ApiOkResponse({ type: LogProofResponse })
  @Problems(404, 422)
  async consistency(
    @Param('facility') facility: string,
    @Query() { from, to }: ConsistencyQuery,
  ): Promise<LogProofResponse> {
    const origin = await this.access.origin(facility);
    return proof(origin, () => this.access.reader.consistencyProof(origin, from, to));
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
