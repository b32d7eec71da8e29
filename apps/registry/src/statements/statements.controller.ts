import { AcceptsBytes, Problems, Public, RawBody } from '@lodemark/platform';
import { fromUtf8, MAX_JWS_LENGTH } from '@lodemark/transparency';
import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples/examples.js';
import { Reads } from '../http/documented.js';
import { found } from '../http/found.js';
import { StatementIdRequest } from '../http/path.request.js';
import { RegistrationRefusal } from './registration-refusal.js';
import { StatementDesk } from './statement-desk.js';
import { StatementReceipts } from './statement-receipts.js';
import { StatementRecordedResponse } from './statement-recorded.response.js';

@ApiTags('statements')
@Controller('v1/statements')
export class StatementsController {
  constructor(
    private readonly desk: StatementDesk,
    private readonly receipts: StatementReceipts,
  ) {}

  @Post()
  @Public()
  @AcceptsBytes(['application/jose'], { limit: MAX_JWS_LENGTH })
  @ApiOperation({
    summary: 'Hand in a signed statement',
    description:
      'A compact JWS, typ lodemark-statement+jws, over the canonical JSON of a statement. It authenticates itself: ' +
      'signed by a registrar’s key that genesis names; or a KeyRotated by the key that it replaces; or an ' +
      'EntriesReattested by an event or custodial key of the facility.',
  })
  @ApiBody({
    schema: { type: 'string', description: 'Compact JWS (RFC 7515).' },
    examples: { example: { summary: 'A key hands over to the next one', value: EXAMPLES.signedStatement } },
  })
  @ApiCreatedResponse({
    type: StatementRecordedResponse,
    description: 'It stands in the root log. The same statement again gets the same answer.',
  })
  @Problems(403, 409, 413, 415, 422)
  take(@RawBody() { bytes }: { readonly bytes: Uint8Array }): Promise<StatementRecordedResponse> {
    const jws = fromUtf8(bytes);
    if (jws !== undefined) return this.desk.take(jws);
    throw new RegistrationRefusal({ code: 'statement-malformed', detail: 'The body is not UTF-8.' });
  }

  @Get(':statementId')
  @Public()
  @ApiParam({ name: 'statementId', example: EXAMPLES.organization.statementId })
  @Reads({ summary: 'A recorded statement and its receipt' }, { type: StatementRecordedResponse })
  async find(@Param() { statementId }: StatementIdRequest): Promise<StatementRecordedResponse> {
    return found(await this.receipts.receiptOf(statementId), `statement ${statementId}`);
  }
}
