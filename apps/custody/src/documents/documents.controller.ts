import {
  AcceptsBytes,
  ANY_MEDIA_TYPE,
  CLOCK,
  CurrentCaller,
  forbidden,
  operates,
  ProblemError,
  Problems,
  RawBody,
  type Caller,
  type Clock,
  RawBodyBytes,
} from '@lodemark/platform';
import { Controller, Get, HttpCode, Inject, Param, Put, Query, StreamableFile } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { mayRead } from '../access.js';
import { LIMITS } from '../ports.js';
import type { CustodyLimits } from '../custody-config.js';
import { DocumentStore } from './document-store.js';
import { PutDocumentQuery } from './document.request.js';
import { DocumentResponse } from './document.response.js';

/** Files that events name by digest: certificates, waybills, photographs. */
@ApiTags('documents')
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly store: DocumentStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
  ) {}

  @Put()
  @HttpCode(200)
  @AcceptsBytes([ANY_MEDIA_TYPE])
  @ApiOperation({
    summary: 'Keep a document',
    description: 'Kept by the SHA-256 of its bytes; the same document again changes nothing.',
  })
  @ApiSecurity('bearer')
  @ApiConsumes('application/octet-stream')
  @ApiBody({
    schema: { type: 'string', format: 'binary' },
    examples: { text: { value: 'Weighbridge ticket 4711 (invented)' } },
  })
  @ApiOkResponse({ type: DocumentResponse })
  @Problems(401, 403, 413)
  put(
    @RawBody() body: RawBodyBytes,
    @Query() { facility }: PutDocumentQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<DocumentResponse> {
    if (!operates(caller, facility)) throw forbidden(`The token does not operate the facility ${facility}.`);
    if (body.bytes.length > this.limits.documentBytes) {
      throw new ProblemError({
        type: 'document-too-large',
        status: 413,
        title: 'The document is too large',
        facts: { limit: this.limits.documentBytes },
      });
    }
    if (body.bytes.length === 0)
      throw new ProblemError({ type: 'document-empty', status: 400, title: 'The document is empty' });
    return this.store.put(body.bytes, facility, this.clock.now());
  }

  @Get(':digest')
  @ApiOperation({ summary: 'A document, for those with the right' })
  @ApiSecurity('bearer')
  @ApiParam({ name: 'digest', description: 'SHA-256 in lowercase hex.' })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Problems(401, 404)
  async get(@Param('digest') digest: string, @CurrentCaller() caller: Caller): Promise<StreamableFile> {
    const found = /^[0-9a-f]{64}$/.test(digest) ? await this.store.find(digest) : undefined;
    const now = this.clock.now();
    // Whoever may not read it does not learn that it is here.
    if (found === undefined || !found.facilities.some((facility) => mayRead(caller, { facility, at: now }))) {
      throw new ProblemError({ type: 'not-found', status: 404, title: 'No such document for this caller' });
    }
    return new StreamableFile(found.content, {
      type: found.mediaType,
      disposition: `attachment; filename="${digest}"`,
      length: found.bytes,
    });
  }
}
