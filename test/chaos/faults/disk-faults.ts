import { setTimeout as pause } from 'node:timers/promises';
import type { SeededChance } from '../seeded-chance.js';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import type { Fault } from './fault.js';

const STRUCK = { target: 'disk of Postgres', facilities: FACILITIES };

/** Not a block is left, whatever Postgres makes of it; then there is room again. */
export function fillDisk({ disk, postgres }: NetworkUnderTest, chance: SeededChance): Fault {
  return {
    ...{ ...STRUCK, kind: 'full disk' },
    async run() {
      try {
        await disk.fill();
        await pause(chance.between(2_000, 5_000));
      } finally {
        await disk.makeRoom();
      }
      await postgres.answers();
    },
  };
}

/** No write and no flush ends for some seconds: the slowest disk that there is. */
export function stopDisk({ disk }: NetworkUnderTest, chance: SeededChance): Fault {
  return {
    ...{ ...STRUCK, kind: 'stopped disk' },
    async run() {
      disk.stop();
      try {
        await pause(chance.between(1_000, 5_000));
      } finally {
        disk.goOn();
      }
    },
  };
}
