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

// What is issued.
export {
  certificateCredential,
  readCertificate,
  type Certificate,
  type Issuance,
  type Party,
  type StatusPlace,
} from './credential/certificate.js';
export { LODEMARK_CONTEXT_DOCUMENT, LODEMARK_CONTEXT_PATH } from './credential/contexts.js';
export { certify, verdictDigest, type Certified } from './credential/certified.js';
export {
  MOST_STATUS_CHANGES,
  readStatusList,
  STATUS_ENTRIES,
  STATUS_PURPOSES,
  statusAt,
  statusListCredential,
  type Gzip,
  type StatusPurpose,
} from './credential/status-list.js';
export {
  keyNamed,
  parseVcJwt,
  signVcJwt,
  VC_JWT_MEDIA_TYPE,
  verifyVcJwt,
  type VcJwt,
} from './credential/vc-jwt.js';
export {
  parseProvenCredential,
  proveCredential,
  provenCredentialSchema,
  VC_MEDIA_TYPE,
  verifyProvenCredential,
  type ProvenCredential,
} from './credential/data-integrity.js';
export { issuerKeysIn } from './credential/issuer-keys.js';
export { multikeyOf } from './credential/multikey.js';
export {
  BUNDLE_LIMITS,
  BUNDLE_MEDIA_TYPE,
  bundleBytes,
  bundleSchema,
  parseBundle,
  type Bundle,
  type BundleLog,
} from './bundle/bundle.js';
export { embed, type EmbeddedBytes } from './bundle/embedded-bytes.js';

export { PDF_ATTACHMENTS } from './pdf/pdf-attachments.js';

// How it is verified.
export {
  VERIFICATION_CODES,
  type Standing,
  type VerificationCode,
  type VerificationFinding,
} from './verify/finding.js';
export { parseTrust, TRUST_LIMIT, type Trust } from './verify/trust.js';
export { verifyBundle, type Verification, type VerifierPorts } from './verify/verify-bundle.js';
export { verifyFile } from './verify/verify-file.js';
export { reportOf, type ReportedCheck, type VerificationReport } from './verify/verification-report.js';
export { VERIFICATION_WORDS } from './verify/words.js';

// How a person reads it.
export { certificateSheet, type CertificateSheet, type SheetPart } from './sheet/certificate-sheet.js';
