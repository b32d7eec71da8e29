import { Public, Roles } from '@lodemark/platform';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples/examples.js';
import { Reads, RecordsStatement } from '../http/documented.js';
import { found } from '../http/found.js';
import { KidRequest } from '../http/path.request.js';
import { StatementDesk } from '../statements/statement-desk.js';
import { StatementRecordedResponse } from '../statements/statement-recorded.response.js';
import { FindKey } from './find-key.js';
import { KeyResponse } from './key.response.js';
import { RegisterKeyRequest, RotateKeyRequest } from './register-key.request.js';
import { RevokeKeyRequest } from './revoke-key.request.js';

@ApiTags('keys')
@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly desk: StatementDesk,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Roles('registrar')
  @RecordsStatement(
    {
      summary: 'Register a key',
      description:
        'One key has one owner and one purpose, for ever. Points of low order and badly spelled points are refused, ' +
        'and the key itself must prove that its owner holds it.',
    },
    { type: RegisterKeyRequest, examples: [EXAMPLES.key, EXAMPLES.certificateKey] },
  )
  register(@Body() body: RegisterKeyRequest): Promise<StatementRecordedResponse> {
    return this.desk.make('KeyAdded', body);
  }

  @Post(':kid/rotation')
  @Roles('registrar')
  @ApiParam({ name: 'kid', description: 'The key to replace.', example: EXAMPLES.rotatedKid })
  @RecordsStatement(
    {
      summary: 'Rotate a key',
      description:
        'The new key has the owner and purpose of the old one; both hold until overlapUntil. The old key can say so ' +
        'itself by POST /v1/statements.',
    },
    { type: RotateKeyRequest, example: EXAMPLES.rotation },
  )
  rotate(
    @Param() { kid: replaces }: KidRequest,
    @Body() body: RotateKeyRequest,
  ): Promise<StatementRecordedResponse> {
    return this.desk.make('KeyRotated', body, { replaces });
  }

  @Post(':kid/revocation')
  @Roles('registrar')
  @ApiParam({ name: 'kid', example: EXAMPLES.rotation.kid })
  @RecordsStatement(
    {
      summary: 'Revoke a key',
      description:
        'It holds no more from this root log entry on; what it signed from suspectFrom on is INSUFFICIENT until the ' +
        'facility attests it again. A second revocation may only move suspectFrom further back.',
    },
    { type: RevokeKeyRequest, example: EXAMPLES.revocation },
  )
  revoke(@Param() { kid }: KidRequest, @Body() body: RevokeKeyRequest): Promise<StatementRecordedResponse> {
    return this.desk.make('KeyRevoked', body, { kid });
  }

  @Get(':kid')
  @Public()
  @ApiParam({ name: 'kid', example: EXAMPLES.key.kid })
  @Reads({ summary: 'A key and what has become of it' }, { type: KeyResponse })
  async find(@Param() { kid }: KidRequest): Promise<KeyResponse> {
    return found(await this.queries.execute(new FindKey(kid)), `key ${kid}`);
  }
}
