// How entries are read: the same for the service that judges and for whoever checks it.
export {
  PROJECTION_VERSION,
  readFacilityEntry,
  type AppliedEntry,
  type ParkedEntry,
  type ReadHeads,
} from './reading/facility-entry.js';
export { RootState, type ReadCoverage, type RootLeaf } from './reading/root-state.js';
export { edgesOf, isLotId, type LotEdge } from './reading/edges.js';
export { evidenceEntry, type EntryStanding } from './reading/evidence-entry.js';
