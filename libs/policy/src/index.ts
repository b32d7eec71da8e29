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

export { castsDoubt, custodiansOf, involvedIn, statedBody, type Custodians } from './custodians.js';

// The reading of evidence that a verdict rests on, for views that must not read it otherwise.
export {
  isTold,
  sortEvidence,
  toldOf,
  type RejectedEntry,
  type Sorted,
  type Told,
  type ToldAs,
} from './effective-events.js';
export type { KeyStanding } from './key-standing.js';
export {
  accepts,
  Lineage,
  type HandOver,
  type Process,
  type ProcessInput,
  type ProcessOutput,
  type Producer,
  type Stated,
} from './lineage.js';
export { RootFacts } from './root-facts.js';
export { rootShares, type RootShare, type RootShares } from './root-shares.js';
export { WHOLE_SHARE, writtenOut } from './share-units.js';
export type { UnknownSource, Weighing } from './sources.js';
export { judge } from './judge.js';
export type { Asked } from './case.js';
export {
  parsePolicyDocument,
  policyDocument,
  type Policy,
  type PolicyDocument,
  type PolicyParameters,
} from './policy-document.js';
export { RULES } from './rules/registry.js';
export type { Rule } from './rule.js';
export { renderFinding, renderVerdict } from './render.js';
export { curesOf, type Cures, type MissingEvidence } from './cures.js';
export { changeBetween, type Change } from './change.js';
