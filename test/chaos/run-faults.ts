import { setTimeout as pause } from 'node:timers/promises';
import type { Finding } from './check/finding.js';
import { FaultNotHad, type Fault } from './faults/fault.js';
import type { Journal } from './journal.js';
import type { FaultLine } from './journal-lines.js';
import type { Acceptance } from './load/acceptance.js';
import { FACILITIES } from './network/network-under-test.js';
import type { ChaosOptions } from './options.js';
import { say } from './report/say.js';
import { SeededChance } from './seeded-chance.js';

interface Course {
  readonly deck: Iterator<Fault>;
  readonly journal: Journal;
  readonly acceptance: Acceptance;
  readonly options: ChaosOptions;
}

const PATIENCE_MS = 120_000;
const MINUTE_MS = 60_000;

/** Brings one fault about after the other; each begins when all facilities have accepted something since the last. */
export async function runFaults({ deck, journal, acceptance, options }: Course): Promise<Finding[]> {
  const findings: Finding[] = [];
  const chance = SeededChance.of(options.seed, 'pauses');
  const end = Date.now() + options.minutes * MINUTE_MS;
  for (let number = 1; number <= options.kills && Date.now() < end; number += 1) {
    const { value: fault } = deck.next() as IteratorYieldResult<Fault>;
    const note = (phase: FaultLine['phase']) => {
      const { kind, target, facilities } = fault;
      journal.write({ line: 'fault', fault: number, kind, target, facilities, phase });
    };
    const begun = Date.now();
    note('begun');
    const trouble = await brought(fault);
    note(trouble === undefined ? 'healed' : 'not-had');
    const missing = await acceptance.missingSince(Date.now(), FACILITIES, PATIENCE_MS);
    const took = `${((Date.now() - begun) / 1_000).toFixed(1)} s`;
    say(
      `${String(number).padStart(4)}  ${fault.kind.padEnd(26)} ${fault.target.padEnd(42)} ${trouble ?? took}`,
    );
    const where = `fault ${number}, ${fault.kind}, ${fault.target}`;
    if (trouble !== undefined) findings.push({ code: 'fault-not-had', where, detail: trouble });
    if (missing.length > 0) findings.push({ code: 'not-accepting', where, detail: missing.join(', ') });
    await pause(chance.between(200, 800));
  }
  return findings;
}

/** Why it could not be had; undefined when it was. */
async function brought(fault: Fault): Promise<string | undefined> {
  try {
    await fault.run();
    return undefined;
  } catch (error) {
    if (error instanceof FaultNotHad) return error.message;
    throw error;
  }
}
