import type { Backfill, Feed } from '@lodemark/feed';
import type { Network } from '@lodemark/domain';
import type { Clock, Logger } from '@lodemark/platform';
import type { SignatureChecker, VerifierKey } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { Horizons } from '../horizon/horizons.js';
import { Alarms } from './alarms.js';
import { CoverageWatch } from './coverage-watch.js';
import { ForkReports, type ReportFault } from './fork-reports.js';
import { LogFollowers } from './log-followers.js';
import { LogIngest } from './log-ingest.js';
import { RepeatedWork } from './repeated-work.js';
import { RootCheckpoints } from './root-checkpoints.js';
import { SignedCheckpoints } from './signed-checkpoints.js';

export interface IngestOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly network: Network;
  readonly checker: SignatureChecker;
  readonly feed: Feed;
  readonly backfill: Backfill;
  readonly alarms: Alarms;
  readonly genesis: string;
  readonly rootLogKey: VerifierKey;
  readonly reportFault: ReportFault;
  readonly pollMs: number;
}

/** Follows every log, keeps the published root checkpoints at hand, and compares what is held with what is signed. */
export class Ingest {
  readonly followers: LogFollowers;
  readonly rootCheckpoints: RootCheckpoints;
  readonly horizons: Horizons;
  private readonly watch: RepeatedWork;
  private readonly publication: RepeatedWork;

  constructor(private readonly options: IngestOptions) {
    const { pool, network, alarms, backfill, feed, logger, pollMs } = options;
    const rootOrigin = network.rootOrigin;
    const checkpoints = new SignedCheckpoints(options);
    const forks = new ForkReports({
      ...{ pool, network, alarms, logger, report: options.reportFault },
      noteOf: (checkpoint) => checkpoints.noteOf(checkpoint),
    });
    const onFork = forks.raise.bind(forks);
    const ingestFor = (origin: string) =>
      new LogIngest(origin, { ...options, checkpoints, onFork, onApplied: () => this.onApplied(origin) });
    this.ingestFor = ingestFor;
    this.followers = new LogFollowers({ pool, feed, logger, rootOrigin, ingestFor });
    this.rootCheckpoints = new RootCheckpoints({ pool, rootOrigin, checkpoints, alarms });
    this.horizons = new Horizons({
      pool,
      clock: options.clock,
      rootOrigin,
      rootCheckpoints: this.rootCheckpoints,
    });
    const coverage = new CoverageWatch({
      ...{ pool, backfill, checkpoints, alarms, onFork },
      ingestOf: (origin) => this.followers.ingestOf(origin),
    });
    const onError = (error: unknown) =>
      logger.warn({ err: error }, 'a look at the logs failed; it is repeated');
    this.watch = new RepeatedWork(pollMs, () => this.lookAround(coverage), onError);
    this.publication = new RepeatedWork(pollMs, () => this.rootCheckpoints.refresh(), onError);
  }

  readonly ingestFor: (origin: string) => LogIngest;

  async start(): Promise<void> {
    await this.followers.refresh();
    this.watch.start();
    this.publication.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.watch.stop(), this.publication.stop()]);
    await this.followers.stop();
  }

  /** Looks for entries, new logs and a new root checkpoint now. */
  wake(): void {
    this.followers.wake();
    this.watch.wake();
    this.publication.wake();
  }

  private onApplied(origin: string): void {
    // A root entry may register a facility, whose log is then followed, or cover entries that came before it.
    if (origin === this.options.network.rootOrigin) {
      this.watch.wake();
      this.publication.wake();
    }
  }

  private async lookAround(coverage: CoverageWatch): Promise<void> {
    await this.followers.refresh();
    await coverage.look();
  }
}
