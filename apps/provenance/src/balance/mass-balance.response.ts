import { EntryRefResponse, HorizonResponse } from '../http/common.response.js';

export class BalanceRowResponse {
  /** An element, or `gross` for the mass as weighed. */
  readonly element!: string;
  /** Kilograms, decimal strings; null when something that counts was not measured. */
  readonly inKg!: string | null;
  readonly productKg!: string | null;
  readonly besideKg!: string | null;
  readonly lossKg!: string | null;
  /** What stayed in the circuit, after less before. */
  readonly heelChangeKg!: string | null;
  /** In, less all of the above. */
  readonly unexplainedKg!: string | null;
  /**
   * `closes` within the coverage factor, `over` when more came out than went in, `open` when something is missing
   * beyond the uncertainty, `unmeasured`.
   */
  readonly status!: string;
}

export class StepBalanceResponse {
  readonly step!: string;
  readonly facility!: string;
  readonly occurredAt!: string;
  readonly entry!: EntryRefResponse;
  readonly inputs!: string[];
  readonly outputs!: string[];
  /** Gross first, then by element. */
  readonly rows!: BalanceRowResponse[];
}

export class MassBalanceResponse {
  readonly horizon!: HorizonResponse;
  readonly lot!: string;
  /** Coverage factor that `status` was judged with. */
  readonly k!: string;
  /** Every process of the lineage, by log and index. */
  readonly steps!: StepBalanceResponse[];
  /** Lots of the lineage whose processes are not shown to you. */
  readonly withheld!: number;
}
