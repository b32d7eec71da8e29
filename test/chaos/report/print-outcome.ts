import type { Outcome } from './outcome.js';
import { say } from './say.js';

const SHOWN = 40;

/** Of what the run was. */
export interface Run {
  readonly seed: number;
  readonly commit: string;
  readonly machine: string;
  readonly minutes: number;
  readonly kafka: string;
  readonly disk: string;
}

/** For people, and on the last line one JSON object for programs. */
export function printOutcome(run: Run, outcome: Outcome): void {
  const { acknowledged, faults, lost, duplicates, forks, findings } = outcome;
  say();
  say(`seed ${run.seed}, commit ${run.commit}, ${run.minutes.toFixed(1)} minutes under load`);
  say(run.machine);
  say(`Kafka: ${run.kafka}; disk of Postgres: ${run.disk}`);
  say();
  say('fault                       count   longest wait for an acknowledgement, ms: p50    p99    max');
  for (const { kind, count, p50, p99, max } of outcome.waiting)
    say(
      `${kind.padEnd(26)} ${column(count, 6)} ${' '.repeat(41)} ${column(p50)} ${column(p99)} ${column(max)}`,
    );
  say();
  say(`${acknowledged} operations acknowledged, ${outcome.refused} refused`);
  say(`${outcome.unknown} without an answer at first, ${outcome.unknownResolved} of them resolved since`);
  say(`${outcome.entries} entries and ${outcome.checkpoints} checkpoints checked`);
  if (outcome.topics > 0)
    say(`${outcome.topics} topics checked, ${outcome.repeatedRecords} records came more than once`);
  say();
  for (const { code, where, detail } of findings.slice(0, SHOWN)) say(`WRONG ${code}: ${where}: ${detail}`);
  if (findings.length > SHOWN) say(`and ${findings.length - SHOWN} more`);
  const bound = ruleOfThree(lost, acknowledged);
  say(`acknowledged and lost: ${lost} of ${acknowledged} over ${faults} faults${bound}`);
  say(
    `duplicates: ${duplicates} of ${outcome.entries} over ${faults} faults${ruleOfThree(duplicates, outcome.entries)}`,
  );
  say(
    `forks: ${forks} of ${outcome.checkpoints} checkpoints over ${faults} faults${ruleOfThree(forks, outcome.checkpoints)}`,
  );
  say(`digest of provenance equal to a clean rebuild: ${outcome.isDigestEqual ? 'yes' : 'no'}`);
  say(JSON.stringify({ name: 'chaos', ...run, ...outcome, findings: findings.length }));
}

function column(value: number, width = 6): string {
  return value.toFixed(0).padStart(width);
}

/** Nothing seen in N: with 95 % confidence it happens less often than in 3 of N. */
function ruleOfThree(seen: number, of: number): string {
  return seen > 0 || of === 0 ? '' : `, 95 % upper bound 3/${of} = ${(3 / of).toExponential(1)}`;
}
