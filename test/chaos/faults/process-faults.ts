import { setTimeout as pause } from 'node:timers/promises';
import type { SeededChance } from '../seeded-chance.js';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import { within } from '../within.js';
import { FaultNotHad, type Fault } from './fault.js';

const START_MS = 120_000;
const FREEZE_MS = [1_000, 4_000] as const;

/** kill -9 of a service; its supervisor starts it again. */
export function killService(network: NetworkUnderTest, name: string): Fault {
  return {
    ...{ kind: `kill ${kindOf(name)}`, target: name, facilities: facilitiesOf(name) },
    async run() {
      const pid = await pidOf(network, name);
      process.kill(pid, 'SIGKILL');
      const service = network.service(name);
      const isBack = () => service.pid !== undefined && service.pid !== pid;
      if (!(await within(START_MS, isBack))) throw new Error(`${name} is not started again`);
    },
  };
}

/** A service that stands still with all that it holds, and wakes without knowing. */
export function freezeService(network: NetworkUnderTest, name: string, chance: SeededChance): Fault {
  return {
    ...{ kind: `freeze ${kindOf(name)}`, target: name, facilities: facilitiesOf(name) },
    async run() {
      await frozen(await pidOf(network, name), chance);
    },
  };
}

/** Stops a process for some seconds. */
export async function frozen(pid: number, chance: SeededChance): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await pause(chance.between(...FREEZE_MS));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function pidOf(network: NetworkUnderTest, name: string): Promise<number> {
  const service = network.service(name);
  await within(START_MS, () => service.pid !== undefined);
  if (service.pid === undefined) throw new FaultNotHad(`${name} does not run`);
  return service.pid;
}

function kindOf(name: string): string {
  return name.startsWith('custody-') ? 'custody' : name;
}

function facilitiesOf(name: string): readonly string[] {
  const facility = name.replace('custody-', '');
  return FACILITIES.filter((one) => one === facility);
}
