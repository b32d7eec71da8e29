import { BASE64, LostEntriesRequest, Optional } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, Matches } from 'class-validator';

const MOST_DOCUMENTS = 1_024;

export class LostRootEntriesRequest extends LostEntriesRequest {
  @ApiPropertyOptional({
    type: [String],
    example: [],
    default: [],
    maxItems: MOST_DOCUMENTS,
    description:
      'Bytes, in standard base64, of policies, certificates and status lists that the entries name by their digests. A ' +
      'certificate or status list may follow later; a policy may not.',
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(MOST_DOCUMENTS)
  @Matches(BASE64, { each: true })
  readonly documents: string[] = [];
}
