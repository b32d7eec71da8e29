export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './postgres/embedded-postgres.js';
export { DataFolderInUse } from './postgres/postmaster.js';
export { provisionDatabase, type DatabaseAccess, type ProvisionRequest } from './postgres/provision.js';
