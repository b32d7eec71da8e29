import { CLOCK, type Caller, type Clock } from '@lodemark/platform';
import type { Verdict } from '@lodemark/policy';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import { PROVENANCE_METRICS, type ProvenanceMetrics } from '../provenance-metrics.js';
import { Judging, type VerdictQuestion } from './judging.js';
import { VerdictStore } from './verdict-store.js';

export interface GivenVerdict {
  /** SHA-256 of the verdict's canonical bytes, lowercase hex. */
  readonly id: string;
  readonly verdict: Verdict;
}

/** Judges, keeps the question and the verdict, and answers. */
export class AskVerdict extends Command<GivenVerdict> {
  constructor(
    readonly asked: VerdictQuestion,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(AskVerdict)
export class AskVerdictHandler implements ICommandHandler<AskVerdict> {
  constructor(
    private readonly access: Access,
    private readonly judging: Judging,
    private readonly store: VerdictStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PROVENANCE_METRICS) private readonly metrics: ProvenanceMetrics,
  ) {}

  async execute({ asked, caller }: AskVerdict): Promise<GivenVerdict> {
    const horizon = await this.judging.horizon(asked);
    await this.access.mayAskAbout(horizon, asked.lot, caller);
    const verdict = await this.judging.judge(horizon, asked);
    const askedAt = this.clock.now();
    const id = await this.store.keep(verdict, { askedBy: caller.subject, askedAt });
    this.metrics.verdicts.inc({ outcome: verdict.outcome });
    return { id, verdict };
  }
}
