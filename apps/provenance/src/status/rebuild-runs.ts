import { randomUUID } from 'node:crypto';
import { CLOCK, LOGGER, type Clock, type Logger } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Rebuilt, RebuildProgress, RebuildSource } from '../ingest/rebuild.js';

/** Rebuilds and digests the read model: `Maintenance`. */
export const MAINTENANCE = Symbol('MAINTENANCE');

export interface Maintenance {
  rebuild(source: RebuildSource, onProgress?: (progress: RebuildProgress) => void): Promise<Rebuilt>;
  digest(): Promise<string>;
}

/** A rebuild that was asked for, and how far it is. */
export interface RebuildRun {
  readonly id: string;
  readonly source: RebuildSource;
  readonly startedAt: Date;
  readonly progress: RebuildProgress;
  readonly ended?: { readonly at: Date } & ({ readonly rebuilt: Rebuilt } | { readonly failure: string });
}

/**
 * Rebuilds take as long as there are entries, longer than a request may: they are begun, and looked at. One runs at a
 * time, and the last is remembered until the process ends, which rolls a running one back.
 */
@Injectable()
export class RebuildRuns {
  private last: RebuildRun | undefined;

  constructor(
    @Inject(MAINTENANCE) private readonly maintenance: Maintenance,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Begins a rebuild; the one that runs, if one does: asking twice is asking once. */
  begin(source: RebuildSource): RebuildRun {
    if (this.last !== undefined && this.last.ended === undefined) return this.last;
    const run: RebuildRun = {
      ...{ id: randomUUID(), source, startedAt: this.clock.now() },
      progress: { done: 0, total: undefined },
    };
    this.last = run;
    void this.follow(run);
    return run;
  }

  find(id: string): RebuildRun | undefined {
    return this.last?.id === id ? this.last : undefined;
  }

  private async follow(run: RebuildRun): Promise<void> {
    let latest = run;
    try {
      const rebuilt = await this.maintenance.rebuild(run.source, (progress) => {
        this.last = latest = { ...run, progress };
      });
      this.last = { ...latest, ended: { at: this.clock.now(), rebuilt } };
    } catch (err) {
      this.logger.error({ err, source: run.source }, 'the rebuild failed; the read model is as it was');
      const failure = err instanceof Error ? err.message : String(err);
      this.last = { ...latest, ended: { at: this.clock.now(), failure } };
    }
  }
}
