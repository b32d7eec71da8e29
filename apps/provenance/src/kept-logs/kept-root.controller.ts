import { Problems, Roles } from '@lodemark/platform';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { DigestInPath, KeptEntriesRequest } from './kept-entries.request.js';
import { KeptEntriesResponse } from './kept-entries.response.js';
import { KeptRoot } from './kept-root.js';

@ApiTags('logs')
@Controller('v1/root')
@Roles('registrar', 'administrator')
export class KeptRootController {
  constructor(private readonly root: KeptRoot) {}

  @Get('entries')
  @ApiOperation({
    summary: 'Entries of the root log as they are kept here, in order',
    description:
      'For the network’s officers: lodemark recover root gives them back to a registry that lost them.',
  })
  @ApiOkResponse({ type: KeptEntriesResponse })
  @Problems(401, 403)
  entries(@Query() page: KeptEntriesRequest): Promise<KeptEntriesResponse> {
    return this.root.entries(page);
  }

  @Get('documents/:digest')
  @ApiOperation({
    summary: 'A policy, certificate or status list that the root log names, as it is kept here',
  })
  @ApiParam({ name: 'digest', example: 'ab'.repeat(32) })
  @ApiOkResponse({
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @Problems(401, 403, 404)
  async document(@Param() { digest }: DigestInPath): Promise<StreamableFile> {
    const bytes = await this.root.document(digest);
    return new StreamableFile(bytes, { type: 'application/octet-stream', length: bytes.length });
  }
}
