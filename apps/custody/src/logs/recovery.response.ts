import { ApiProperty } from '@nestjs/swagger';

/** A log as it is here, and what was signed of it. */
export class RecoveryResponse {
  readonly origin!: string;
  /** Entries that are here. */
  readonly size!: number;
  /** Root hash of these, lowercase hex. */
  readonly root!: string;

  @ApiProperty({ description: 'Size of the last tree that was signed; 0 before the first.' })
  readonly signedSize!: number;

  @ApiProperty({ description: 'Root hash of that tree, lowercase hex.' })
  readonly signedRoot!: string;

  @ApiProperty({ description: 'Who holds it.', enum: ['signer', 'registry'] })
  readonly heldBy!: 'signer' | 'registry';
}
