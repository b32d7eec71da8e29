import type { Horizon } from '@lodemark/policy';

/** An evidence horizon that this service can answer at: it holds every entry that counts there. */
export interface FilledHorizon extends Horizon {
  /** How many entries of each facility log count. */
  readonly counted: ReadonlyMap<string, number>;
}

/** Of one log whose covered entries are not all here, or do not fit. */
export interface MissingLog {
  readonly origin: string;
  /** Entries that the horizon covers. */
  readonly covered: number;
  /** Entries held here. */
  readonly held: number;
  /** `entries`: they have not arrived. `fit`: those held do not have the root that the log's key signed. */
  readonly missing: 'entries' | 'fit';
}

/** The horizon cannot be answered at; `missing` is empty when the root log itself does not reach that far. */
export class HorizonNotFilled extends Error {
  constructor(
    readonly horizon: number | null,
    readonly missing: readonly MissingLog[],
    detail: string,
  ) {
    super(detail);
    this.name = 'HorizonNotFilled';
  }
}

/** Placed in SQL as `counted (origin, size)`: parameters $1 and $2 of every query about a horizon. */
export const COUNTED = `counted AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS c (origin, size))`;

export function countedArrays({ counted }: FilledHorizon): [string[], number[]] {
  return [[...counted.keys()], [...counted.values()]];
}

/**
 * In SQL, beside COUNTED: whether every entry that counts is there as the checkpoints say, when the statement looks.
 * Entries are undone from some index on: where the last one that counts is, under the root that was signed, all are.
 */
export const HELD = `(SELECT bool_and(EXISTS (
    SELECT FROM coverage s JOIN entry h ON h.origin = s.origin AND h.idx = s.size - 1 AND h.tree_root = s.root
    WHERE s.origin = c.origin AND s.size = c.size AND s.advances
  )) FROM counted c WHERE c.size > 0)`;
