import { StandsInResponse } from '../organizations/organization.response.js';

export class PolicyVersionResponse {
  readonly policy!: string;
  /** SHA-256 of the document's canonical bytes, lowercase hex. */
  readonly document!: string;
  readonly approvedBy?: string[];
  readonly statementId!: string;
  readonly recorded!: StandsInResponse;
}

export class PoliciesResponse {
  /** In log order. */
  readonly policies!: PolicyVersionResponse[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: number;
}

export class PolicyDocumentKeptResponse {
  /** SHA-256 of the document's canonical bytes, lowercase hex. */
  readonly document!: string;
}
