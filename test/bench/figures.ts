/** What one benchmark found, in comparison with a baseline of the same run. */
export interface Figure {
  readonly name: string;
  readonly ours: number;
  readonly baseline: number;
  readonly unit: string;
  readonly wanted: string;
}

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Prints the figure for people, and as one JSON object on the last line for programs. */
export function conclude({ name, ours, baseline, unit, wanted }: Figure): void {
  const ratio = Number((ours / baseline).toFixed(3));
  say();
  say(
    `${name}: ${ours.toFixed(0)} ${unit}, baseline ${baseline.toFixed(0)} ${unit}, ratio ${ratio} (wanted ${wanted})`,
  );
  say(
    JSON.stringify({
      name,
      ours: Number(ours.toFixed(3)),
      baseline: Number(baseline.toFixed(3)),
      unit,
      ratio,
      wanted,
    }),
  );
}

/** How many things a second some work does. */
export async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (1_000 * count) / (performance.now() - started);
}

/** Runs tasks, so many at a time; the order of starting is that of the list. */
export async function inParallel<T>(
  tasks: readonly T[],
  lanes: number,
  work: (task: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) await work(task);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
