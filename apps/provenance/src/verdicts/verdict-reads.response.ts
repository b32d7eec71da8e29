import { HorizonResponse } from '../http/common.response.js';
import { FindingResponse, VerdictPolicyResponse } from './verdict.response.js';

export class MissingEvidenceResponse {
  /** Who must supply it: facility or organization id, `asker` or `policy`. */
  readonly by!: string;
  readonly code!: string;
  readonly what!: string;
  /** Versioned rules whose findings it would cure. */
  readonly rules!: string[];
  /** These findings in plain English. */
  readonly explanations!: string[];
}

export class CuresResponse {
  readonly horizon!: HorizonResponse;
  readonly lot!: string;
  readonly policy!: VerdictPolicyResponse;
  /** What the verdict would be now. */
  readonly outcome!: string;
  /** The least that would turn what is not proven into a pass, as far as is known at this horizon. */
  readonly missing!: MissingEvidenceResponse[];
  /** What the evidence speaks against: only a correction of what is wrong would cure it. */
  readonly contradicted!: FindingResponse[];
}

export class GivenAnewResponse {
  /** Id of the verdict that this one took the place of. */
  readonly before!: string;
  /** Log and index of the entry that made it necessary; of several, one. */
  readonly origin!: string;
  readonly index!: number;
}

export class GivenVerdictResponse {
  readonly id!: string;
  readonly policy!: VerdictPolicyResponse;
  readonly question!: Record<string, unknown>;
  readonly horizon!: HorizonResponse;
  readonly outcome!: string;
  readonly firstAskedAt!: string;
  /** 0 for a verdict that was only given anew. */
  readonly timesAsked!: number;
  readonly givenAnew?: GivenAnewResponse;
  /** Digest of the version that was published after its policy document: a mark, the verdict stands. */
  readonly policySupersededBy?: string;
}

export class GivenVerdictsResponse {
  readonly lot!: string;
  /** In the order in which they were first given. */
  readonly verdicts!: GivenVerdictResponse[];
  /** Give it as `after` for the next page. */
  readonly next?: number;
}

export class ComparedVerdictResponse {
  readonly id!: string;
  readonly policy!: VerdictPolicyResponse;
  readonly question!: Record<string, unknown>;
  readonly horizon!: HorizonResponse;
  readonly outcome!: string;
}

export class ChangeResponse {
  /** Outcome before and after this step. */
  readonly from!: string;
  readonly to!: string;
  readonly gone!: FindingResponse[];
  readonly came!: FindingResponse[];
}

export class DifferenceResponse {
  readonly lot!: string;
  readonly a!: ComparedVerdictResponse;
  readonly b!: ComparedVerdictResponse;
  /** What other entries count at the second one’s horizon, under the first one’s policy and question. */
  readonly data!: ChangeResponse;
  /** What the second one’s policy document says otherwise of the same evidence. */
  readonly policy!: ChangeResponse;
  /** What was asked otherwise. */
  readonly question!: ChangeResponse;
}
