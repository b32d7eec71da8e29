import {
  fromBase64,
  leafHash,
  toHex,
  fromHex,
  verifyConsistency,
  verifyHead,
  verifyInclusion,
} from '@lodemark/transparency';
import type { BundleLog } from '../bundle/bundle.js';
import { bytesOf } from '../bundle/embedded-bytes.js';
import { readFacilityEntry, type AppliedEntry, type ParkedEntry } from '../reading/facility-entry.js';
import { finding, type Report } from './finding.js';
import { LogOrder } from './log-order.js';
import type { CoveringCheckpoint } from './root-prefix.js';

/** An entry that is proved to stand in its log. */
export interface ProvenEntry {
  readonly index: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf: string;
  readonly covered: { readonly rootIndex: number; readonly at: string };
  readonly read: AppliedEntry | ParkedEntry;
  /** The sequence numbers in its envelope, by name; of what cannot be applied, as far as they can be read. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly where: string;
}

/** A facility log as far as a bundle shows it. */
export interface ShownLog {
  readonly facility: string;
  readonly origin: string;
  /** By index. */
  readonly entries: readonly ProvenEntry[];
  /** The names that something is proved of, as they stand in the file. */
  readonly heads: readonly string[];
  /** Last sequence number of a name, undefined when the log does not name it, or why neither is proved. */
  readonly headOf: (name: string) => Proven | 'missing' | 'refused';
  /** Whether its last entry is a `heads` entry, which is reported once when it is not. */
  readonly hasHeads: boolean;
  readonly where: string;
}

export interface Proven {
  readonly last: number | undefined;
}

export interface LogClaim {
  readonly shown: BundleLog;
  readonly facility: string;
  /** What counts at the horizon, as the root log has it. */
  readonly counted: CoveringCheckpoint;
  /** Every checkpoint of this log in the root log, smallest first. */
  readonly coverage: readonly CoveringCheckpoint[];
  readonly where: string;
}

/** Checks everything that a bundle says about one log against the checkpoint that counts. */
export function showLog(claim: LogClaim, report: Report): ShownLog | undefined {
  const { shown, facility, counted, where } = claim;
  if (shown.size !== counted.size) {
    const detail = `the root log counts ${counted.size} entries of ${shown.origin}, the bundle ${shown.size}`;
    report(finding('log-size-mismatch', `${where}/size`, detail));
    return undefined;
  }
  const entries: ProvenEntry[] = [];
  const order = new LogOrder(report);
  let map: string | undefined;
  for (const [i, entry] of shown.entries.entries()) {
    const at = `${where}/entries/${i}`;
    if (!order.goesOn(entry.index, at)) continue;
    const proven = proveEntry(claim, entry, { where: at, report });
    if (proven === undefined) continue;
    const read = readFacilityEntry(facility, proven.bytes);
    if (read.kind !== 'parked') order.check(read.entry, { where: at, coveredAt: proven.covered.at });
    if (read.kind === 'heads') {
      if (entry.index === shown.size - 1) map = read.entry.map;
      else report(finding('superfluous', at, 'a heads entry counts only at the end of the tree'));
      continue;
    }
    const { bytes: _, ...rest } = proven;
    entries.push({ ...rest, read, numbers: numbersOf(entry), where: at });
  }
  checkConsistency(claim, entries, report);
  if (map === undefined) {
    const detail = `no heads entry stands at ${shown.size - 1}, so nothing proves that all entries of a lot are here`;
    report(finding('heads-missing', where, detail));
  }
  return {
    ...{ facility, origin: shown.origin, where },
    entries,
    heads: shown.heads.map(({ name }) => name),
    headOf: headsOf(claim, map, report),
    hasHeads: map !== undefined,
  };
}

interface ProvenBytes {
  readonly index: number;
  readonly leaf: string;
  readonly covered: ProvenEntry['covered'];
  readonly bytes: Uint8Array;
}

function proveEntry(
  { shown, counted, coverage }: LogClaim,
  entry: BundleLog['entries'][number],
  { where, report }: { readonly where: string; readonly report: Report },
): ProvenBytes | undefined {
  const bytes = bytesOf(entry);
  if (bytes === undefined) {
    report(finding('entry-malformed', where, 'the bytes are not canonical base64'));
    return undefined;
  }
  const leaf = leafHash(bytes);
  const root = fromHex(counted.root) ?? new Uint8Array();
  const { index } = entry;
  const holds = verifyInclusion({ leaf, index, size: shown.size, root, proof: hashes(entry.proof) });
  if (!holds) {
    const detail = `this is not entry ${index} of the ${shown.size} entries of ${shown.origin} that count`;
    report(finding('entry-not-included', where, detail));
    return undefined;
  }
  const first = coverage[firstBeyond(coverage, index)] ?? counted;
  return { index, leaf: toHex(leaf), bytes, covered: { rootIndex: first.rootIndex, at: first.at } };
}

/** Where in checkpoints that grow the first stands that reaches beyond an index. */
function firstBeyond(coverage: readonly CoveringCheckpoint[], index: number): number {
  let [low, high] = [0, coverage.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((coverage[middle]?.size ?? 0) > index) high = middle;
    else low = middle + 1;
  }
  return low;
}

function numbersOf(entry: BundleLog['entries'][number]): ReadonlyMap<string, number> {
  const lots = 'entry' in entry ? entry.entry['lots'] : undefined;
  if (typeof lots !== 'object' || lots === null || Array.isArray(lots)) return new Map();
  const numbers = Object.entries(lots as Record<string, unknown>);
  return new Map(numbers.filter((one): one is [string, number] => Number.isSafeInteger(one[1])));
}

/** An entry was in the first tree that reaches it only if the tree that counts begins with that one. */
function checkConsistency(
  { shown, counted, coverage, where }: LogClaim,
  entries: readonly ProvenEntry[],
  report: Report,
): void {
  const given = new Map(
    shown.consistency.map((one, i) => [one.size, { ...one, at: `${where}/consistency/${i}` }]),
  );
  const first = new Set(entries.map(({ covered }) => covered.rootIndex));
  for (const { rootIndex, size, root } of coverage) {
    if (!first.has(rootIndex) || size === counted.size) continue;
    const proof = given.get(size);
    if (proof === undefined) {
      const detail = `no proof that the checkpoint of size ${size} of ${shown.origin} is of the same history`;
      report(finding('consistency-missing', where, detail));
      continue;
    }
    const claimed = {
      ...{ oldSize: size, oldRoot: fromHex(root) ?? new Uint8Array() },
      ...{ newSize: counted.size, newRoot: fromHex(counted.root) ?? new Uint8Array() },
      proof: hashes(proof.proof),
    };
    given.delete(size);
    if (verifyConsistency(claimed)) continue;
    const detail = `the checkpoint of size ${size} of ${shown.origin} is not proved to be of the same history`;
    report(finding('checkpoint-inconsistent', proof.at, detail));
  }
  const isRepeated = new Set(shown.consistency.map(({ size }) => size)).size < shown.consistency.length;
  if (given.size > 0 || isRepeated) {
    report(finding('superfluous', `${where}/consistency`, 'a consistency proof that nothing asks for'));
  }
}

function headsOf({ shown, where }: LogClaim, map: string | undefined, report: Report): ShownLog['headOf'] {
  const given = new Map(shown.heads.map((one, i) => [one.name, { ...one, at: `${where}/heads/${i}` }]));
  return (name) => {
    const one = given.get(name);
    if (map === undefined || one === undefined) return 'missing';
    const answer = verifyHead(map, name, one.proof);
    if (answer.ok) return { last: answer.value };
    const why = answer.problems[0]?.detail ?? 'it does not hold';
    report(
      finding('heads-proof', one.at, `what is shown of ${name} in ${shown.origin} is not proved: ${why}`),
    );
    return 'refused';
  };
}

function hashes(proof: readonly string[]): readonly Uint8Array[] {
  return proof.map((hash) => fromBase64(hash) ?? new Uint8Array());
}
