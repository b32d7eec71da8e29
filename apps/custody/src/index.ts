export {
  createCustody,
  DEFAULT_LIMITS,
  migrateCustody,
  type Custody,
  type CustodyConfig,
  type CustodyLimits,
  type CustodyPorts,
} from './custody.js';
