import type { ScenarioReport } from '../../apps/standalone/src/scenario/run-scenario.js';

/** What the verdicts of a scenario say, apart from hashes, times and the horizon. */
export function said({ answered }: ScenarioReport): unknown {
  return answered.map(({ verdict }) => {
    const { horizon: _, findings, ...rest } = verdict as { horizon: unknown; findings: readonly object[] };
    const found = findings.map((finding) => {
      const { entries, ...others } = finding as { entries: readonly { facility: string; index: number }[] };
      return { ...others, entries: entries.map(({ facility, index }) => `${facility}/${index}`) };
    });
    return { ...rest, findings: found };
  });
}
