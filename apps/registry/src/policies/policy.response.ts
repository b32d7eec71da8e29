import { StandsInResponse } from '../organizations/organization.response.js';

export class PolicyVersionResponse {
  readonly policy!: string;
  /** SHA-256 of the document's canonical bytes, lowercase hex. */
  readonly document!: string;
  /** Pseudonyms of who published it and who approved it before. */
  readonly proposedBy?: string;
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

export class PolicyApprovedResponse {
  readonly document!: string;
  /** What the root log calls you. */
  readonly you!: string;
  /** Pseudonyms. */
  readonly approvedBy!: string[];
}

export class PolicyDocumentKeptResponse {
  /** SHA-256 of the document's canonical bytes, lowercase hex. */
  readonly document!: string;
}
