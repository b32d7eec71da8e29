export { CUSTODY_ENVIRONMENT, readCustodyConfig, type CustodyProcess } from './config.js';
export {
  DEFAULT_LIMITS,
  type Custody,
  type CustodyConfig,
  type CustodyLimits,
  type CustodyPorts,
} from './custody-config.js';
export { ConfigurationUnfit, createCustody } from './custody.js';
export { migrateCustody } from './database/migrate-custody.js';
