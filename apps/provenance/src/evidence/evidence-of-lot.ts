import {
  castsDoubt,
  custodiansOf,
  involvedIn,
  type Custodians,
  type Evidence,
  type EvidenceEntry,
  type ParkedEntry,
} from '@lodemark/policy';
import type { FilledHorizon } from '../horizon/horizon.js';
import type { Closure, Upstream } from './closure.js';
import { KeptEvidence } from './kept-evidence.js';
import type { RootStatements } from './root-statements.js';
import type { CountedEntries, StoredEntries } from './stored-entries.js';

/** Gathers what a verdict is a function of, beside policy and question (libs/policy, `Evidence`). */
export class EvidenceOfLot {
  private readonly kept = new KeptEvidence();

  constructor(
    private readonly closure: Closure,
    private readonly stored: StoredEntries,
    private readonly root: RootStatements,
  ) {}

  /**
   * Every statement of the root log, and every counted entry that names a lot of the subject's lineage, in any log, or
   * that is about a facility of it as a whole.
   */
  async at(horizon: FilledHorizon, lot: string): Promise<Evidence> {
    return this.kept.at(horizon, lot) ?? this.keep(horizon, lot, await this.closure.upstream(horizon, lot));
  }

  /** The same, unless so many entries name lots of the lineage, or more: then nothing, and none of them is read. */
  async ofLessThan(many: number, horizon: FilledHorizon, lot: string): Promise<Evidence | undefined> {
    const kept = this.kept.at(horizon, lot);
    if (kept !== undefined) return kept;
    const upstream = await this.closure.upstream(horizon, lot);
    return upstream.naming.length >= many ? undefined : this.keep(horizon, lot, upstream);
  }

  private async keep(horizon: FilledHorizon, lot: string, upstream: Upstream): Promise<Evidence> {
    return this.kept.keep(lot, await this.gathered(horizon, lot, upstream));
  }

  private async gathered(horizon: FilledHorizon, lot: string, upstream: Upstream): Promise<Evidence> {
    const { entries, parked, custodians } = await this.lineage(horizon, upstream);
    const wide = await this.stored.at(
      horizon,
      await this.closure.facilityWide(horizon, involvedIn(custodians)),
    );
    const { size, rootHash, at } = horizon;
    // A root entry that cannot be read may be about anything at all: it leaves the lot itself in doubt.
    const doubts = await this.root.doubts(horizon);
    const unread = doubts.parked.map((entry) => ({ ...entry, lots: [lot] }));
    const doubtful = [...parked, ...wide.parked].filter((entry) => castsDoubt(entry, custodians));
    return {
      horizon: { size, rootHash, at },
      root: await this.root.at(horizon),
      faults: doubts.faults,
      entries: once([...entries, ...wide.entries]),
      parked: once([...unread, ...doubtful]),
    };
  }

  /** Parked entries that leave the lot in doubt. */
  async doubts(horizon: FilledHorizon, lot: string): Promise<readonly ParkedEntry[]> {
    const { parked, custodians } = await this.lineage(horizon, await this.closure.upstream(horizon, lot));
    const wide = await this.stored.at(
      horizon,
      await this.closure.facilityWide(horizon, involvedIn(custodians)),
    );
    return once([...parked, ...wide.parked]).filter((entry) => castsDoubt(entry, custodians));
  }

  private async lineage(
    horizon: FilledHorizon,
    { lots, naming }: Upstream,
  ): Promise<CountedEntries & { readonly custodians: Custodians }> {
    const counted = await this.stored.at(horizon, naming);
    return { ...counted, custodians: custodiansOf(lots, counted.entries) };
  }
}

function once<T extends EvidenceEntry | ParkedEntry>(entries: readonly T[]): readonly T[] {
  const byPlace = new Map(entries.map((entry) => [`${entry.ref.facility} ${entry.ref.index}`, entry]));
  return [...byPlace.values()];
}
