import { ApiProperty } from '@nestjs/swagger';
import { fieldsOf, Stated } from '../http/stated.js';
import { StatementHeaderRequest } from '../statements/statement-header.request.js';

const FIELDS = fieldsOf('PolicyPublished');

/** Documents the body; its bytes are read by read-publication.ts. A policy document enters the root log by the SHA-256 of its canonical bytes, which the registry keeps. */
export class PublishPolicyRequest extends StatementHeaderRequest {
  @Stated(FIELDS.policy, {
    description: 'Name of the policy, the same for all its versions.',
    example: 'WC-3',
  })
  readonly policy!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The whole policy document.' })
  readonly document!: Record<string, unknown>;
}
