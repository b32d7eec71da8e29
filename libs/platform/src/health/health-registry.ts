import { setTimeout as delay } from 'node:timers/promises';

export const HEALTH = Symbol('HEALTH');

export type Probe = 'ready' | 'startup';

/** Something that must be well for a service to be ready, or to have started. */
export interface HealthCheck {
  readonly name: string;
  readonly timeoutMs: number;
  readonly probes: readonly Probe[];
  /** Resolves with facts to show, or with nothing; rejects when unwell. Only a `HealthFailure`'s text is shown. */
  check(): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** Why a check fails, in words that anybody may read. */
export class HealthFailure extends Error {
  override readonly name = 'HealthFailure';
}

export interface CheckReport {
  readonly status: 'up' | 'down';
  readonly detail?: string;
  /** Since the check last succeeded; absent when it never did. */
  readonly secondsSinceSuccess?: number;
  readonly milliseconds: number;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface HealthReport {
  readonly status: 'up' | 'down';
  /** Set while the service ends: it answers what it has begun and takes nothing new. */
  readonly stopping?: true;
  readonly checks: Readonly<Record<string, CheckReport>>;
}

/** Receives a check's failure with its cause, when it begins to fail. */
export type FailureListener = (name: string, cause: unknown) => void;

// However often it is probed, and by however many, a dependency is asked no more often than this.
const FRESH_MS = 500;

interface CheckState {
  readonly check: HealthCheck;
  running: Promise<CheckReport> | undefined;
  last: { readonly report: CheckReport; readonly at: number } | undefined;
  succeededAt: number | undefined;
}

/** The named checks of a service and how they went. */
export class HealthRegistry {
  private readonly states: CheckState[] = [];
  private stopping = false;
  private started = false;

  constructor(
    private readonly onFailure: FailureListener = () => undefined,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(check: HealthCheck): void {
    if (this.states.some((state) => state.check.name === check.name)) {
      throw new Error(`There is a health check "${check.name}" already`);
    }
    this.states.push({ check, running: undefined, last: undefined, succeededAt: undefined });
  }

  /** From now on the service is not ready, whatever its checks say. */
  stop(): void {
    this.stopping = true;
  }

  /** Whether the service can take requests now. */
  async ready(): Promise<HealthReport> {
    return { ...(await this.probe('ready')), ...(this.stopping ? { status: 'down', stopping: true } : {}) };
  }

  /** Whether the service has started; once it has, it stays so. */
  async startup(): Promise<HealthReport> {
    const report = await this.probe('startup');
    this.started ||= report.status === 'up';
    return { ...report, status: this.started ? 'up' : 'down' };
  }

  private async probe(probe: Probe): Promise<HealthReport> {
    const states = this.states.filter(({ check }) => check.probes.includes(probe));
    const reports = await Promise.all(
      states.map(async (state) => [state.check.name, await this.report(state)] as const),
    );
    const status = reports.every(([, report]) => report.status === 'up') ? 'up' : 'down';
    return { status, checks: Object.fromEntries(reports) };
  }

  private async report(state: CheckState): Promise<CheckReport> {
    if (state.last !== undefined && this.now() - state.last.at < FRESH_MS)
      return this.withAge(state, state.last.report);
    // A check that hangs is not asked again while it does: it would only hang once more.
    state.running ??= this.run(state).finally(() => {
      state.running = undefined;
    });
    const patience = new AbortController();
    const timeout = delay(state.check.timeoutMs, undefined, { signal: patience.signal }).catch(
      () => undefined,
    );
    const report = (await Promise.race([state.running, timeout])) ?? this.timedOut(state);
    patience.abort();
    return this.withAge(state, report);
  }

  private async run(state: CheckState): Promise<CheckReport> {
    const begun = this.now();
    const report = await this.outcome(state).then((outcome) => ({
      ...outcome,
      milliseconds: Math.round(this.now() - begun),
    }));
    state.last = { report, at: this.now() };
    return report;
  }

  private async outcome(state: CheckState): Promise<Omit<CheckReport, 'milliseconds'>> {
    try {
      const facts = await state.check.check();
      state.succeededAt = this.now();
      return { status: 'up', ...(facts === undefined ? {} : { facts }) };
    } catch (cause) {
      if (state.last?.report.status !== 'down') this.onFailure(state.check.name, cause);
      return { status: 'down', detail: cause instanceof HealthFailure ? cause.message : 'The check failed.' };
    }
  }

  private timedOut({ check }: CheckState): CheckReport {
    return {
      status: 'down',
      detail: `No answer within ${check.timeoutMs} ms.`,
      milliseconds: check.timeoutMs,
    };
  }

  private withAge({ succeededAt }: CheckState, report: CheckReport): CheckReport {
    if (succeededAt === undefined) return report;
    return { ...report, secondsSinceSuccess: Math.round((this.now() - succeededAt) / 100) / 10 };
  }
}
