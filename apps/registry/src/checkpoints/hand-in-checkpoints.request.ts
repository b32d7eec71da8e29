import { NestedList, Optional } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
} from 'class-validator';

/** A consistency proof of C2SP tlog-witness has at most 63 hashes. */
const MAX_PROOF_HASHES = 63;
const MAX_NOTE_LENGTH = 8192;

/** A facility log's checkpoint, and the proof that it extends the last accepted one. */
export class HandInCheckpointRequest {
  /** C2SP signed note of the checkpoint, signed by a registered log key of the facility. */
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NOTE_LENGTH)
  readonly checkpoint!: string;

  /**
   * RFC 6962 consistency proof from the size of the last accepted checkpoint to this one, lowercase hex hashes; empty
   * or left out for the first checkpoint of a log.
   */
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_PROOF_HASHES)
  @Matches(/^[0-9a-f]{64}$/, { each: true, message: 'a SHA-256 hash in lowercase hex' })
  readonly consistencyProof?: string[];
}

/** One checkpoint, or several in `checkpoints`, of one facility log or of many. */
export class HandInCheckpointsRequest {
  @ApiPropertyOptional({ description: 'C2SP signed note of the one checkpoint handed in.' })
  @ValidateIf((body: HandInCheckpointsRequest) => body.checkpoints === undefined)
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NOTE_LENGTH)
  readonly checkpoint?: string;

  @ApiPropertyOptional({ description: 'Of the one checkpoint; see HandInCheckpointRequest.' })
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_PROOF_HASHES)
  @Matches(/^[0-9a-f]{64}$/, { each: true, message: 'a SHA-256 hash in lowercase hex' })
  readonly consistencyProof?: string[];

  @ApiPropertyOptional({ description: 'Several; taken in this order, and each gets an answer of its own.' })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @NestedList(() => HandInCheckpointRequest)
  readonly checkpoints?: HandInCheckpointRequest[];
}
