import type { Simulation } from './simulation-runs.js';

export class SimulatedOutcomeResponse {
  /** Outcome of the verdicts that were given. */
  readonly from!: string;
  /** Outcome that they would have under the document. */
  readonly to!: string;
  readonly count!: number;
}

export class ChangedVerdictResponse {
  /** The verdict that was given. */
  readonly id!: string;
  readonly lot!: string;
  /** Policy that it was given under. */
  readonly policy!: string;
  readonly from!: string;
  readonly to!: string;
}

export class SimulationProgressResponse {
  readonly done!: number;
  readonly total!: number;
}

export class SimulationResponse {
  readonly id!: string;
  /** SHA-256 of the policy document's canonical bytes, lowercase hex. */
  readonly document!: string;
  /** Only verdicts under this policy; absent: all. */
  readonly under?: string;
  /** `running`, `done`, `cancelled` or `failed`. */
  readonly state!: string;
  readonly startedAt!: string;
  readonly endedAt?: string;
  readonly failure?: string;
  readonly verdicts!: SimulationProgressResponse;
  readonly outcomes!: SimulatedOutcomeResponse[];
  /** The first thousand verdicts whose outcome would be another. */
  readonly changed!: ChangedVerdictResponse[];
  /** Verdicts whose horizon cannot be answered at any more. */
  readonly unanswered!: string[];
}

export function describeSimulation(run: Simulation): SimulationResponse {
  const { id, document, under, state, startedAt, endedAt, failure, done, total } = run;
  return {
    ...{ id, document, state, startedAt: startedAt.toISOString(), verdicts: { done, total } },
    ...(under === undefined ? {} : { under }),
    ...(endedAt === undefined ? {} : { endedAt: endedAt.toISOString() }),
    ...(failure === undefined ? {} : { failure }),
    outcomes: [...run.outcomes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, count]) => {
        const [from = '', to = ''] = key.split(' ');
        return { from, to, count };
      }),
    changed: [...run.changed],
    unanswered: [...run.unanswered],
  };
}
