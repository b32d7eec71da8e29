import { HorizonResponse } from '../http/common.response.js';

export class FacilityStepResponse {
  readonly step!: string;
  readonly capacityPerYear?: Record<string, unknown>;
}

export class OperatingIntervalResponse {
  readonly from!: string;
  readonly to?: string;
}

export class FacilityLogResponse {
  readonly origin!: string;
  /** How many of its entries count at the horizon. */
  readonly counted!: number;
  /** How many entries are held here. */
  readonly held!: number;
  /** First index that does not count because of a fault; null without one. */
  readonly endedAt!: number | null;
}

export class FacilityResponse {
  readonly facility!: string;
  readonly organization!: string;
  readonly name!: string;
  readonly country!: string;
  readonly steps!: FacilityStepResponse[];
  readonly operating!: OperatingIntervalResponse;
  readonly custodyUrl!: string;
  readonly log!: FacilityLogResponse;
}

export class FacilitiesResponse {
  readonly horizon!: HorizonResponse;
  /** In the order of their ids. */
  readonly facilities!: FacilityResponse[];
}
