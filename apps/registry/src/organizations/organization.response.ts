/** Where a statement stands in the root log, and since when. */
export class StandsInResponse {
  readonly index!: number;
  readonly recordedAt!: string;
}

export class OwnershipResponse {
  readonly holders!: Record<string, unknown>[];
  readonly creditors?: Record<string, unknown>[];
  readonly appointers?: Record<string, unknown>[];
  readonly from!: string;
  readonly to?: string;
  readonly documents?: string[];
  readonly recorded!: StandsInResponse;
}

export class OrganizationResponse {
  readonly organization!: string;
  readonly legalName!: string;
  readonly kind!: string;
  readonly incorporatedIn!: string;
  readonly headquarteredIn?: string;
  readonly principalPlaceIn?: string;
  readonly registrationNumber?: string;
  readonly address?: string;
  readonly contact?: string;
  readonly records?: Record<string, unknown>;
  readonly accreditations?: Record<string, unknown>[];
  readonly documents?: string[];
  readonly statementId!: string;
  readonly recorded!: StandsInResponse;
  /** Every declaration, in log order. */
  readonly ownership!: OwnershipResponse[];
  /** Ids. */
  readonly facilities!: string[];
  /** Ids of its own keys. */
  readonly keys!: string[];
}

export class OrganizationSummaryResponse {
  readonly organization!: string;
  readonly legalName!: string;
  readonly kind!: string;
  readonly incorporatedIn!: string;
  readonly recorded!: StandsInResponse;
}

export class OrganizationsResponse {
  /** In the order of their ids. */
  readonly organizations!: OrganizationSummaryResponse[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}
