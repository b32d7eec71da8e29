export class LotStandingResponse {
  /** Lot id: the facility that created it and its number. */
  readonly lot!: string;
  /** `held`, `in-transit`, `released`, or `unknown` when the facility only named it. */
  readonly standing!: string;
  /** Material form, null when the facility never had it. */
  readonly form!: string | null;
  /** Kilograms here as weighed, decimal. */
  readonly kg!: string;
  /** Package ids that are here; empty: the lot is one package. */
  readonly packages!: string[];
  /** Seals that the facility put on and has not found broken. */
  readonly seals!: string[];
  /** Entries of this log that name the lot. */
  readonly entries!: number;
}

export class LotsResponse {
  readonly facility!: string;
  readonly lots!: LotStandingResponse[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}

export class LotHistoryResponse {
  readonly index!: number;
  readonly lotSequence!: number;
  /** `event` or `conflict`. */
  readonly kind!: string;
  readonly recordedAt!: string;
  readonly event!: Record<string, unknown>;
}

export class LotResponse extends LotStandingResponse {
  readonly facility!: string;
  /** Steps that the grammar allows for the form and the facility is registered for. */
  readonly nextSteps!: string[];
  /** In log order, one page of it. */
  readonly history!: LotHistoryResponse[];
  /** Pass as `from` for the next page; absent on the last. */
  readonly historyNext?: number;
}
