export {
  formatAddCheckpoint,
  parseAddCheckpoint,
  type AddCheckpoint,
  type AddCheckpointProblemCode,
} from './add-checkpoint.js';
export { fromBase64, fromBase64Url, toBase64, toBase64Url } from './base64.js';
export { concatBytes, equalBytes, fromHex, fromUtf8, isWellFormed, toHex, toUtf8 } from './bytes.js';
export { canonicalBytes, canonicalize } from './canonical-json.js';
export {
  formatCheckpoint,
  openAnyCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Checkpoint,
  type CheckpointProblemCode,
} from './checkpoint.js';
export {
  consistencyProof,
  subtreeConsistencyProof,
  verifyConsistency,
  verifySubtreeConsistency,
  type ConsistencyClaim,
  type SubtreeConsistencyClaim,
} from './consistency-proof.js';
export { cosign, verifyCosignatures, type Cosignature } from './cosignature.js';
export {
  cosignerKey,
  formatCosignerKey,
  keyMaterial,
  parseCosignerKey,
  type CosignerKey,
  type Ed25519CosignerKey,
  type MlDsa44CosignerKey,
} from './cosigner-key.js';
export {
  MAX_ENTRY_BYTES,
  decodeEntryBundle,
  encodeEntryBundle,
  type EntryBundleProblemCode,
} from './entry-bundle.js';
export {
  decodeFacilityLogEntry,
  decodeRootLogEntry,
  encodeEntry,
  type DecodedEntry,
  type EntryProblemCode,
} from './entry-codec.js';
export { areStatusChanges } from './entry-shapes.js';
export {
  WHOLE_FACILITY,
  type CertificateEntry,
  type CheckpointsEntry,
  type ConflictEntry,
  type EventEntry,
  type FacilityLogEntry,
  type GenesisEntry,
  type HeadsEntry,
  type LogEntry,
  type LogFaultEntry,
  type RootLogEntry,
  type RootReference,
  type StatedEntry,
  type StatementEntry,
  type StatusChange,
  type StatusEntry,
} from './entry.js';
export { Frontier, type CompletedTile } from './frontier.js';
export { growthFault, type GrowthClaim, type GrowthFault, type TreeState } from './growth.js';
export type { HashLinesProblemCode } from './hash-lines.js';
export { verifyHead, type HeadProblemCode } from './head-proof.js';
export { headsRoot, HeadsMap, proveHead, type Head, type HeadProof } from './heads-map.js';
export {
  inclusionProof,
  subtreeInclusionProof,
  verifyInclusion,
  verifySubtreeInclusion,
  type InclusionClaim,
  type SubtreeInclusionClaim,
} from './inclusion-proof.js';
export { DEFAULT_JSON_LIMITS, type JsonLimits, type JsonProblemCode } from './json-limits.js';
export type { JsonArray, JsonObject, JsonValue } from './json-value.js';
export type { JwsHeader, JwsTyp } from './jws-header.js';
export {
  MAX_JWS_LENGTH,
  buildJws,
  signJson,
  parseJws,
  payloadDigest,
  signatureOfJws,
  verifyJws,
  type Jws,
  type JwsProblemCode,
} from './jws.js';
export {
  algorithmOf,
  parsePublicJwk,
  thumbprint,
  type Ed25519PublicJwk,
  type KeyProblemCode,
  type P256PublicJwk,
  type PublicJwk,
  type SignatureAlgorithm,
} from './keys.js';
export {
  formatLogProof,
  parseLogProof,
  verifyLogProof,
  type LogProof,
  type LogProofFailureCode,
  type LogProofProblemCode,
} from './log-proof.js';
export { LogTree } from './log-tree.js';
export { EMPTY_ROOT, leafHash, nodeHash, rootOf, type NodeCoordinate } from './merkle.js';
export { toLowS } from './p256.js';
export type { Parsed, Problem } from './problem.js';
export { MAX_PROOF_LENGTH, type LeafRange, type NodeReader } from './proof-ranges.js';
export { isCanonical, readCanonicalJson, readJson } from './read-json.js';
export {
  buildReceipt,
  isReceiptFor,
  parseReceipt,
  verifyReceipt,
  type ParsedReceipt,
  type Receipt,
  type ReceiptProblemCode,
} from './receipt.js';
export { sha256, sha256Hex, useSha256, type Sha256 } from './sha256.js';
export type { ShapeProblemCode } from './shape.js';
export {
  SIGNATURE_BYTES,
  isAdmissible,
  type SignatureChecker,
  type SignatureToCheck,
  type Signer,
} from './signature.js';
export {
  formatNote,
  formatSignatureLines,
  parseNote,
  parseSignatureLines,
  signNote,
  verifyNote,
  type NoteProblemCode,
  type NoteSignature,
  type SignedNote,
} from './signed-note.js';
export { tileNodes, type TileReader } from './tile-nodes.js';
export {
  TILE_WIDTH,
  parseTilePath,
  partialTiles,
  tilePath,
  tileWidth,
  type TileCoordinate,
} from './tiles.js';
export { TransparencyError, type TransparencyErrorCode } from './transparency-error.js';
export {
  isQuorumMet,
  parseTrustPolicy,
  type Quorum,
  type QuorumMember,
  type TrustPolicy,
  type TrustPolicyProblemCode,
  type TrustedLog,
  type TrustedWitness,
  type WitnessGroup,
} from './trust-policy.js';
export {
  formatVerifierKey,
  parseVerifierKey,
  verifierKey,
  type VerifierKey,
  type VerifierKeyProblemCode,
} from './verifier-key.js';
export { webCryptoSignatures, webCryptoSigner } from './web-crypto-signatures.js';
export {
  openAnyWitnessed,
  openWitnessed,
  type Witnessed,
  type WitnessedBy,
  type WitnessedProblemCode,
} from './witnessed.js';
