import { nodeSignatures } from '@lodemark/platform/light';
import {
  decodeRootLogEntry,
  equalBytes,
  isAdmissible,
  openAnyCheckpoint,
  openAnyWitnessed,
  parseCheckpoint,
  parseNote,
  tilePath,
  verifyNote,
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
  | { readonly by: 'key'; readonly key: VerifierKey; readonly origin: string }
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

export interface VerifyLogOptions {
  /** A log of no network like ours, whatever its origin looks like: its entries may be anything. */
  readonly isForeign?: boolean;
}

const SIGNATURES = nodeSignatures(isAdmissible);
const ROOT_LOG = /\/root$/;
const FACILITY_LOG = /\/log\/[a-z0-9-]{1,63}$/;

/**
 * Makes tiles and root anew out of the entries and compares them with what the log has; reads each entry as what its
 * log may hold, and in a facility log what it says of those before it; checks the checkpoint's signatures. @throws Failure for the first thing that is not as it has to be
 */
export async function verifyLog(
  source: LogSource,
  trust: Trust,
  { isForeign = false }: VerifyLogOptions = {},
): Promise<VerifiedLog> {
  const note = await source.checkpoint();
  const checkpoint = readCheckpoint(source.name, note);
  const believed = await believe(source.name, note, trust);
  const root = await deriveLog(source, checkpoint.size, {
    onTile: async ({ tile, bytes }) => {
      // Entry bundles are what the rest is made of.
      if (tile.level === 'entries' || equalBytes(await source.tile(tile), bytes)) return;
      throw differs(`${tilePath(tile)} of ${source.name} is not what its entries make`);
    },
    ...(isForeign ? {} : { onEntry: readerOf(checkpoint.origin) }),
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
    const opened = await openSigned(note, trust);
    if (opened.ok) return { signature: 'holds', witnesses: [], quorumMet: undefined };
    throw notSigned(name, opened.problems);
  }
  const witnessed = await openAnyWitnessed(note, trust.policy, SIGNATURES);
  if (!witnessed.ok) throw notSigned(name, witnessed.problems);
  const { cosignatures, quorumMet } = witnessed.value;
  const witnesses = [...new Set(cosignatures.map(({ witness }) => witness.name))];
  return { signature: 'holds', witnesses, quorumMet };
}

/** A log's key may have another name than the log; then the origin that goes with it is given. */
async function openSigned(
  note: Uint8Array,
  { key, origin }: Extract<Trust, { readonly by: 'key' }>,
): Promise<
  { readonly ok: true } | { readonly ok: false; readonly problems: readonly { readonly detail: string }[] }
> {
  if (origin === key.name) return openAnyCheckpoint(note, [key], SIGNATURES);
  const opened = parseNote(note);
  if (!opened.ok) return opened;
  const checkpoint = parseCheckpoint(opened.value.text, 'any-log');
  if (!checkpoint.ok) return checkpoint;
  if (checkpoint.value.origin !== origin)
    return { ok: false, problems: [{ detail: `It is of the log ${checkpoint.value.origin}.` }] };
  return verifyNote(opened.value, [key], SIGNATURES);
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
