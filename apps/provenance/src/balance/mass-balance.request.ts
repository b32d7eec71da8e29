import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { HorizonRequest } from '../http/horizon.request.js';

export class MassBalanceRequest extends HorizonRequest {
  @ApiPropertyOptional({ description: 'Coverage factor.', default: '2', example: '2' })
  @IsOptional()
  @Matches(/^[1-9](\.\d{1,3})?$/, { message: 'a coverage factor such as 2 or 2.5' })
  readonly k: string = '2';
}
