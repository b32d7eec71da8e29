import { Problems, Public, Roles } from '@lodemark/platform';
import { fromBase64, fromHex } from '@lodemark/transparency';
import { Body, Controller, Get, Header, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CertifiedDocuments } from '../certificates/certified-documents.js';
import { EXAMPLES } from '../examples/examples.js';
import { found } from '../http/found.js';
import { DigestRequest } from '../http/path.request.js';
import { PolicyDocuments } from '../policies/policy-documents.js';
import { RootRecovery } from './root-recovery.js';
import { LostRootEntriesRequest } from './root-recovery.request.js';
import { RootRecoveryResponse } from './root-recovery.response.js';

/** What became of a root log whose database was restored from an older backup, and its way back. */
@ApiTags('root log')
@Controller('v1/root')
export class RootRecoveryController {
  constructor(
    private readonly recovery: RootRecovery,
    private readonly policies: PolicyDocuments,
    private readonly documents: CertifiedDocuments,
  ) {}

  @Get('recovery')
  @Roles('administrator')
  @ApiOperation({ summary: 'Whether the root log lacks entries that were signed' })
  @ApiOkResponse({ type: RootRecoveryResponse })
  @Problems(401, 403)
  standing(): Promise<RootRecoveryResponse> {
    return this.recovery.standing();
  }

  @Post('recovery')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({
    summary: 'Put entries back that a restored database lacks',
    description:
      'They have to lead to the last tree that was signed of the root log, and are put back byte for byte with all that ' +
      'follows from them: all of them or none. A log that lacks nothing stays as it is. lodemark recover root does ' +
      'this from provenance or from an export.',
  })
  @ApiBody({ type: LostRootEntriesRequest, examples: { nothing: { value: EXAMPLES.lostEntries } } })
  @ApiOkResponse({ type: RootRecoveryResponse })
  @Problems(401, 403, 409, 413, 415, 422)
  putBack(
    @Body() { from, entries, proof, documents }: LostRootEntriesRequest,
  ): Promise<RootRecoveryResponse> {
    const lost = { from, entries: entries.map(bytesOf), proof: proof.flatMap((hash) => fromHex(hash) ?? []) };
    return this.recovery.putBack(lost, documents.map(bytesOf));
  }

  @Get('documents/:digest')
  @Public()
  @ApiParam({ name: 'digest', example: EXAMPLES.policyDigest })
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiOperation({
    summary: 'A document that the root log names by its digest: policy, certificate or status list',
  })
  @ApiOkResponse({
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @Problems(404)
  async document(@Param() { digest }: DigestRequest): Promise<StreamableFile> {
    const known = (await this.documents.bytes(digest)) ?? (await this.policies.find(digest));
    const bytes = found(known, `document ${digest}`);
    return new StreamableFile(bytes, { type: 'application/octet-stream', length: bytes.length });
  }
}

/** The request says that it is base64. */
function bytesOf(text: string): Uint8Array {
  return fromBase64(text) ?? new Uint8Array();
}
