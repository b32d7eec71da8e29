import type { Verdict } from '@lodemark/policy';
import type { Network } from '@lodemark/domain';
import { canonicalize } from '@lodemark/transparency';
import type { Clock } from '@lodemark/platform';
import type { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import type { Horizons } from '../horizon/horizons.js';
import type { Judging } from '../verdicts/judging.js';
import type { VerdictStore } from '../verdicts/verdict-store.js';
import { firstSince, rootCause } from './first-since.js';
import type { GivenAnew, OvertakenVerdict, Progress, RejudgingFile } from './rejudging-file.js';

export interface OvertakenPorts {
  readonly file: RejudgingFile;
  readonly network: Network;
  readonly clock: Clock;
  readonly horizons: Horizons;
  readonly evidence: EvidenceOfLot;
  readonly judging: Judging;
  readonly store: VerdictStore;
}

const AT_ONCE = 25;

/**
 * Verdicts that came on file when all that was recorded after their horizon had been answered for: those asked for at an
 * earlier horizon, and those that were being given while the horizon advanced. Each is looked at once.
 */
export class OvertakenVerdicts {
  constructor(private readonly ports: OvertakenPorts) {}

  /** How many were given anew. */
  async catchUp(progress: Progress): Promise<number> {
    let rejudged = 0;
    for (;;) {
      const overtaken = await this.ports.file.overtaken(AT_ONCE);
      if (overtaken.length === 0) return rejudged;
      const horizon = await this.ports.horizons.at(progress.settled);
      const given: GivenAnew[] = [];
      for (const one of overtaken) given.push(...(await this.givenAnew(horizon, one)));
      const places = overtaken.map(({ place }) => place);
      await this.ports.file.record(progress, { given, overtaken: places, at: this.ports.clock.now() });
      rejudged += given.length;
    }
  }

  private async givenAnew(horizon: FilledHorizon, overtaken: OvertakenVerdict): Promise<GivenAnew[]> {
    const { file, judging, evidence, store, network } = this.ports;
    const latest = await file.before(horizon.size, [overtaken.lot]);
    // Another one of the same lot, document and question may be later.
    if (!latest.some(({ id }) => id === overtaken.id)) return [];
    const verdict = await judging.judgeUnder(horizon, overtaken);
    const bytes = await store.find(overtaken.id);
    const cause = firstSince(overtaken.horizon, await evidence.at(horizon, overtaken.lot), network);
    const before = bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as Verdict);
    const same = before !== undefined && sayings(before) === sayings(verdict);
    return cause === undefined && same
      ? []
      : [{ before: overtaken, verdict, cause: cause ?? rootCause(network, overtaken.horizon) }];
  }
}

/** What a verdict says, whatever it was given at. */
function sayings({ horizon: _, ...rest }: Verdict): string {
  return canonicalize(rest);
}
