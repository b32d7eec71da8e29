export {
  createRegistry,
  migrateRegistry,
  type Registry,
  type RegistryConfig,
  type RegistryPorts,
} from './registry.js';
