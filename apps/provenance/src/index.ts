export { createProvenance, ProvenanceUnfit } from './create-provenance.js';
export { migrateProvenance, type ProvenanceMigration } from './database/migrate.js';
export type { Rebuilt, RebuildSource } from './ingest/rebuild.js';
export type { CertificateIssuer } from './certificates/certificate-issuer.js';
export { JUDGE_APART_FROM } from './verdicts/judge-apart.js';
export type { Provenance, ProvenanceConfig, ProvenancePorts } from './provenance.js';
