import type { ScenarioReport } from '../../apps/standalone/src/scenario/run-scenario.js';

interface Named {
  readonly facility: string;
  readonly index: number;
}

/**
 * What the verdicts of a scenario say, apart from hashes, times and the horizon. An entry is told by its place among
 * those of its facility that are named at all: where checkpoints fall, and so heads stand between events, is a matter
 * of time.
 */
export function said({ answered }: ScenarioReport): unknown {
  const verdicts = answered.map(
    ({ verdict }) => verdict as { findings: readonly { entries: readonly Named[] }[] },
  );
  const named = verdicts.flatMap(({ findings }) => findings.flatMap(({ entries }) => entries));
  const placeOf = ({ facility, index }: Named): string => {
    const before = named.filter((other) => other.facility === facility && other.index < index);
    return `${facility}, entry ${String(new Set(before.map((other) => other.index)).size)} of those named`;
  };
  return answered.map(({ verdict }) => {
    const { horizon: _, findings, ...rest } = verdict as { horizon: unknown; findings: readonly object[] };
    const found = findings.map((finding) => {
      const { entries, ...others } = finding as { entries: readonly Named[] };
      return { ...others, entries: entries.map(placeOf) };
    });
    return { ...rest, findings: found };
  });
}
