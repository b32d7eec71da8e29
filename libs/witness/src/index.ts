export {
  CosignatureCollector,
  type CheckpointToCosign,
  type CollectedCosignatures,
  type MissingCosignature,
} from './collect-cosignatures.js';
export { LogSigner, SignerRefusal, type ProofFrom } from './log-signer.js';
export { VouchedTrees, VouchedTreesDamaged, type VouchedTree } from './vouched-trees.js';
export { Witness, type WitnessAnswer, type WitnessParts, type WitnessedLog } from './witness.js';
export { serveWitness, type WitnessServer, type WitnessServerOptions } from './witness-server.js';
