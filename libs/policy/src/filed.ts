import type { EventOf, EventType } from '@lodemark/domain';
import type { Case } from './case.js';
import { isTold, type Told } from './effective-events.js';
import { countingIn } from './key-standing.js';
import { remembered } from './remembered.js';
import { push } from './root-facts.js';
import type { EvidenceEntry } from './evidence.js';

type FiledType = Extract<EventType, 'AgreementRecorded' | 'ContractsReviewed' | 'ClauseFlowedDown'>;
type Filed = Told<FiledType>;
type Attested = EvidenceEntry['attestations'][number]['attestation'];

/** Papers that facilities filed about themselves, and what third parties said of them, gathered once for a case. */
class Papers {
  private readonly byFacility = new Map<string, Filed[]>();
  private readonly attestations = new Map<Attested['type'], Attested[]>();

  constructor({ sorted, facts, concerns }: Case) {
    for (const one of sorted.told) {
      if (isFiled(one)) push(this.byFacility, one.event.facility, one);
      if (one.entry.attestations.length === 0 || !concerns(one.entry)) continue;
      for (const word of countingIn(one.entry, facts)) push(this.attestations, word.type, word);
    }
  }

  /** Papers of one kind that a facility filed, in log order. */
  of<T extends FiledType>(facility: string, type: T): Told<T>[] {
    return (this.byFacility.get(facility) ?? []).filter((one): one is Told<T> => isTold(one, type));
  }

  /** What third parties attested under their own keys. */
  attested<T extends Attested['type']>(type: T): Extract<Attested, { type: T }>[] {
    return (this.attestations.get(type) ?? []).filter(
      (one): one is Extract<Attested, { type: T }> => one.type === type,
    );
  }
}

const FILED: readonly string[] = [
  'AgreementRecorded',
  'ContractsReviewed',
  'ClauseFlowedDown',
] satisfies readonly EventOf<FiledType>['type'][];

function isFiled(told: Told): told is Filed {
  return FILED.includes(told.event.type);
}

/** The papers of a case. */
export const papersOf = remembered((known: Case) => new Papers(known));
