export {
  createProvenance,
  migrateProvenance,
  type Provenance,
  type ProvenanceConfig,
  type ProvenancePorts,
  type RebuildSource,
} from './provenance.js';
