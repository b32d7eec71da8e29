import { verifyDurability, verifyRole } from '@lodemark/ledger';
import { HEALTH, HealthFailure, type HealthRegistry } from '@lodemark/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { RootFollower } from './root/follow-root.js';

/** What must be well for custody to be ready: a database that keeps what it acknowledges, and keys to check against. */
export function addHealthChecks(app: NestFastifyApplication, pool: Pool): void {
  const health = app.get<HealthRegistry>(HEALTH);
  health.add({
    name: 'database',
    timeoutMs: 2_000,
    probes: ['ready', 'startup'],
    check: async () => {
      const faults = [...(await verifyDurability(pool)), ...(await verifyRole(pool))];
      if (faults.length > 0) throw new HealthFailure(faults.join('; '));
      return undefined;
    },
  });
  const root = app.get(RootFollower);
  health.add({
    name: 'root-log',
    timeoutMs: 2_000,
    probes: ['ready', 'startup'],
    check: () => {
      if (root.verifiedSize === 0) return Promise.reject(new HealthFailure('The root log was not read yet.'));
      return Promise.resolve({ verifiedSize: root.verifiedSize });
    },
  });
}
