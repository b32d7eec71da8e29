import { nodeSignatures } from '@lodemark/platform/light';
import {
  decodeRootLogEntry,
  equalBytes,
  isAdmissible,
  openCheckpoint,
  openWitnessed,
  tilePath,
  type Checkpoint,
  type TrustPolicy,
  type VerifierKey,
} from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { deriveLog } from './derived-log.js';
import { FacilityEntries } from './facility-entries.js';
import { otherRoot, readCheckpoint } from './export-log.js';
import type { LogSource } from './log-source.js';

/** By what the log's checkpoint is believed. */
export type Trust =
  | { readonly by: 'policy'; readonly policy: TrustPolicy }
  | { readonly by: 'key'; readonly key: VerifierKey }
  | { readonly by: 'nothing' };

export interface VerifiedLog {
  readonly checkpoint: Checkpoint;
  /** Whether a trusted key signed the checkpoint; without any it could not be looked at. */
  readonly signature: 'holds' | 'not-checked';
  /** Names, in the trust policy, of the witnesses that cosigned. */
  readonly witnesses: readonly string[];
  /** Undefined without a trust policy. */
  readonly quorumMet: boolean | undefined;
}

const SIGNATURES = nodeSignatures(isAdmissible);
const ROOT_LOG = /\/root$/;
const FACILITY_LOG = /\/log\/[a-z0-9-]{1,63}$/;

/**
 * Makes tiles and root anew out of the entries and compares them with what the log has; reads each entry as what its
 * log may hold, and in a facility log what it says of those before it; checks the checkpoint's signatures. @throws Failure for the first thing that is not as it has to be
 */
export async function verifyLog(source: LogSource, trust: Trust): Promise<VerifiedLog> {
  const note = await source.checkpoint();
  const checkpoint = readCheckpoint(source.name, note);
  const believed = await believe(source.name, note, trust);
  const root = await deriveLog(source, checkpoint.size, {
    onTile: async ({ tile, bytes }) => {
      // Entry bundles are what the rest is made of.
      if (tile.level === 'entries' || equalBytes(await source.tile(tile), bytes)) return;
      throw differs(`${tilePath(tile)} of ${source.name} is not what its entries make`);
    },
    onEntry: readerOf(checkpoint.origin),
  });
  if (root !== checkpoint.root) throw otherRoot(source.name, checkpoint, root);
  return { checkpoint, ...believed };
}

async function believe(
  name: string,
  note: Uint8Array,
  trust: Trust,
): Promise<Omit<VerifiedLog, 'checkpoint'>> {
  if (trust.by === 'nothing') return { signature: 'not-checked', witnesses: [], quorumMet: undefined };
  if (trust.by === 'key') {
    const opened = await openCheckpoint(note, [trust.key], SIGNATURES);
    if (opened.ok) return { signature: 'holds', witnesses: [], quorumMet: undefined };
    throw notSigned(name, opened.problems);
  }
  const witnessed = await openWitnessed(note, trust.policy, SIGNATURES);
  if (!witnessed.ok) throw notSigned(name, witnessed.problems);
  const { cosignatures, quorumMet } = witnessed.value;
  const witnesses = [...new Set(cosignatures.map(({ witness }) => witness.name))];
  return { signature: 'holds', witnesses, quorumMet };
}

function readerOf(origin: string): (entry: Uint8Array, index: number) => void {
  const follow = ROOT_LOG.test(origin)
    ? rootEntryProblem
    : FACILITY_LOG.test(origin)
      ? follower(new FacilityEntries())
      : () => undefined;
  return (entry, index) => {
    const problem = follow(entry);
    if (problem !== undefined) throw differs(`Entry ${index} is none of ${origin}: ${problem}`);
  };
}

function follower(entries: FacilityEntries): (entry: Uint8Array) => string | undefined {
  return (entry) => entries.follow(entry);
}

function rootEntryProblem(entry: Uint8Array): string | undefined {
  const decoded = decodeRootLogEntry(entry);
  return decoded.ok ? undefined : decoded.problems.map(({ detail }) => detail).join(' ');
}

function notSigned(name: string, problems: readonly { readonly detail: string }[]): Failure {
  return differs(
    `The checkpoint of ${name} is not believed: ${problems.map(({ detail }) => detail).join(' ')}`,
  );
}

function differs(cause: string): Failure {
  return new Failure({ code: 'log-unproven', exit: EXIT.unproven, cause });
}
