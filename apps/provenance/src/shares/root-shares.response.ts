import { EntryRefResponse, HorizonResponse } from '../http/common.response.js';

export class RootShareResponse {
  /** The lot at the root; null where nobody says which, or it is not shown to you. */
  readonly root!: string | null;
  /** `mined`, `recycled`, `purchased` or `opening-stock`; null with `root`. */
  readonly origin!: string | null;
  /** Country of the facility that recorded the root, at the time. */
  readonly country!: string | null;
  readonly entry!: EntryRefResponse | null;
  /**
   * Why there is no root: `no-origin` (nobody says, or it is not shown to you), `two-origins`, `own-ancestor`,
   * `element-from-nowhere`, `heel-unknown` or `not-measured`; null beside a root.
   */
  readonly unknown!: string | null;
  /** The lot at which the trail ends; null beside a root. */
  readonly endsAt!: string | null;
  /** Of the element in the lot, a decimal string; the shares of an element add up to 1. */
  readonly share!: string;
  /** Kilograms of the element; they add up to what the lot holds. Null when nobody measured that. */
  readonly kg!: string | null;
}

export class ElementSharesResponse {
  readonly element!: string;
  /** Kilograms of the element in the lot; null when nobody measured it. */
  readonly kg!: string | null;
  /**
   * `exact` where every step kept the material apart by the model that it states (identity-preserved, segregated,
   * controlled-blending) and every root is known; else `bookkeeping`: in proportion to what went in, and no statement
   * about where this very material is from.
   */
  readonly basis!: 'exact' | 'bookkeeping';
  /** The largest first. */
  readonly shares!: RootShareResponse[];
}

export class RootSharesResponse {
  readonly horizon!: HorizonResponse;
  readonly lot!: string;
  readonly elements!: ElementSharesResponse[];
  /** Lots of the lineage whose processes are not shown to you. */
  readonly withheld!: number;
}
