import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** Faults at most. */
  readonly kills: number;
  /** No new fault begins after so long. */
  readonly minutes: number;
  readonly seed: number;
}

export const USAGE = `usage: npm run chaos -- [--kills N] [--minutes M] [--seed S]
  --kills    how many faults; default 20
  --minutes  begin no more faults after so long; default as long as it takes
  --seed     repeats the order of the faults of another run`;

/** @throws Error for what is no such option, or no number */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { kills: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' } },
  });
  return {
    kills: number(values.kills, 20),
    minutes: number(values.minutes, Number.POSITIVE_INFINITY),
    seed: number(values.seed, randomInt(1, 1_000_000)),
  };
}

function number(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new Error(`not a whole number above 0: ${text}`);
  return Number(text);
}
