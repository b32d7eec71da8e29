import type { History } from '../history.js';

/** How long facilities had to wait under one kind of fault, in milliseconds. */
export interface Waiting {
  readonly kind: string;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface Struck {
  readonly kind: string;
  readonly begun: number;
  readonly end: number;
  readonly facilities: readonly string[];
}

/**
 * For each fault the longest time without an acknowledgement at any facility that it struck (at any at all where it
 * should strike none), from its beginning until the next fault begins; by kind.
 */
export function waitingByKind(history: History, all: readonly string[]): readonly Waiting[] {
  const acknowledged = new Map<string, number[]>(all.map((facility) => [facility, []]));
  for (const { facility, receipts } of history.operations.values())
    acknowledged.get(facility)?.push(...receipts.map(({ at }) => at));
  for (const times of acknowledged.values()) times.sort((a, b) => a - b);
  const byKind = new Map<string, number[]>();
  for (const { kind, begun, end, facilities } of struck(history)) {
    const concerned = facilities.length === 0 ? all : facilities;
    const waits = concerned.map((one) => longestGap(acknowledged.get(one) ?? [], begun, end));
    byKind.set(kind, [...(byKind.get(kind) ?? []), Math.max(...waits)]);
  }
  return [...byKind].map(([kind, waits]) => ({ kind, ...quantiles(waits) })).sort(byName);
}

function struck({ faults }: History): readonly Struck[] {
  const begun = faults.filter(({ phase }) => phase === 'begun');
  const had = new Set(faults.filter(({ phase }) => phase === 'healed').map(({ fault }) => fault));
  return begun.flatMap(({ fault, kind, facilities, at }, position) =>
    had.has(fault) ? [{ kind, facilities, begun: at, end: begun[position + 1]?.at ?? Infinity }] : [],
  );
}

function longestGap(times: readonly number[], begun: number, end: number): number {
  let [longest, last] = [0, begun];
  for (const time of times) {
    if (time < begun) continue;
    if (time > end) break;
    longest = Math.max(longest, time - last);
    last = time;
  }
  return longest;
}

function quantiles(waits: readonly number[]) {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function byName(one: Waiting, other: Waiting): number {
  return one.kind < other.kind ? -1 : 1;
}
