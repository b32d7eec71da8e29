import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

export const FAULTS = ['fork', 'withheld'] as const;

/** Ends what counts from a facility log: it was forked, or entries that a checkpoint covers are withheld. */
export class ReportLogFaultRequest {
  @ApiProperty({ example: 'kokbulak' })
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;

  @ApiProperty({ enum: FAULTS, example: 'withheld' })
  @IsIn(FAULTS)
  readonly kind!: (typeof FAULTS)[number];

  @ApiProperty({ description: 'First index that does not count any more.', minimum: 0, example: 2 })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly fromIndex!: number;

  @ApiProperty({
    description:
      'Signed notes or receipts (compact JWS) of that log’s own keys: for a fork the pieces that contradict ' +
      'each other or the entries served, for withheld entries at least one that shows that they exist.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(6)
  @IsString({ each: true })
  @MaxLength(8192, { each: true })
  readonly evidence!: string[];
}
