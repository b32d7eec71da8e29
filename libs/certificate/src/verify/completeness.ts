import { WHOLE_FACILITY } from '@lodemark/transparency';
import type { ProvenEntry, ShownLog } from './facility-log.js';
import { finding, type VerificationFinding } from './finding.js';
import type { LineageEvidence } from './lineage-evidence.js';

/** What a bundle must show of every log that counts: all entries about these names, and that there are no others. */
export interface ShownCompletely {
  readonly logs: readonly ShownLog[];
  /** Origins of every log of which entries count at the horizon. */
  readonly origins: readonly string[];
}

/**
 * Whether the evidence is all there is: for each lot of the lineage in each log that counts, and for each facility
 * involved its facility-wide entries, the last sequence number is proved and every number up to it is shown.
 */
export function checkCompleteness(
  { logs, origins }: ShownCompletely,
  { lots, involved }: Pick<LineageEvidence, 'lots' | 'involved'>,
  report: (one: VerificationFinding) => void,
): void {
  const byOrigin = new Map(logs.map((log) => [log.origin, log]));
  for (const origin of origins) {
    const log = byOrigin.get(origin);
    if (log === undefined) {
      const detail = `nothing is shown of ${origin}, so nothing proves that it says nothing of these lots`;
      report(finding('log-missing', '/logs', detail));
      continue;
    }
    const sequences = sequencesOf(log.entries, report);
    const names = involved.includes(log.facility) ? [...lots, WHOLE_FACILITY] : lots;
    for (const name of names) checkName(log, name, sequences.get(name) ?? new Set(), report);
  }
}

function checkName(
  log: ShownLog,
  name: string,
  shown: ReadonlySet<number>,
  report: (one: VerificationFinding) => void,
): void {
  const head = log.headOf(name);
  if (head === 'refused') return;
  if (head === 'missing') {
    const detail = `nothing proves which entries of ${log.origin} name ${name}`;
    report(finding('heads-proof-missing', `${log.where}/heads`, detail));
    return;
  }
  const wanted = head.last === undefined ? 0 : head.last + 1;
  const lacking = firstLacking(wanted, shown);
  if (lacking !== undefined) {
    const detail = `entry ${lacking} of the ${wanted} entries of ${log.origin} that name ${name} is not shown`;
    report(finding('entry-omitted', log.where, detail));
  } else if (shown.size > wanted) {
    const detail = `${log.origin} names ${name} more often than its own count of ${wanted} says`;
    report(finding('entry-sequence', log.where, detail));
  }
}

function firstLacking(wanted: number, shown: ReadonlySet<number>): number | undefined {
  for (let number = 0; number < wanted; number += 1) if (!shown.has(number)) return number;
  return undefined;
}

/** The sequence numbers that the shown entries bear, by name. */
function sequencesOf(
  entries: readonly ProvenEntry[],
  report: (one: VerificationFinding) => void,
): ReadonlyMap<string, ReadonlySet<number>> {
  const sequences = new Map<string, Set<number>>();
  for (const { numbers, where } of entries) {
    for (const [name, number] of numbers) {
      const before = sequences.get(name) ?? new Set<number>();
      if (before.has(number)) {
        report(finding('entry-sequence', where, `two entries that name ${name} bear the number ${number}`));
      }
      sequences.set(name, before.add(number));
    }
  }
  return sequences;
}
