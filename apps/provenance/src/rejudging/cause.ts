/** The entry of a log that made verdicts be given anew: a facility's, or one of the root log. */
export interface Cause {
  readonly origin: string;
  readonly index: number;
}

/** Things that were touched, each by what touched it first. */
export type Touched = ReadonlyMap<string, Cause>;
