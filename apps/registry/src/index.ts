export { REGISTRY_ENVIRONMENT, readRegistryConfig, type RegistryProcess } from './config.js';
export { migrateRegistry } from './register/migrate-registry.js';
export {
  createRegistry,
  DatabaseUnfit,
  type OpenedRegistry,
  type Registry,
  type RegistryConfig,
  type RegistryPorts,
} from './registry.js';
export { GenesisMismatch } from './root-log/genesis.js';
export { QuorumNotMet } from './rounds/root-publisher.js';
