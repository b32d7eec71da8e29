import { Optional } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';

export class SimulationRequest {
  @ApiPropertyOptional({
    example: 'DFARS-7052-phase2',
    description: 'Only verdicts that were given under the policy of this name; left out: all of them.',
  })
  @Optional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  readonly under?: string;
}

/** A policy document in the path. */
export class DocumentRequest {
  @Matches(/^[0-9a-f]{64}$/, { message: 'the SHA-256 of a policy document in lowercase hex' })
  readonly digest!: string;
}

/** A simulation in the path. */
export class SimulationIdRequest {
  @IsUUID()
  readonly id!: string;
}
