import { isInstant } from '@lodemark/domain';
import { Nested, Optional, WholeNumber } from '@lodemark/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateBy,
} from 'class-validator';
import { JudgingRequest, LOT, LOT_MESSAGE } from '../verdicts/ask-verdict.request.js';

/** Whom a certificate is given to. */
export class IssuedToRequest {
  @ApiProperty({ example: 'https://prime.example', description: 'A URI of the party.' })
  @IsString()
  @Matches(/^[a-z][a-z0-9+.-]{1,20}:[\x21-\x7e]{1,300}$/, { message: 'a URI of the party' })
  readonly id!: string;

  @ApiProperty({ example: 'Prime contractor (invented)' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @Matches(/^\P{Cc}*$/u, { message: 'no control characters' })
  readonly name!: string;
}

/** A certificate is asked for. */
export class IssueCertificateRequest extends JudgingRequest {
  @ApiPropertyOptional({ example: 'euclid/A-2027-004' })
  @Optional()
  @IsString()
  @Matches(LOT, LOT_MESSAGE)
  readonly lot?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Lots of one shipment: a certificate for each, or none at all.',
  })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @Matches(LOT, { ...LOT_MESSAGE, each: true })
  readonly lots?: readonly string[];

  @ApiPropertyOptional({ description: 'Also certify a verdict that is no pass. Default: refuse.' })
  @Optional()
  @IsBoolean()
  readonly refusal?: boolean;

  @ApiPropertyOptional({ type: () => IssuedToRequest, description: 'Default: whoever holds it.' })
  @Optional()
  @Nested(() => IssuedToRequest)
  readonly issuedTo?: IssuedToRequest;
}

/** A certificate in the path, with the form that is wanted after a dot. */
export class CertificateNameRequest {
  @Matches(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(\.(jwt|vc\.json|bundle|pdf|html))?$/,
    {
      message: 'the id of a certificate, perhaps with .jwt, .vc.json, .bundle, .pdf or .html after it',
    },
  )
  readonly name!: string;
}

/** What a form of a certificate is asked to carry. */
export class CertificateFormRequest {
  @ApiPropertyOptional({
    example: 'embedded',
    description: 'Of a PDF: that it carries the bundle, for whoever may see every entry in it.',
  })
  @Optional()
  @IsIn(['embedded'])
  readonly bundle?: 'embedded';
}

/** Which certificates are listed. */
export class CertificatesRequest {
  @ApiPropertyOptional({
    example: 'kokbulak/2026-0017',
    description: 'Only those on lots that descend from this one.',
  })
  @Optional()
  @IsString()
  @Matches(LOT, LOT_MESSAGE)
  readonly descendsFrom?: string;

  @ApiPropertyOptional({
    description: 'Certificates after this place: `next` of the page before.',
    default: 0,
  })
  @Optional()
  @WholeNumber()
  readonly after: number = 0;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @Optional()
  @WholeNumber({ min: 1, max: 200 })
  readonly limit: number = 50;
}

/** Which changes of certificates are listed. */
export class CertificateChangesRequest {
  @ApiPropertyOptional({ description: 'Changes after this one: `next` of the answer before.', default: 0 })
  @Optional()
  @WholeNumber()
  readonly after: number = 0;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @Optional()
  @WholeNumber({ min: 1, max: 200 })
  readonly limit: number = 50;
}

/** A status list in the path. */
export class StatusListRequest {
  @Matches(/^(revocation|suspension)$/)
  readonly purpose!: 'revocation' | 'suspension';

  @Matches(/^(0|[1-9][0-9]{0,8})$/)
  readonly list!: string;
}

/** As of when a status list is wanted (Bitstring Status List v1.0, section 3.2). */
export class StatusListTimeRequest {
  @ApiPropertyOptional({
    description: 'RFC 3339: the list as it was then. Left out: as it is now.',
    example: '2026-12-31T23:59:59Z',
    format: 'date-time',
  })
  @Optional()
  @ValidateBy({
    name: 'instant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isInstant(value),
      defaultMessage: () => 'an instant in RFC 3339 with its offset',
    },
  })
  readonly timestamp?: string;
}
