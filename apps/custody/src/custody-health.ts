import { verifyDurability, verifyRole } from '@lodemark/ledger';
import { HEALTH, HealthFailure, type HealthRegistry } from '@lodemark/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { LogStandings } from './logs/log-standings.js';
import { RootFollower } from './root/follow-root.js';

const TIMEOUT_MS = 2_000;

/**
 * What must be well for custody to be ready: a database that keeps what it acknowledges, a root log that was verified
 * at least once (before, no key is known), logs that nothing contradicts. A registry that is away does not count:
 * events are recorded without it.
 */
export function addHealthChecks(app: NestFastifyApplication, pool: Pool): void {
  const health = app.get<HealthRegistry>(HEALTH);
  health.add({
    name: 'database',
    timeoutMs: TIMEOUT_MS,
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
    timeoutMs: TIMEOUT_MS,
    probes: ['ready', 'startup'],
    check: async () => {
      const verifiedSize = await root.verifiedSize();
      const { untrusted } = root;
      if (verifiedSize === 0)
        throw new HealthFailure(untrusted ?? 'The root log was not verified yet, so no key is known.');
      return { verifiedSize, ...(untrusted === undefined ? {} : { untrusted }) };
    },
  });
  const standings = app.get(LogStandings);
  health.add({
    name: 'logs',
    timeoutMs: TIMEOUT_MS,
    probes: ['ready'],
    check: () => {
      const { facilities } = standings;
      if (facilities.length === 0) return Promise.resolve(undefined);
      const detail = `What is held elsewhere contradicts the logs of ${facilities.join(', ')}; see the service's log.`;
      return Promise.reject(new HealthFailure(detail));
    },
  });
}
