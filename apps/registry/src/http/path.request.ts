import { Matches } from 'class-validator';
import { fieldsOf, Stated } from './stated.js';

/** An organization or facility in the path. */
export class IdRequest {
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'an id is [a-z0-9-]{1,63}' })
  readonly id!: string;
}

/** A key in the path. */
export class KidRequest {
  @Stated(fieldsOf('KeyAdded').kid)
  readonly kid!: string;
}

/** A facility in the path. */
export class FacilityRequest {
  @Stated(fieldsOf('FacilityRegistered').facility)
  readonly facility!: string;
}

/** A statement in the path. */
export class StatementIdRequest {
  @Stated(fieldsOf('OrganizationRegistered').statementId)
  readonly statementId!: string;
}

/** A document in the path. */
export class DigestRequest {
  @Stated(fieldsOf('PolicyPublished').document)
  readonly digest!: string;
}
