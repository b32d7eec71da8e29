/** The registry's answer to a facility log's checkpoint. */
export class CheckpointAcceptedResponse {
  /** Of the facility log. */
  readonly origin!: string;
  readonly size!: number;
  /** Lowercase hex. */
  readonly root!: string;
  /** False when the registry had it already. */
  readonly fresh!: boolean;
  /** Index of the root log entry that holds this checkpoint or a larger one; null until the round is recorded. */
  readonly rootIndex!: number | null;
}

export class CheckpointOutcomeResponse {
  /** HTTP status that the checkpoint alone would have got. */
  readonly status!: number;
  readonly accepted?: CheckpointAcceptedResponse;
  /** RFC 9457 problem details of a refused one. */
  readonly problem?: Record<string, unknown>;
}

export class CheckpointOutcomesResponse {
  /** In the order of the request. */
  readonly outcomes!: CheckpointOutcomeResponse[];
}

/** The last checkpoint of a facility log that the registry accepted: what the next consistency proof starts from. */
export class LastCheckpointResponse {
  readonly origin!: string;
  readonly size!: number;
  /** Lowercase hex. */
  readonly root!: string;
  /** The signed note. */
  readonly checkpoint!: string;
  /** Index of the root log entry that holds it or a larger one; null until the round is recorded. */
  readonly rootIndex!: number | null;
}
