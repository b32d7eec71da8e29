import { fieldsOf, Stated } from '../http/stated.js';

const FIELDS = fieldsOf('OrganizationRegistered');

/** What every statement carries. */
export class StatementHeaderRequest {
  @Stated(FIELDS.statementId, {
    description:
      'UUID made by the client. The same statement again under this id gets the first answer; another one is a 409.',
    example: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0001',
  })
  readonly statementId!: string;

  @Stated(FIELDS.statedAt.exactOptional(), {
    description:
      'RFC 3339 with offset. When it is left out, the time at which the registry took the statement.',
    example: '2026-11-02T09:00:00Z',
  })
  readonly statedAt?: string;
}
