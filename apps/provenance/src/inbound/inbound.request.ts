import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { HorizonRequest } from '../http/horizon.request.js';

export class InboundRequest extends HorizonRequest {
  @ApiProperty({ description: 'The receiving facility.', example: 'src' })
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;
}
