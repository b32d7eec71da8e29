import { EntryRefResponse, HorizonResponse } from '../http/common.response.js';

export class VerdictPolicyResponse {
  readonly id!: string;
  /** SHA-256 of the policy document's canonical bytes, lowercase hex. */
  readonly document!: string;
}

export class CureResponse {
  readonly code!: string;
  /** Facility or organization id, `policy` or `asker`. */
  readonly by!: string;
  readonly what!: string;
}

export class FindingResponse {
  /** Versioned rule, such as `C32@1`. */
  readonly rule!: string;
  /** `PASS`, `PASS_EXCEPTION`, `FAIL`, `INSUFFICIENT`, `NOT_APPLICABLE` or `NOTE`. */
  readonly outcome!: string;
  readonly code!: string;
  readonly facts!: Record<string, unknown>;
  readonly entries!: EntryRefResponse[];
  readonly cure?: CureResponse;
}

export class StageCellResponse {
  readonly element!: string;
  readonly countries!: string[];
  readonly proven!: boolean;
}

export class StagesResponse {
  readonly mined!: StageCellResponse[];
  readonly refinedIntoOxide!: StageCellResponse[];
  readonly metalAndAlloy!: StageCellResponse[];
  readonly sinteredAndMagnetized!: StageCellResponse[];
}

export class LineageBalanceResponse {
  readonly element!: string;
  /** Kilograms of element, decimal strings to 1 mg. */
  readonly fromRootsKg!: string;
  readonly inSubjectKg!: string;
  readonly byproductsKg!: string;
  readonly lossesKg!: string;
  /** Remainders of lots that only a part was used of, kg. */
  readonly elsewhereKg!: string;
  readonly unexplainedKg!: string;
}

export class VerdictDocumentResponse {
  readonly v!: number;
  readonly lot!: string;
  readonly policy!: VerdictPolicyResponse;
  readonly question!: Record<string, unknown>;
  readonly horizon!: HorizonResponse;
  /** `PASS`, `PASS_EXCEPTION`, `FAIL` or `INSUFFICIENT`. */
  readonly outcome!: string;
  /** `subject`, `supports-magnet` or `not-applicable`. */
  readonly scope!: string;
  readonly judgedUnder!: Record<string, string>;
  readonly findings!: FindingResponse[];
  readonly stages!: StagesResponse;
  readonly transitCountries!: string[];
  readonly custodyModel!: string;
  readonly massBalance!: LineageBalanceResponse[];
}

export class VerdictResponse {
  /** SHA-256 of the verdict's canonical bytes (RFC 8785), lowercase hex. */
  readonly id!: string;
  readonly verdict!: VerdictDocumentResponse;
  /** Each finding in plain English, in the order of the findings; no part of the verdict’s bytes. */
  readonly explanations!: string[];
  /** Digest of the version that was published after its policy document: a mark, the verdict stands. */
  readonly policySupersededBy?: string;
}
