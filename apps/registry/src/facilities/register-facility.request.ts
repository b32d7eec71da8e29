import type { StatementOf } from '@lodemark/domain';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsDefined, ValidateNested } from 'class-validator';
import { fieldsOf, Stated } from '../http/stated.js';
import { StatementHeaderRequest } from '../statements/statement-header.request.js';

type Registered = StatementOf<'FacilityRegistered'>;
const FIELDS = fieldsOf('FacilityRegistered');
const PERMITTED = FIELDS.steps.element.shape;

export class PermittedStepRequest {
  @Stated(PERMITTED.step, { example: 'MINE' })
  readonly step!: Registered['steps'][number]['step'];

  @Stated(PERMITTED.capacityPerYear, { example: { value: '12000', unit: 't' } })
  readonly capacityPerYear?: NonNullable<Registered['steps'][number]['capacityPerYear']>;
}

/** A facility's record as it reads from its registration, or an amendment, on. */
export class FacilityRecordRequest extends StatementHeaderRequest {
  @Stated(FIELDS.organization, {
    description: 'The registered organization that operates it.',
    example: 'tau-mining',
  })
  readonly organization!: string;

  @Stated(FIELDS.name, { example: 'Kokbulak mine (invented)' })
  readonly name!: string;

  @Stated(FIELDS.country, { example: 'KZ' })
  readonly country!: string;

  @IsDefined()
  @IsArray()
  @ArrayMaxSize(30)
  @ValidateNested({ each: true })
  @Type(() => PermittedStepRequest)
  readonly steps!: PermittedStepRequest[];

  @Stated(FIELDS.operating, { description: 'Calendar dates.', example: { from: '2020-01-01' } })
  readonly operating!: Registered['operating'];

  @Stated(FIELDS.site, { description: 'Ring of corners, WGS 84 decimal degrees as strings, not closed.' })
  readonly site?: NonNullable<Registered['site']>;

  @Stated(FIELDS.licence)
  readonly licence?: string;

  @Stated(FIELDS.processTechnologyOrigin)
  readonly processTechnologyOrigin?: string;

  @Stated(FIELDS.baseline, {
    description:
      'Of a mine: the pattern of rare earths that its ore is known to have, from its resource statement.',
  })
  readonly baseline?: NonNullable<Registered['baseline']>;

  @Stated(FIELDS.custodyUrl, {
    description: 'Address of its custody service.',
    example: 'https://custody.tau.example',
  })
  readonly custodyUrl!: string;
}

/** A facility joins; its log is `<network>/log/<facility>` from here on. */
export class RegisterFacilityRequest extends FacilityRecordRequest {
  @Stated(FIELDS.facility, { example: 'kokbulak' })
  readonly facility!: string;
}
