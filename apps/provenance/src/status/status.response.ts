import { ParkedEntryResponse } from '../lots/lot.response.js';
import { HorizonResponse } from '../http/common.response.js';

export class LogStatusResponse {
  readonly origin!: string;
  /** Entries that count at this horizon. */
  readonly counted!: number;
  /** Entries held here. */
  readonly held!: number;
}

export class MissingLogResponse {
  readonly origin!: string;
  readonly covered!: number;
  readonly held!: number;
  /** `entries` that have not arrived, or a `fit` that those held do not have with what the log's key signed. */
  readonly missing!: string;
}

export class LatestHorizonResponse {
  readonly horizon!: HorizonResponse;
  /** Size of the latest root checkpoint that the registry has published and that is known here. */
  readonly published!: number;
  readonly logs!: LogStatusResponse[];
  /** What keeps the published checkpoint from being the horizon; empty when nothing does. */
  readonly missing!: MissingLogResponse[];
}

export class ParkedRootEntryResponse {
  readonly index!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
  readonly reason!: string;
}

export class ParkedResponse {
  readonly horizon!: HorizonResponse;
  /** Facility entries that this version cannot apply, by log and index. */
  readonly entries!: ParkedEntryResponse[];
  /** Root log entries that this version cannot apply: they leave every lot in doubt. */
  readonly root!: ParkedRootEntryResponse[];
}
