import { fieldsOf, Stated } from '../http/stated.js';
import { StatementHeaderRequest } from '../statements/statement-header.request.js';

const FIELDS = fieldsOf('EntriesReattested');

/** A facility stands by its entries again, after a key was revoked with a suspect interval. */
export class ReattestEntriesRequest extends StatementHeaderRequest {
  @Stated(FIELDS.facility, { example: 'kokbulak' })
  readonly facility!: string;

  @Stated(FIELDS.fromIndex, { description: 'First entry that is attested again.', example: 0 })
  readonly fromIndex!: number;

  @Stated(FIELDS.size, {
    description: 'Up to this size of the facility log, which one of its checkpoints must have.',
    example: 3,
  })
  readonly size!: number;

  @Stated(FIELDS.rootHash, { description: 'The root of that checkpoint, lowercase hex.' })
  readonly rootHash!: string;
}
