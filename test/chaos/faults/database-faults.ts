import { setTimeout as pause } from 'node:timers/promises';
import type { SeededChance } from '../seeded-chance.js';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import { FaultNotHad, type Fault } from './fault.js';
import { frozen } from './process-faults.js';

const ALL = { target: 'Postgres', facilities: FACILITIES };

/** The postmaster ends as in a power cut, or as `pg_ctl stop -m immediate` ends it, and is started again. */
export function crashServer(
  { postgres }: NetworkUnderTest,
  signal: 'SIGKILL' | 'SIGQUIT',
  chance: SeededChance,
): Fault {
  const kind = signal === 'SIGKILL' ? 'kill Postgres' : 'stop Postgres at once';
  return {
    ...{ ...ALL, kind },
    async run() {
      await postgres.crash(signal);
      await pause(chance.between(0, 1_500));
      await postgres.answers();
    },
  };
}

/** kill -9 of one session's process, after which the server ends all others and recovers. */
export function killBackend(network: NetworkUnderTest, service: string): Fault {
  return {
    ...{ ...ALL, kind: 'kill a Postgres backend', target: `a session of ${service}` },
    async run() {
      process.kill(await backendOf(network, service), 'SIGKILL');
      await network.postgres.answers();
    },
  };
}

/** One session stands still with the locks that it holds. */
export function freezeBackend(network: NetworkUnderTest, service: string, chance: SeededChance): Fault {
  return {
    ...{ ...ALL, kind: 'freeze a Postgres backend', target: `a session of ${service}` },
    async run() {
      await frozen(await backendOf(network, service), chance);
    },
  };
}

async function backendOf(network: NetworkUnderTest, service: string): Promise<number> {
  // The busiest moment is wanted: a session in the middle of a transaction, if there is one.
  const [row] = await network.postgres.query<{ pid: number }>(
    'postgres',
    `SELECT pid FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'
     ORDER BY state = 'idle', random() LIMIT 1`,
    [network.databaseOf(service)],
  );
  if (row === undefined) throw new FaultNotHad(`${service} has no session`);
  return row.pid;
}
