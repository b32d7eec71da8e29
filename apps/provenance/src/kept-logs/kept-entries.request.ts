import { WholeNumber } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

export class KeptEntriesRequest {
  @ApiPropertyOptional({ default: 0, description: 'First index.' })
  @IsOptional()
  @WholeNumber()
  readonly from: number = 0;

  @ApiPropertyOptional({ default: 100, minimum: 1, maximum: 1000 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 1000 })
  readonly limit: number = 100;
}

/** A facility in the path. */
export class FacilityInPath {
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;
}

/** A document in the path, by the SHA-256 of its bytes. */
export class DigestInPath {
  @Matches(/^[0-9a-f]{64}$/, { message: 'a digest is 64 lowercase hex digits' })
  readonly digest!: string;
}
