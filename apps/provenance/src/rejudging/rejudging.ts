import type { Clock, Logger } from '@lodemark/platform';
import type { Pool } from 'pg';
import type { Network } from '@lodemark/domain';
import type { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import type { RootStatements } from '../evidence/root-statements.js';
import { HorizonNotFilled, type FilledHorizon } from '../horizon/horizon.js';
import type { Horizons } from '../horizon/horizons.js';
import type { Judging } from '../verdicts/judging.js';
import type { VerdictStore } from '../verdicts/verdict-store.js';
import type { Touched } from './cause.js';
import { concernedBy, namesOneOf } from './named-organizations.js';
import { NewsReader, type News } from './news.js';
import { OvertakenVerdicts } from './overtaken-verdicts.js';
import { ProgressMoved, RejudgingFile, type GivenAnew, type Progress } from './rejudging-file.js';
import { TouchedLots } from './touched-lots.js';

export interface RejudgingPorts {
  readonly pool: Pool;
  readonly network: Network;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly horizons: Horizons;
  readonly root: RootStatements;
  readonly evidence: EvidenceOfLot;
  readonly judging: Judging;
  readonly store: VerdictStore;
}

/** What one advance came to. */
export interface Advance {
  /** Root log sizes. */
  readonly from: number;
  readonly to: number;
  /** Lots that what is new touches, with verdicts on file or without. */
  readonly touched: number;
  /** Verdicts given anew. */
  readonly rejudged: number;
}

/** Lots whose verdicts are looked up together, and verdicts that are committed together. */
const LOTS = 1_000;
const VERDICTS = 25;

/**
 * Keeps verdicts on file true (invariant 9): when the horizon advances, what is new says which lots are touched, and the
 * last verdict on each of these, under each document and question, is given anew. Every step can be tried again: what has
 * been recorded is found on file at the new horizon, and its turn is over.
 */
export class Rejudging {
  private readonly file: RejudgingFile;
  private readonly news: NewsReader;
  private readonly touched: TouchedLots;
  private readonly overtaken: OvertakenVerdicts;

  constructor(private readonly ports: RejudgingPorts) {
    const { pool, network, root } = ports;
    this.file = new RejudgingFile(pool);
    this.news = new NewsReader(pool, network, root);
    this.touched = new TouchedLots(pool, network);
    this.overtaken = new OvertakenVerdicts({ ...ports, file: this.file });
  }

  /** Goes on to the latest horizon; undefined when there is none yet, or another process does it. */
  async advance(): Promise<Advance | undefined> {
    try {
      return await this.goOn();
    } catch (error) {
      if (error instanceof ProgressMoved || error instanceof HorizonNotFilled) return undefined;
      throw error;
    }
  }

  private async goOn(): Promise<Advance> {
    const found = await this.file.progress();
    const progress = found.target > found.settled ? found : await this.begin(found);
    const { settled, target } = progress;
    const counts = target > settled ? await this.work(progress) : { touched: 0, rejudged: 0 };
    const rejudged = counts.rejudged + (await this.overtaken.catchUp({ settled: target, target }));
    return { from: settled, to: target, touched: counts.touched, rejudged };
  }

  private async begin({ settled }: Progress): Promise<Progress> {
    const { size } = await this.ports.horizons.latest();
    if (size <= settled) return { settled, target: settled };
    await this.file.aim({ settled, target: settled }, size);
    return { settled, target: size };
  }

  private async work(progress: Progress): Promise<{ readonly touched: number; readonly rejudged: number }> {
    const { settled, target } = progress;
    const { horizons } = this.ports;
    const after = await horizons.at(target);
    let [touched, rejudged]: [Touched, number] = [new Map(), 0];
    if ((await this.file.lots(target, { after: '', limit: 1 })).length > 0) {
      const before = settled === 0 ? undefined : await horizons.at(settled);
      const news = await this.news.between(before, after);
      touched = await this.touched.by(news, before, after);
      rejudged += await this.giveAnew(progress, after, touched);
      rejudged += await this.giveAnewByName(progress, after, { news, touched });
    }
    await this.file.settle(progress);
    if (rejudged > 0) this.ports.logger.info({ ...progress, rejudged }, 'verdicts on file were given anew');
    return { touched: touched.size, rejudged };
  }

  private async giveAnew(progress: Progress, after: FilledHorizon, touched: Touched): Promise<number> {
    const lots = [...touched.keys()].sort();
    let rejudged = 0;
    for (let at = 0; at < lots.length; at += LOTS) {
      const onFile = await this.file.before(after.size, lots.slice(at, at + LOTS));
      for (let from = 0; from < onFile.length; from += VERDICTS) {
        const given: GivenAnew[] = [];
        for (const before of onFile.slice(from, from + VERDICTS)) {
          const cause = touched.get(before.lot);
          if (cause === undefined) continue;
          given.push({ before, cause, verdict: await this.ports.judging.judgeUnder(after, before) });
          await breath();
        }
        await this.file.record(progress, { given, at: this.ports.clock.now() });
        rejudged += given.length;
      }
    }
    return rejudged;
  }

  /**
   * Statements about organizations, and root entries that cannot be read, concern lots that no index leads to: the
   * lots with verdicts on file are gone through, and never the network.
   */
  private async giveAnewByName(
    progress: Progress,
    after: FilledHorizon,
    { news, touched }: { readonly news: News; readonly touched: Touched },
  ): Promise<number> {
    const [cause] = news.everything === undefined ? news.organizations.values() : [news.everything];
    if (cause === undefined) return 0;
    const root = await this.ports.root.at(after);
    const concerned = concernedBy(new Set(news.organizations.keys()), root);
    let rejudged = 0;
    for (let last = ''; ;) {
      const lots = await this.file.lots(after.size, { after: last, limit: LOTS });
      const more = new Map<string, typeof cause>();
      for (const lot of lots.filter((one) => !touched.has(one))) {
        const isNamed = async () => namesOneOf(concerned, await this.ports.evidence.at(after, lot));
        if (news.everything !== undefined || (await isNamed())) more.set(lot, cause);
        await breath();
      }
      rejudged += await this.giveAnew(progress, after, more);
      const end = lots.at(-1);
      if (end === undefined) return rejudged;
      last = end;
    }
  }
}

/** Lets questions that wait be answered between two verdicts. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
