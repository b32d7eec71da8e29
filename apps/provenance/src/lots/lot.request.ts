import { WholeNumber } from '@lodemark/platform';
import { FORMS } from '@lodemark/domain';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { HorizonRequest } from '../http/horizon.request.js';

function SearchText(description: string, example: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ description, example, maxLength: 100 })(target, property);
    IsOptional()(target, property);
    IsString()(target, property);
    // Postgres cannot even compare a text that holds a NUL.
    Matches(/^\P{Cc}*$/u, { message: 'no control characters' })(target, property);
    MinLength(1)(target, property);
    MaxLength(100)(target, property);
  };
}

/** What lots are looked for by; all that is given must hold. Upper and lower case are the same. */
export class FindLotsRequest extends HorizonRequest {
  @SearchText('The facility’s own number, or how it begins.', 'A-2027')
  readonly number?: string;

  @SearchText('Heat number.', 'H-771')
  readonly heat?: string;

  @SearchText('Container number (ISO 6346).', 'CSQU3054383')
  readonly container?: string;

  @SearchText('Seal number.', 'KZ-5501')
  readonly seal?: string;

  @SearchText('Contract or agreement reference.', 'OFFTAKE-1')
  readonly contract?: string;

  @SearchText('Shipment.', 'KB-2026-11')
  readonly shipment?: string;

  @SearchText('Waybill or bill of lading.', 'BL-9001')
  readonly waybill?: string;

  @ApiPropertyOptional({ description: 'Facility whose log names the lot.', example: 'euclid' })
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility?: string;

  @ApiPropertyOptional({ enum: FORMS, example: 'ALLOY' })
  @IsOptional()
  @IsIn(FORMS)
  readonly form?: string;

  @ApiPropertyOptional({ description: 'Lot ids after this one: `next` of the page before.' })
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,63}\/[A-Za-z0-9._-]{1,64}$/, { message: 'a lot id is <facility>/<number>' })
  readonly after?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 200 })
  readonly limit: number = 50;
}
