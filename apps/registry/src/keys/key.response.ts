import { StandsInResponse } from '../organizations/organization.response.js';

export class RevocationResponse {
  readonly reason!: string;
  readonly suspectFrom!: string;
  readonly note?: string;
  readonly recorded!: StandsInResponse;
}

export class SuccessionResponse {
  /** The key that takes this one's place. */
  readonly kid!: string;
  /** Until when this key still holds beside it. */
  readonly overlapUntil!: string;
  readonly recorded!: StandsInResponse;
}

export class KeyResponse {
  readonly kid!: string;
  /** `{facility}` or `{organization}`. */
  readonly owner!: Record<string, string>;
  readonly purpose!: string;
  readonly alg!: string;
  readonly jwk!: Record<string, string>;
  readonly validFrom!: string;
  readonly validUntil?: string;
  /** The key whose place this one takes. */
  readonly replaces?: string;
  readonly statementId!: string;
  readonly recorded!: StandsInResponse;
  readonly replacedBy?: SuccessionResponse;
  readonly revocation?: RevocationResponse;
}
