import { ApiProperty } from '@nestjs/swagger';

/** A log as it is here, and what was signed of it. */
export class RecoveryStandingResponse {
  @ApiProperty({ type: String })
  readonly origin!: string;

  @ApiProperty({ type: Number, description: 'Entries that are here.' })
  readonly size!: number;

  @ApiProperty({ type: String, description: 'Root hash of these, lowercase hex.' })
  readonly root!: string;

  @ApiProperty({ type: Number, description: 'Size of the last tree that was signed; 0 before the first.' })
  readonly signedSize!: number;

  @ApiProperty({ type: String, description: 'Root hash of that tree, lowercase hex.' })
  readonly signedRoot!: string;
}
