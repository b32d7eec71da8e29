import { EntryRefResponse, HorizonResponse } from '../http/common.response.js';

export class TimelineEventResponse {
  readonly type!: string;
  readonly facility!: string;
  readonly occurredAt!: string;
  readonly recordedAt!: string;
  readonly coveredAt!: string;
  /** Whole seconds from when it is said to have happened to when the root log first covered it. */
  readonly lateBySeconds!: number;
  readonly entry!: EntryRefResponse;
}

export class CustodySpanResponse {
  readonly facility!: string;
  readonly from!: string;
  /** null while it lasts. */
  readonly to!: string | null;
  readonly began!: TimelineEventResponse;
  readonly ended!: TimelineEventResponse | null;
}

export class TransitSpanResponse {
  readonly dispatch!: string;
  readonly from!: string;
  readonly to!: string;
  readonly dispatchedAt!: string;
  readonly expectedAt!: string | null;
  readonly arrivedAt!: string | null;
  /** What became of each package so far; a lot without packages is the package `-`. */
  readonly packages!: Record<string, string>;
  readonly reports!: TimelineEventResponse[];
}

export class CustodyGapResponse {
  /**
   * `not-answered`: a dispatch without an outcome for every package. `dispatch-unseen`: a receipt whose dispatch no
   * counted entry holds. `origin-unseen`: custody begins and nobody says where the lot comes from.
   */
  readonly kind!: string;
  readonly from!: string;
  /** null: to the horizon. */
  readonly to!: string | null;
  readonly seconds!: number;
  /** Who should have reported; null when nobody knows. */
  readonly shouldReport!: string | null;
  readonly entries!: EntryRefResponse[];
}

export class CustodyOverlapResponse {
  /** Two that both say they hold the lot. */
  readonly facilities!: string[];
  readonly from!: string;
  readonly to!: string | null;
}

export class TimelineResponse {
  readonly horizon!: HorizonResponse;
  readonly lot!: string;
  /** Every event of the lot, by the time it is said to have happened. */
  readonly events!: TimelineEventResponse[];
  readonly custody!: CustodySpanResponse[];
  readonly transit!: TransitSpanResponse[];
  readonly gaps!: CustodyGapResponse[];
  readonly overlaps!: CustodyOverlapResponse[];
  readonly withheld!: number;
}
