import { ProblemError, type Caller } from '@lodemark/platform';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CustodyMetrics } from '../custody-metrics.js';
import { CUSTODY_METRICS } from '../ports.js';
import { heldBack, refused, type Answer } from './answer.js';
import { FacilityLogs, type TakeOptions } from './facility-logs.js';
import { Intake, type Arrival } from './intake.js';
import type { ReadEvent } from './read-event.js';
import type { Item } from './read-items.js';

/** Records events, or (`dryRun`) says what would become of them; one answer per item, in order. */
export class PostEvents extends Command<readonly Answer[]> {
  constructor(
    readonly items: readonly Item[],
    readonly caller: Caller | undefined,
    readonly options: TakeOptions,
  ) {
    super();
  }
}

@CommandHandler(PostEvents)
export class PostEventsHandler implements ICommandHandler<PostEvents> {
  constructor(
    private readonly intake: Intake,
    private readonly logs: FacilityLogs,
    @Inject(CUSTODY_METRICS) private readonly metrics: CustodyMetrics,
  ) {}

  async execute({ items, caller, options }: PostEvents): Promise<readonly Answer[]> {
    const arrivals = await this.intake.receive(items, caller);
    const held = options.atomic ? heldTogether(arrivals) : arrivals;
    const answers = await this.decide(held, options);
    if (!options.dryRun) this.count(arrivals, answers);
    return answers;
  }

  /** Each facility's events go to its own log, which takes them in the order in which they came. */
  private async decide(arrivals: readonly Arrival[], options: TakeOptions): Promise<readonly Answer[]> {
    const decided = new Map<Arrival, Answer>();
    const groups = byFacility(arrivals.filter((arrival) => arrival.refused === undefined));
    await Promise.all(
      [...groups].map(async ([facility, group]) => {
        const events = group.map(({ event }) => event);
        const answers = await this.logs.take(facility, events, options);
        group.forEach(({ arrival }, at) => {
          const answer = answers[at];
          if (answer !== undefined) decided.set(arrival, answer);
        });
      }),
    );
    return arrivals.map((arrival, position) => {
      const answer = arrival.refused ?? decided.get(arrival);
      if (answer === undefined) throw new Error(`item ${position} was not decided`);
      return answer;
    });
  }

  private count(arrivals: readonly Arrival[], answers: readonly Answer[]): void {
    answers.forEach((answer, position) => {
      if (answer.outcome === 'refused') this.metrics.refused.inc({ code: answer.problem.type });
      else if (answer.outcome === 'repeated') this.metrics.repeated.inc();
      else this.metrics.accepted.inc({ type: arrivals[position]?.event?.event.type ?? 'unknown' });
    });
  }
}

/** All or nothing: one log for all of them, and none goes on when one is refused. @throws ProblemError 422 */
function heldTogether(arrivals: readonly Arrival[]): readonly Arrival[] {
  const facilities = new Set(arrivals.flatMap(({ event }) => event?.event.facility ?? []));
  if (facilities.size > 1) {
    throw new ProblemError({
      type: 'atomic-needs-one-log',
      status: 422,
      title: 'All or nothing holds within one log',
      detail: `The batch names ${facilities.size} facilities: ${[...facilities].sort().slice(0, 10).join(', ')}.`,
    });
  }
  const because = arrivals.findIndex((arrival) => arrival.refused !== undefined);
  if (because < 0) return arrivals;
  return arrivals.map((arrival) => ({ refused: refused(heldBack(because)), ...arrival }));
}

interface Entering {
  readonly arrival: Arrival;
  readonly event: ReadEvent;
}

function byFacility(arrivals: readonly Arrival[]): ReadonlyMap<string, readonly Entering[]> {
  const groups = new Map<string, Entering[]>();
  for (const arrival of arrivals) {
    const { event } = arrival;
    if (event === undefined) continue;
    const group = groups.get(event.event.facility) ?? [];
    group.push({ arrival, event });
    groups.set(event.event.facility, group);
  }
  return groups;
}
