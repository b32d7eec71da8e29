import { EntryRefResponse, HorizonResponse } from '../http/common.response.js';

export class LineageNodeResponse {
  readonly lot!: string;
  /** Steps away from the lot asked about. */
  readonly steps!: number;
  readonly form!: string | null;
  readonly madeKg!: string | null;
  readonly heat?: string;
  readonly grade?: string;
  /** `created`, `process`, `unknown` or `contradicted`. */
  readonly origin!: string;
  /** Country of the facility that made it, at the time. */
  readonly country!: string | null;
  /** An entry about it cannot be applied. */
  readonly inDoubt!: boolean;
}

export class ElementFlowResponse {
  readonly element!: string;
  /** Kilograms of the element that the input lot brought; null when nobody measured it. */
  readonly inKg!: string | null;
  /** Kilograms of the element in the output lot; null when nobody measured it. */
  readonly outKg!: string | null;
}

export class LineageEdgeResponse {
  readonly input!: string;
  readonly output!: string;
  readonly step!: string;
  readonly facility!: string;
  readonly occurredAt!: string;
  /** Kilograms of the input lot that went in. */
  readonly inputKg!: string | null;
  /** `feed`, `reagent`, …; `heel` for what was in the circuit before. */
  readonly role!: string;
  readonly elements!: ElementFlowResponse[];
  readonly entry!: EntryRefResponse;
}

export class HandOverResponse {
  /** SHA-256 of the dispatch's canonical payload. */
  readonly dispatch!: string;
  readonly lots!: string[];
  readonly from!: string;
  readonly to!: string;
  readonly dispatchedAt!: string;
  /** First receipt; null while there is none. */
  readonly receivedAt!: string | null;
  readonly entries!: EntryRefResponse[];
}

export class LineageResponse {
  readonly horizon!: HorizonResponse;
  readonly lot!: string;
  readonly direction!: string;
  /** By distance, then by id. */
  readonly nodes!: LineageNodeResponse[];
  readonly edges!: LineageEdgeResponse[];
  readonly handOvers!: HandOverResponse[];
  /** Further lots of the lineage that are not shown to you. */
  readonly withheld!: number;
}
