import { StandsInResponse } from '../organizations/organization.response.js';

/** A facility's record as of its registration or an amendment. */
export class FacilityRecordResponse {
  readonly organization!: string;
  readonly name!: string;
  readonly country!: string;
  /** Permitted steps with their capacities. */
  readonly steps!: Record<string, unknown>[];
  /** Calendar dates. */
  readonly operating!: Record<string, string>;
  readonly site?: Record<string, string>[];
  readonly licence?: string;
  readonly processTechnologyOrigin?: string;
  /** Of a mine: the pattern of rare earths that its ore is known to have. */
  readonly baseline?: Record<string, unknown>;
  readonly custodyUrl!: string;
  /** Why it was amended. */
  readonly reason?: string;
  /** Absent in the registration. */
  readonly effectiveFrom?: string;
  readonly statementId!: string;
  readonly recorded!: StandsInResponse;
}

export class FacilityKeyResponse {
  readonly kid!: string;
  readonly purpose!: string;
}

export class FacilityResponse {
  readonly facility!: string;
  /** Origin of its log. */
  readonly logOrigin!: string;
  /** As of the last statement. */
  readonly record!: FacilityRecordResponse;
  /** The registration and every amendment, in log order. */
  readonly history!: FacilityRecordResponse[];
  readonly keys!: FacilityKeyResponse[];
}

export class FacilitySummaryResponse {
  readonly facility!: string;
  readonly organization!: string;
  readonly name!: string;
  readonly country!: string;
  readonly custodyUrl!: string;
  readonly logOrigin!: string;
  readonly recorded!: StandsInResponse;
}

export class FacilitiesResponse {
  /** In the order of their ids. */
  readonly facilities!: FacilitySummaryResponse[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}
