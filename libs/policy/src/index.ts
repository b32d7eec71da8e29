export type {
  AttestationEvidence,
  Covered,
  EntryRef,
  Evidence,
  EvidenceEntry,
  Horizon,
  LogFault,
  ParkedEntry,
  RootStatement,
} from './evidence.js';
export {
  OUTCOMES,
  type Cure,
  type ElementBalance,
  type FactValue,
  type Finding,
  type Outcome,
  type Question,
  type StageCell,
  type Verdict,
} from './verdict.js';
