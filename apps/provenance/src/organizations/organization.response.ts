import { HorizonResponse } from '../http/common.response.js';

export class HolderResponse {
  /** A registered organization, or null for somebody who ends the chain. */
  readonly organization!: string | null;
  readonly name!: string | null;
  readonly kind!: string | null;
  readonly country!: string | null;
  /** Percentages, decimal strings. */
  readonly equity!: string;
  readonly votes!: string;
  readonly seats!: string;
}

export class OwnershipResponse {
  /** Calendar dates, both inclusive. */
  readonly from!: string;
  readonly to!: string | null;
  readonly holders!: HolderResponse[];
  /** Root log index of the declaration. */
  readonly rootIndex!: number;
}

export class OrganizationKeyResponse {
  readonly kid!: string;
  readonly purpose!: string;
  readonly validFrom!: string;
  readonly validUntil!: string | null;
  readonly revoked!: boolean;
}

export class OrganizationResponse {
  readonly horizon!: HorizonResponse;
  readonly organization!: string;
  readonly legalName!: string;
  readonly kind!: string;
  readonly incorporatedIn!: string;
  readonly headquarteredIn!: string | null;
  readonly principalPlaceIn!: string | null;
  /** Facilities that it operates, by their last record. */
  readonly facilities!: string[];
  /** In log order. */
  readonly ownership!: OwnershipResponse[];
  readonly keys!: OrganizationKeyResponse[];
}
