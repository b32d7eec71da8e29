import { HorizonResponse } from '../http/common.response.js';

export class PublishedPolicyResponse {
  readonly policy!: string;
  /** SHA-256 of the document's canonical bytes, lowercase hex: ask by this to have this very version. */
  readonly document!: string;
  readonly rootIndex!: number;
  readonly publishedAt!: string;
  /** Whether it is the last version published under its name. */
  readonly current!: boolean;
  /** Digest of the version that came after it under its name; absent from the current one. */
  readonly supersededBy?: string;
}

export class PoliciesResponse {
  readonly horizon!: HorizonResponse;
  /** The policy of a question that names none. */
  readonly defaultPolicy!: string;
  /** In log order. */
  readonly policies!: PublishedPolicyResponse[];
}
