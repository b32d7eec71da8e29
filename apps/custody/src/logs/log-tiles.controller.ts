import { LedgerReader } from '@lodemark/ledger';
import { CurrentCaller, ProblemError, Problems, Public, type Caller } from '@lodemark/platform';
import { parseTilePath, type TileCoordinate } from '@lodemark/transparency';
import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { LogAccess, notServed } from './log-access.js';

type Parameters = Readonly<Record<string, string>>;

const FACILITY = ApiParam({ name: 'facility', type: 'string', example: EXAMPLES.facility });
const BINARY = ApiOkResponse({
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
});
const FACILITY_ID = /^[a-z0-9-]{1,63}$/;

const ENTRIES = 'entries';
const HASHES = 'hashes';
type Held = typeof ENTRIES | typeof HASHES;

/** Facility logs as tiles (C2SP tlog-tiles): with `checkpoint` beside it, `v1/logs/<facility>` is a log's prefix. */
@ApiTags('logs')
@Controller('v1/logs/:facility/tile')
export class LogTilesController {
  constructor(
    private readonly access: LogAccess,
    private readonly reader: LedgerReader,
  ) {}

  @Get('entries/*')
  @Header('Cache-Control', 'private, max-age=31536000, immutable')
  @ApiOperation({
    summary: 'An entry bundle of a facility’s log (C2SP tlog-tiles)',
    description: 'For the facility’s operators and auditors, and the network’s officers.',
  })
  @ApiSecurity('bearer')
  @FACILITY
  @ApiParam({ name: 'path', type: 'string', description: '<N>[.p/<W>]', example: '000.p/1' })
  @BINARY
  @Problems(401, 403, 404)
  async entries(@Param() parameters: Parameters, @CurrentCaller() caller: Caller): Promise<StreamableFile> {
    const facility = facilityOf(parameters);
    const { origin } = await this.access.wholeLog(facility, caller);
    return this.tile(origin, `tile/entries/${parameters['*'] ?? ''}`, ENTRIES);
  }

  @Get('*')
  @Public()
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiOperation({
    summary: 'A tile of a facility’s log (C2SP tlog-tiles)',
    description: 'Hashes alone; they say nothing of what was recorded.',
  })
  @FACILITY
  @ApiParam({ name: 'path', type: 'string', description: '<L>/<N>[.p/<W>]', example: '0/000.p/1' })
  @BINARY
  @Problems(404)
  async hashes(@Param() parameters: Parameters): Promise<StreamableFile> {
    const { origin } = await this.access.served(facilityOf(parameters));
    return this.tile(origin, `tile/${parameters['*'] ?? ''}`, HASHES);
  }

  private async tile(origin: string, path: string, holds: Held): Promise<StreamableFile> {
    const coordinate: TileCoordinate | undefined = parseTilePath(path);
    // Asked again of what the path turned out to be: an escaped slash leads past the route that asks for the right.
    const isFit = coordinate !== undefined && (coordinate.level === 'entries') === (holds === ENTRIES);
    const bytes = isFit ? await this.reader.tile(origin, coordinate) : undefined;
    if (bytes !== undefined)
      return new StreamableFile(bytes, { type: 'application/octet-stream', length: bytes.length });
    throw new ProblemError({
      type: 'not-found',
      status: 404,
      title: 'No such tile',
      detail: `The log has no ${path}, or has not got that far.`,
    });
  }
}

function facilityOf({ facility = '' }: Parameters): string {
  if (FACILITY_ID.test(facility)) return facility;
  throw notServed(facility);
}
