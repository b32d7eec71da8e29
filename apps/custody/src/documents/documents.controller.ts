import {
  AcceptsBytes,
  ANY_MEDIA_TYPE,
  CLOCK,
  CurrentCaller,
  ProblemError,
  Problems,
  RawBody,
  RawBodyBytes,
  type Caller,
  type Clock,
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
import { requireOperator } from '../access.js';
import type { CustodyLimits } from '../custody-config.js';
import { EXAMPLES } from '../examples.js';
import { DigestRequest } from '../http/path.request.js';
import { LIMITS } from '../ports.js';
import { DocumentStore } from './document-store.js';
import { DocumentQuery, PutDocumentQuery } from './document.request.js';
import { DocumentResponse } from './document.response.js';
import { RecordAccess } from './record-access.js';

/** Files that events name by digest: certificates, waybills, photographs. */
@ApiTags('documents')
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly store: DocumentStore,
    private readonly access: RecordAccess,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
  ) {}

  @Put()
  @HttpCode(200)
  @AcceptsBytes([ANY_MEDIA_TYPE])
  @ApiOperation({
    summary: 'Keep a document',
    description:
      'For the facility’s operators. Kept by the SHA-256 of its bytes; the same document again changes nothing. What ' +
      'it is, its first bytes show: the Content-Type of the request is not believed.',
  })
  @ApiSecurity('bearer')
  @ApiConsumes('application/octet-stream')
  @ApiBody({
    schema: { type: 'string', format: 'binary' },
    examples: { ticket: { value: EXAMPLES.document } },
  })
  @ApiOkResponse({ type: DocumentResponse })
  @Problems(401, 403, 413, 415)
  put(
    @RawBody() body: RawBodyBytes,
    @Query() { facility }: PutDocumentQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<DocumentResponse> {
    requireOperator(caller, facility);
    const { documentBytes } = this.limits;
    // Without a body there is nothing to read the bytes from.
    const bytes = body instanceof RawBodyBytes ? body.bytes : new Uint8Array();
    if (bytes.length > documentBytes) throw tooLarge(documentBytes);
    if (bytes.length === 0)
      throw new ProblemError({ type: 'document-empty', status: 400, title: 'The document is empty' });
    return this.store.put(bytes, facility, this.clock.now());
  }

  @Get(':digest')
  @ApiOperation({
    summary: 'A document, for those with the right',
    description:
      'For operators and auditors of a facility for which it is kept; with `lot`, for auditors of that lot and for the ' +
      'facility to which the event that names it was said.',
  })
  @ApiSecurity('bearer')
  @ApiParam({ name: 'digest', description: 'SHA-256 in lowercase hex.', example: EXAMPLES.documentDigest })
  @ApiOkResponse({
    content: {
      'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
      'application/pdf': { schema: { type: 'string', format: 'binary' } },
      'application/zip': { schema: { type: 'string', format: 'binary' } },
      'image/jpeg': { schema: { type: 'string', format: 'binary' } },
      'image/png': { schema: { type: 'string', format: 'binary' } },
      'image/tiff': { schema: { type: 'string', format: 'binary' } },
      'text/plain': { schema: { type: 'string' } },
    },
  })
  @Problems(401, 404)
  async get(
    @Param() { digest }: DigestRequest,
    @Query() { lot }: DocumentQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<StreamableFile> {
    const found = await this.store.find(digest);
    // Whoever may not read it does not learn that it is here.
    if (found === undefined) throw notFound();
    const { facilities, mediaType, bytes } = found;
    if (!(await this.access.document(caller, { digest, facilities, lot }))) throw notFound();
    return new StreamableFile(await this.store.content(found), {
      type: mediaType,
      disposition: `attachment; filename="${digest}"`,
      length: bytes,
    });
  }
}

function tooLarge(limit: number): ProblemError {
  return new ProblemError({
    type: 'document-too-large',
    status: 413,
    title: 'The document is too large',
    detail: `A document has at most ${limit} bytes here.`,
    facts: { limit },
  });
}

function notFound(): ProblemError {
  return new ProblemError({
    type: 'not-found',
    status: 404,
    title: 'No such document for this caller',
    detail: 'There is no document of this digest that this caller may see.',
  });
}
