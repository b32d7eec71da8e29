import { RecoveryStandingResponse } from '@lodemark/platform';
import { ApiProperty } from '@nestjs/swagger';

/** A facility's log as it is here, and what was signed of it. */
export class RecoveryResponse extends RecoveryStandingResponse {
  @ApiProperty({ description: 'Who holds it.', enum: ['signer', 'registry'] })
  readonly heldBy!: 'signer' | 'registry';
}
