import { randomUUID } from 'node:crypto';
import { CLOCK, LOGGER, type Clock, type Logger } from '@lodemark/platform';
import type { Outcome } from '@lodemark/policy';
import { Inject, Injectable } from '@nestjs/common';
import { ReadRefusal } from '../http/read-refusal.js';
import { HorizonNotFilled } from '../horizon/horizon.js';
import { Judging } from '../verdicts/judging.js';
import { VerdictStore, type KeptVerdict } from '../verdicts/verdict-store.js';

/** A verdict that would be another one under the draft. */
export interface ChangedVerdict {
  readonly id: string;
  readonly lot: string;
  /** Policy that it was given under. */
  readonly policy: string;
  readonly from: Outcome;
  readonly to: Outcome;
}

/** What a policy document would say of the verdicts given so far. */
export interface Simulation {
  readonly id: string;
  /** SHA-256 of the document's canonical bytes. */
  readonly document: string;
  /** Only verdicts under this policy; undefined: under any. */
  readonly under: string | undefined;
  readonly startedAt: Date;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly endedAt?: Date;
  readonly failure?: string;
  readonly done: number;
  readonly total: number;
  /** How many verdicts went from one outcome to another, or stayed. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly changed: readonly ChangedVerdict[];
  /** Verdicts whose horizon cannot be answered at any more. */
  readonly unanswered: readonly string[];
}

const PAGE = 100;
const MOST_LISTED = 1_000;
const MOST_RUNS = 20;

/**
 * Judges every verdict on file anew, each at its own horizon and with its own question, so that nothing but the policy
 * differs. Keeps nothing but the last runs in memory: a what-if is no verdict.
 */
@Injectable()
export class SimulationRuns {
  private readonly runs = new Map<string, Simulation>();
  private readonly cancelled = new Set<string>();

  constructor(
    private readonly store: VerdictStore,
    private readonly judging: Judging,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async begin(document: string, under: string | undefined): Promise<Simulation> {
    const run: Simulation = {
      ...{ id: randomUUID(), document, under, startedAt: this.clock.now(), state: 'running' },
      ...{ done: 0, total: await this.store.count(under), outcomes: new Map(), changed: [], unanswered: [] },
    };
    this.makeRoom();
    this.runs.set(run.id, run);
    void this.follow(run);
    return run;
  }

  find(id: string): Simulation | undefined {
    return this.runs.get(id);
  }

  /** Ends it after the verdict in hand; what it found so far stays. */
  cancel(id: string): Simulation | undefined {
    const run = this.runs.get(id);
    if (run?.state === 'running') this.cancelled.add(id);
    return run;
  }

  // One that runs is never forgotten: nobody could see it or end it any more.
  private makeRoom(): void {
    if (this.runs.size < MOST_RUNS) return;
    const oldest = [...this.runs.values()].find(({ state }) => state !== 'running');
    if (oldest === undefined) {
      throw new ReadRefusal({
        code: 'too-many-simulations',
        detail: `${String(MOST_RUNS)} simulations are running: wait for one, or end one.`,
        facts: { running: [...this.runs.keys()] },
      });
    }
    this.runs.delete(oldest.id);
  }

  private async follow(run: Simulation): Promise<void> {
    let latest = run;
    const say = (more: Partial<Simulation>) => {
      latest = { ...latest, ...more };
      if (this.runs.has(run.id)) this.runs.set(run.id, latest);
    };
    try {
      for (
        let after = 0, page = await this.page(run, after);
        page.length > 0;
        page = await this.page(run, after)
      ) {
        for (const kept of page) {
          if (this.cancelled.has(run.id)) {
            say({ state: 'cancelled', endedAt: this.clock.now() });
            return;
          }
          say(await this.compared(latest, kept));
          after = kept.place;
        }
      }
      say({ state: 'done', endedAt: this.clock.now() });
    } catch (err) {
      this.logger.error({ err, document: run.document }, 'a simulation of a policy failed');
      const failure = err instanceof Error ? err.message : String(err);
      say({ state: 'failed', endedAt: this.clock.now(), failure });
    } finally {
      this.cancelled.delete(run.id);
    }
  }

  private page({ under }: Simulation, after: number): Promise<readonly KeptVerdict[]> {
    return this.store.all({ after, limit: PAGE, under });
  }

  private async compared(run: Simulation, { id, verdict }: KeptVerdict): Promise<Partial<Simulation>> {
    const { lot, question, outcome: from } = verdict;
    const done = run.done + 1;
    const horizon = await this.judging.horizon({ horizon: verdict.horizon.size }).catch((error: unknown) => {
      if (error instanceof HorizonNotFilled) return undefined;
      throw error;
    });
    if (horizon?.rootHash !== verdict.horizon.rootHash) return { done, unanswered: [...run.unanswered, id] };
    const { outcome: to } = await this.judging.judgeUnder(horizon, { lot, question, document: run.document });
    const outcomes = new Map(run.outcomes);
    outcomes.set(`${from} ${to}`, (outcomes.get(`${from} ${to}`) ?? 0) + 1);
    const isListed = from !== to && run.changed.length < MOST_LISTED;
    const changed = isListed
      ? [...run.changed, { id, lot, policy: verdict.policy.id, from, to }]
      : run.changed;
    return { done, outcomes, changed };
  }
}
