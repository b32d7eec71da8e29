import { METRICS, type Metrics } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Answer } from './answer.js';

/** Counts what became of posted events, by bounded labels only: never by lot or facility. */
@Injectable()
export class EventCounts {
  private readonly accepted;
  private readonly refused;
  private readonly replayed;

  constructor(@Inject(METRICS) metrics: Metrics) {
    this.accepted = metrics.counter('events_accepted_total', 'Custody events recorded');
    this.refused = metrics.counter('events_refused_total', 'Custody events refused at the door', ['code']);
    this.replayed = metrics.counter('idempotent_replays_total', 'Posts that got the first receipt again');
  }

  count(answers: readonly Answer[]): void {
    for (const answer of answers) {
      if (answer.outcome === 'recorded') this.accepted.inc();
      else if (answer.outcome === 'repeated') this.replayed.inc();
      else if (answer.outcome === 'refused') this.refused.inc({ code: answer.problem.type });
    }
  }
}
