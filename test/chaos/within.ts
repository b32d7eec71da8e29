import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 50;

/** Looks until something holds; false when it does not hold in time. */
export async function within(patienceMs: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await pause(LOOK_MS);
  }
  return true;
}
