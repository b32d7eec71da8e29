import { RecoveryStandingResponse } from '@lodemark/platform';
import { ApiProperty } from '@nestjs/swagger';

/** The root log as it is here, what its signer signed of it, and what is lacking beside it. */
export class RootRecoveryResponse extends RecoveryStandingResponse {
  @ApiProperty({
    type: [String],
    description:
      'Digests of certificates and status lists that the root log names and that were lost: hand them in again. The ' +
      'first 1,000.',
  })
  readonly lackingDocuments!: string[];
}
