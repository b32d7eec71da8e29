import './node-sha256.js';

export { audit, type AuditOptions } from './audit/audit.js';
export type { AuditCode, AuditFinding } from './audit/findings.js';
export type { AuditSignatures } from './audit/signature-audit.js';
export { isDatabaseTrouble } from './database-trouble.js';
export { LedgerBusy, LedgerError, LedgerUnavailable, type LedgerErrorCode } from './ledger-error.js';
export { ledgerPool, surviveBrokenConnections } from './ledger-pool.js';
export {
  LedgerReader,
  type EntryOfEvent,
  type LotEntry,
  type LotPage,
  type LotRecord,
  type PublishedCheckpoint,
  type StoredEntry,
} from './ledger-reader.js';
export { Ledger, type LedgerOptions } from './ledger.js';
export type { LogHead } from './log-head.js';
export { LogKeeping } from './log-keeping.js';
export type { LostEntries } from './lost-entries.js';
export type { QueueLimits } from './log-queue.js';
export type {
  BatchOutcome,
  CheckOutcome,
  ConflictOutcome,
  EntryReference,
  EventPost,
  PostOutcome,
  PostRefusal,
} from './post.js';
export type { ReturnedEntry } from './put-back-root.js';
export { verifyDurability, verifyRole } from './readiness.js';
export {
  RootLog,
  type RecordedStatement,
  type RootAppendContext,
  type RootLogAppend,
  type RootLogOptions,
} from './root-log.js';
export { runMigrations, type MigrationOptions } from './run-migrations.js';
export { inTransaction } from './transaction.js';
export { asSoleOwner, upgradeSchema, type SchemaHistory } from './upgrade-schema.js';
export { APPEND_CHANNEL, DEFAULT_SCHEMA } from './tables.js';
