import type { StatementOf } from '@lodemark/domain';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { fieldsOf, Stated } from '../http/stated.js';
import { StatementHeaderRequest } from '../statements/statement-header.request.js';

type Registered = StatementOf<'OrganizationRegistered'>;
const FIELDS = fieldsOf('OrganizationRegistered');
const ACCREDITATION = FIELDS.accreditations.unwrap().element.shape;

export class AccreditationRequest {
  @Stated(ACCREDITATION.scheme, { example: 'ISO/IEC 17025' })
  readonly scheme!: string;

  @Stated(ACCREDITATION.number)
  readonly number!: string;

  @Stated(ACCREDITATION.scope)
  readonly scope?: string;

  @Stated(ACCREDITATION.from)
  readonly from!: string;

  @Stated(ACCREDITATION.to)
  readonly to?: string;
}

/** A legal entity joins the network. */
export class RegisterOrganizationRequest extends StatementHeaderRequest {
  @Stated(FIELDS.organization, { description: 'The id that the network knows it by.', example: 'tau-mining' })
  readonly organization!: string;

  @Stated(FIELDS.legalName, { example: 'Tau Mining LLP' })
  readonly legalName!: string;

  @Stated(FIELDS.kind, { example: 'operator' })
  readonly kind!: Registered['kind'];

  @Stated(FIELDS.incorporatedIn, { description: 'ISO 3166-1 alpha-2.', example: 'KZ' })
  readonly incorporatedIn!: string;

  @Stated(FIELDS.headquarteredIn)
  readonly headquarteredIn?: string;

  @Stated(FIELDS.principalPlaceIn)
  readonly principalPlaceIn?: string;

  @Stated(FIELDS.registrationNumber)
  readonly registrationNumber?: string;

  @Stated(FIELDS.address)
  readonly address?: string;

  @Stated(FIELDS.contact, { description: 'A function, not a person.', example: 'traceability@tau.example' })
  readonly contact?: string;

  @Stated(FIELDS.records)
  readonly records?: NonNullable<Registered['records']>;

  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => AccreditationRequest)
  readonly accreditations?: AccreditationRequest[];

  @Stated(FIELDS.documents, { description: 'SHA-256 digests of documents kept elsewhere.' })
  readonly documents?: string[];
}
