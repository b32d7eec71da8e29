import { WHOLE_FACILITY } from '@lodemark/transparency';
import type { ProvenEntry, ShownLog } from './facility-log.js';
import { finding, type Report } from './finding.js';
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
  evidence: Pick<LineageEvidence, 'lots' | 'involved'>,
  report: Report,
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
    if (!log.hasHeads) continue;
    for (const name of namesOf(log, evidence)) {
      checkName(log, { name, shown: sequences.get(name) ?? new Set() }, report);
    }
  }
}

/** A bundle is a function of its certificate: what nothing asks for was put there by somebody. */
export function checkNothingElse(
  logs: readonly ShownLog[],
  evidence: Pick<LineageEvidence, 'lots' | 'involved' | 'about'>,
  report: Report,
): void {
  for (const log of logs) {
    const asked = new Set(namesOf(log, evidence));
    if (log.heads.length > new Set(log.heads).size || log.heads.some((name) => !asked.has(name))) {
      report(finding('superfluous', `${log.where}/heads`, 'a proof about a name that nothing asks for'));
    }
    for (const entry of log.entries) {
      if (!evidence.about.has(entry)) {
        report(finding('superfluous', entry.where, 'an entry about other lots'));
      }
    }
  }
}

/** What must be proved of a log: of each lot, and at a facility involved what concerns all of it. */
function namesOf(
  { facility }: ShownLog,
  { lots, involved }: Pick<LineageEvidence, 'lots' | 'involved'>,
): readonly string[] {
  return involved.includes(facility) ? [...lots, WHOLE_FACILITY] : lots;
}

function checkName(
  log: ShownLog,
  { name, shown }: { readonly name: string; readonly shown: ReadonlySet<number> },
  report: Report,
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
  report: Report,
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
