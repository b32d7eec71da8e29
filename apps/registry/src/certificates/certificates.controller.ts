import { VC_JWT_MEDIA_TYPE } from '@lodemark/certificate';
import { Network } from '@lodemark/domain';
import { AcceptsBytes, invalidRequest, Problems, Public, RawBody } from '@lodemark/platform';
import { fromUtf8 } from '@lodemark/transparency';
import { Controller, Get, Header, Param, Post, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples/examples.js';
import { found } from '../http/found.js';
import { DigestRequest } from '../http/path.request.js';
import type { DocumentKind } from './certified-documents.js';
import { DocumentRecordedResponse } from './document-recorded.response.js';
import { FindDocument, RecordDocument } from './record-document.js';

const CREDENTIAL = {
  schema: { type: 'string' as const, description: 'A credential secured with JOSE (vc+jwt).' },
};
const DIGEST = ApiParam({ name: 'digest', example: EXAMPLES.policyDigest });

/** In the documentation of an answer: that this operation is asked by the digest that the answer has. */
function answered(operationId: string) {
  return { operationId, parameters: { digest: '$response.body#/digest' } };
}

/** Certificates and status lists of every issuer of the network. */
@ApiTags('certificates')
@Controller('v1')
@Public()
export class CertificatesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly network: Network,
  ) {}

  @Post('certificates')
  @AcceptsBytes([VC_JWT_MEDIA_TYPE])
  @ApiOperation({
    summary: 'Record a certificate in the root log',
    description:
      'It authenticates itself by a key that is registered for certificates. The registry keeps it; its digest becomes ' +
      'an entry of the root log, without which nobody takes a certificate for one.',
  })
  @ApiBody({ ...CREDENTIAL, examples: { example: { value: EXAMPLES.certificate } } })
  @ApiCreatedResponse({
    type: DocumentRecordedResponse,
    links: { document: answered('CertificatesController_certificate') },
  })
  @Problems(400, 403, 413, 415)
  record(@RawBody() { bytes }: { readonly bytes: Uint8Array }): Promise<DocumentRecordedResponse> {
    return this.take('certificate', bytes);
  }

  @Get('certificates/:digest')
  @DIGEST
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiOperation({ summary: 'A certificate, exactly as it was signed' })
  @ApiOkResponse({ content: { [VC_JWT_MEDIA_TYPE]: CREDENTIAL } })
  @Problems(404)
  certificate(@Param() { digest }: DigestRequest): Promise<StreamableFile> {
    return this.give('certificate', digest);
  }

  @Post('status-lists')
  @AcceptsBytes([VC_JWT_MEDIA_TYPE])
  @ApiOperation({
    summary: 'Record a status list in the root log',
    description:
      'The newest one that the root log names under its address is the one that holds. What it changes, and why, ' +
      'stands in its entry in the root log too.',
  })
  @ApiBody({ ...CREDENTIAL, examples: { example: { value: EXAMPLES.statusList } } })
  @ApiCreatedResponse({
    type: DocumentRecordedResponse,
    links: { document: answered('CertificatesController_statusList') },
  })
  @Problems(400, 403, 413, 415)
  recordStatusList(@RawBody() { bytes }: { readonly bytes: Uint8Array }): Promise<DocumentRecordedResponse> {
    return this.take('status', bytes);
  }

  @Get('status-lists/:digest')
  @DIGEST
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiOperation({ summary: 'A status list, exactly as it was signed' })
  @ApiOkResponse({ content: { [VC_JWT_MEDIA_TYPE]: CREDENTIAL } })
  @Problems(404)
  statusList(@Param() { digest }: DigestRequest): Promise<StreamableFile> {
    return this.give('status', digest);
  }

  private async take(kind: DocumentKind, bytes: Uint8Array): Promise<DocumentRecordedResponse> {
    const text = fromUtf8(bytes);
    if (text === undefined) {
      throw invalidRequest(
        [{ code: 'not-utf8', pointer: '', detail: 'The body is not valid UTF-8.' }],
        'body',
      );
    }
    const { digest, index, leaf, recordedAt } = await this.commands.execute(new RecordDocument(kind, text));
    return { digest, origin: this.network.rootOrigin, index, leaf, recordedAt };
  }

  private async give(kind: DocumentKind, digest: string): Promise<StreamableFile> {
    const text = found(await this.queries.execute(new FindDocument(kind, digest)), `${kind} ${digest}`);
    const bytes = Buffer.from(text, 'utf8');
    return new StreamableFile(bytes, { type: VC_JWT_MEDIA_TYPE, length: bytes.length });
  }
}
