import type { StatementOf } from '@lodemark/domain';
import { fieldsOf, Stated } from '../http/stated.js';
import { StatementHeaderRequest } from '../statements/statement-header.request.js';

type Added = StatementOf<'KeyAdded'>;
const FIELDS = fieldsOf('KeyAdded');

/** A key joins under one owner for one purpose. */
export class RegisterKeyRequest extends StatementHeaderRequest {
  @Stated(FIELDS.owner, { example: { facility: 'kokbulak' } })
  readonly owner!: Added['owner'];

  @Stated(FIELDS.purpose, {
    description:
      'event: a facility’s system signs its custody events; custodial: the custody service signs for the facility’s clerks; ' +
      'log: signs the facility log’s checkpoints and receipts (Ed25519 only); attestation: an organization’s third voice.',
    example: 'event',
  })
  readonly purpose!: Added['purpose'];

  @Stated(FIELDS.kid, { description: 'RFC 7638 thumbprint of the key, base64url.' })
  readonly kid!: string;

  @Stated(FIELDS.jwk, { description: 'The public key: Ed25519 or P-256, no other members.' })
  readonly jwk!: Added['jwk'];

  @Stated(FIELDS.alg, { example: 'EdDSA' })
  readonly alg!: Added['alg'];

  @Stated(FIELDS.validFrom, { example: '2026-11-01T00:00:00Z' })
  readonly validFrom!: string;

  @Stated(FIELDS.validUntil)
  readonly validUntil?: string;

  @Stated(FIELDS.proofOfPossession, {
    description:
      'Compact JWS, typ `lodemark-pop+jws`, by the key itself over the canonical JSON of {kid, owner, purpose, statementId}.',
  })
  readonly proofOfPossession!: string;
}

/** A key takes the place of another one of the same owner and purpose; both hold during the overlap. */
export class RotateKeyRequest extends RegisterKeyRequest {
  @Stated(fieldsOf('KeyRotated').overlapUntil, {
    description: 'Until when the replaced key still holds.',
    example: '2026-12-01T00:00:00Z',
  })
  readonly overlapUntil!: string;
}
