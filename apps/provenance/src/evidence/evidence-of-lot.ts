import type { Evidence, EvidenceEntry, ParkedEntry } from '@lodemark/policy';
import type { FilledHorizon } from '../horizon/horizon.js';
import type { Closure } from './closure.js';
import type { RootStatements } from './root-statements.js';
import type { StoredEntries } from './stored-entries.js';

/** Gathers what a verdict is a function of, beside policy and question (libs/policy, `Evidence`). */
export class EvidenceOfLot {
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
    const lots = (await this.closure.lots(horizon, lot, { direction: 'up' })).map((reached) => reached.lot);
    const naming = await this.stored.at(horizon, await this.closure.entriesNaming(horizon, lots));
    const facilities = facilitiesOf(lots, naming.entries, naming.parked);
    const wide = await this.stored.at(horizon, await this.closure.facilityWide(horizon, facilities));
    const { size, rootHash, at } = horizon;
    // A root entry that cannot be read may be about anything at all: it leaves the lot itself in doubt.
    const unread = (await this.root.parked(horizon)).map((entry) => ({ ...entry, lots: [lot] }));
    return {
      horizon: { size, rootHash, at },
      root: await this.root.at(horizon),
      faults: await this.root.faults(horizon),
      entries: once([...naming.entries, ...wide.entries]),
      parked: once([...unread, ...naming.parked, ...wide.parked]),
    };
  }
}

/** Where the lots were made, spoken of, and sent. */
function facilitiesOf(
  lots: readonly string[],
  entries: readonly EvidenceEntry[],
  parked: readonly ParkedEntry[],
): readonly string[] {
  const receivers = entries.flatMap(({ event }) => (event.type === 'Dispatched' ? [event.to] : []));
  const makers = lots.map((lot) => lot.slice(0, lot.indexOf('/')));
  const speakers = [...entries, ...parked].map(({ ref }) => ref.facility);
  return [...new Set([...makers, ...speakers, ...receivers])].sort();
}

function once<T extends EvidenceEntry | ParkedEntry>(entries: readonly T[]): readonly T[] {
  const byPlace = new Map(entries.map((entry) => [`${entry.ref.facility} ${entry.ref.index}`, entry]));
  return [...byPlace.values()];
}
