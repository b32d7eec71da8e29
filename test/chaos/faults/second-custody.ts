import { setTimeout as pause } from 'node:timers/promises';
import { BuiltService } from '../../support/built-service.js';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import type { SeededChance } from '../seeded-chance.js';
import type { Fault } from './fault.js';
import { frozen } from './process-faults.js';

/**
 * Two processes serve one log; the first stands still in the middle of its work and wakes when the other has gone on,
 * which then is killed.
 */
export function secondCustody(network: NetworkUnderTest, facility: string, chance: SeededChance): Fault {
  const name = `custody-${facility}`;
  return {
    ...{ kind: 'two custodies', target: name, facilities: FACILITIES.filter((one) => one === facility) },
    async run() {
      const { environment, pid } = network.service(name);
      const second = await BuiltService.serve('custody', { ...environment, CUSTODY_PORT: '0' });
      try {
        network.further.set(facility, second.url);
        await pause(chance.between(500, 2_000));
        if (pid !== undefined) await frozen(pid, chance);
        await pause(chance.between(500, 2_000));
      } finally {
        await second.kill();
        network.further.delete(facility);
      }
    },
  };
}
