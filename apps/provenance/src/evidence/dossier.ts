import { lotsNamed } from '@lodemark/domain';
import {
  Lineage,
  RootFacts,
  sortEvidence,
  type EvidenceEntry,
  type LogFault,
  type ParkedEntry,
  type Sorted,
} from '@lodemark/policy';
import type { Visibility } from '../access/visibility.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import type { Closure } from './closure.js';
import type { RootStatements } from './root-statements.js';
import type { CountedEntries, StoredEntries } from './stored-entries.js';

/** What a caller may see of some lots at a horizon, read the way a verdict reads it. */
export interface Dossier {
  readonly horizon: FilledHorizon;
  readonly facts: RootFacts;
  /** By log and index. */
  readonly entries: readonly EvidenceEntry[];
  readonly parked: readonly ParkedEntry[];
  readonly faults: readonly LogFault[];
  readonly sorted: Sorted;
  readonly lineage: Lineage;
  /** Entries that name the lots and are not shown. */
  readonly withheld: number;
}

/** Gathers what the logs say about lots, for a caller. */
export class Dossiers {
  constructor(
    private readonly closure: Closure,
    private readonly stored: StoredEntries,
    private readonly root: RootStatements,
  ) {}

  async ofLots(horizon: FilledHorizon, lots: readonly string[], visibility: Visibility): Promise<Dossier> {
    const counted = await this.stored.at(horizon, await this.closure.entriesNaming(horizon, lots));
    return this.shown(horizon, counted, visibility);
  }

  async shown(horizon: FilledHorizon, counted: CountedEntries, visibility: Visibility): Promise<Dossier> {
    const root = await this.root.at(horizon);
    const { faults } = await this.root.doubts(horizon);
    const entries = visibility.entries(counted.entries, lotsOf);
    const parked = visibility.parked(counted.parked);
    const facts = new RootFacts(root);
    const { size, rootHash, at } = horizon;
    const evidence = { horizon: { size, rootHash, at }, root, faults, entries, parked };
    const sorted = sortEvidence(evidence, facts);
    const lineage = new Lineage(sorted.told);
    const all = counted.entries.length + counted.parked.length;
    const withheld = all - entries.length - parked.length;
    return { horizon, facts, entries, parked, faults, sorted, lineage, withheld };
  }
}

function lotsOf({ event }: EvidenceEntry): readonly string[] {
  return lotsNamed(event);
}
