import type { StatementOf } from '@lodemark/domain';
import { fieldsOf, Stated } from '../http/stated.js';
import { StatementHeaderRequest } from '../statements/statement-header.request.js';

const FIELDS = fieldsOf('KeyRevoked');

/** A key ends; what it signed from `suspectFrom` on is INSUFFICIENT until its facility attests it again. */
export class RevokeKeyRequest extends StatementHeaderRequest {
  @Stated(FIELDS.reason, { example: 'compromised' })
  readonly reason!: StatementOf<'KeyRevoked'>['reason'];

  @Stated(FIELDS.suspectFrom, { example: '2026-11-01T00:00:00Z' })
  readonly suspectFrom!: string;

  @Stated(FIELDS.note)
  readonly note?: string;
}
