import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of /proc in a second; Linux has had 100 for its users ever since. */
const TICKS_PER_SECOND = 100;

/** A process whose use of the processors is told, with its children where it has such (as Postgres). */
export interface Observed {
  readonly name: string;
  readonly pid: number;
  readonly withChildren?: boolean;
}

/**
 * Where the time goes: what processes used of the processors between `begin` and `end`, in µs for each of so many
 * things done. Undefined where there is no /proc.
 */
export class ProcessorTime {
  private before = new Map<string, number>();

  constructor(private readonly observed: readonly Observed[]) {}

  begin(): void {
    this.before = this.used();
  }

  /** Lines such as `custody 412 µs`, and their sum. */
  end(count: number): readonly string[] {
    const after = this.used();
    const spent = this.observed.map(({ name }): readonly [string, number] => [
      name,
      (1e6 * ((after.get(name) ?? 0) - (this.before.get(name) ?? 0))) / count,
    ]);
    const sum = spent.reduce((total, [, micros]) => total + micros, 0);
    return [...spent, ['together', sum] as const].map(([name, micros]) => `${name} ${micros.toFixed(0)} µs`);
  }

  private used(): Map<string, number> {
    return new Map(
      this.observed.map(({ name, pid, withChildren = false }) => {
        const pids = withChildren ? [pid, ...childrenOf(pid)] : [pid];
        return [name, pids.reduce((sum, one) => sum + secondsOf(one), 0)];
      }),
    );
  }
}

/** Fields after the program's name, which stands in brackets and may hold anything. */
function fieldsOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** proc(5): utime, stime, and those of children that ended, are fields 14 to 17. */
function secondsOf(pid: number): number {
  const ticks = fieldsOf(pid).slice(11, 15).map(Number);
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => fieldsOf(pid)[1] === String(parent));
}
