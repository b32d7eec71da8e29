import { EntryRefResponse, HorizonResponse } from '../http/common.response.js';

/** Where and in what state a lot is at one facility, by that facility's own log. */
export class LotStandingResponse {
  readonly facility!: string;
  /** `held`, `in-transit`, `released`. */
  readonly standing!: string;
  /** Kilograms there, as weighed; a decimal string. */
  readonly kg!: string;
  readonly packages!: string[];
  /** Seal numbers on it. */
  readonly seals!: string[];
}

export class LotSummaryResponse {
  readonly lot!: string;
  /** As its maker states it; null when no counted entry that is shown says so. */
  readonly form!: string | null;
  /** Kilograms as made; a decimal string. */
  readonly madeKg!: string | null;
  readonly grade?: string;
  readonly heat?: string;
  readonly standings!: LotStandingResponse[];
}

export class LotsResponse {
  readonly horizon!: HorizonResponse;
  /** In the order of lot ids. */
  readonly lots!: LotSummaryResponse[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}

export class LotOriginResponse {
  /** `created`, `process`; `unknown` when nobody says, `contradicted` when several entries do. */
  readonly kind!: string;
  /** Of a created lot: `mined`, `recycled`, `purchased`, `opening-stock`. */
  readonly origin?: string;
  readonly step?: string;
  readonly inputs?: string[];
  readonly occurredAt?: string;
  readonly entries!: EntryRefResponse[];
}

export class LotEntryResponse {
  readonly entry!: EntryRefResponse;
  readonly type!: string;
  readonly eventId!: string;
  /** The facility's claim of when it happened. */
  readonly occurredAt!: string;
  /** When the facility's custody service recorded it. */
  readonly recordedAt!: string;
  /** When the root log first covered it: it existed by then. */
  readonly coveredAt!: string;
  /** Root log index of that entry. */
  readonly coveredBy!: number;
  /** `counted`, `corrected`, `taken-back`, `correction`, `contradiction`, `repeated`, or why its signature does not count. */
  readonly status!: string;
}

export class ParkedEntryResponse {
  readonly entry!: EntryRefResponse;
  /** Lots that its envelope names, `*` for the whole facility. */
  readonly lots!: string[];
  readonly reason!: string;
  readonly coveredAt!: string;
}

export class TitleResponse {
  readonly from!: string;
  readonly to!: string;
  readonly effectiveAt!: string;
  readonly entry!: EntryRefResponse;
}

export class LotResponse {
  readonly horizon!: HorizonResponse;
  readonly lot!: string;
  readonly form!: string | null;
  readonly madeKg!: string | null;
  readonly grade?: string;
  readonly heat?: string;
  readonly family?: string;
  readonly origin!: LotOriginResponse;
  /** As its maker or the last assay there states it, in the units of the report. */
  readonly composition?: Record<string, unknown>;
  readonly standings!: LotStandingResponse[];
  readonly titles!: TitleResponse[];
  /** Every counted entry that names it and may be shown, by log and index. */
  readonly entries!: LotEntryResponse[];
  /** Entries of the lot, or of lots it descends from, that cannot be applied: its verdict is in doubt until they can. */
  readonly inDoubt!: ParkedEntryResponse[];
  /** Entries that name the lot and are not shown to you. */
  readonly withheld!: number;
}
