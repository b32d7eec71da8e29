import { fromHex, verifyConsistency, type Checkpoint } from '@lodemark/transparency';
import { RegistrationRefusal } from '../statements/registration-refusal.js';

/** A checkpoint that the registry accepted: size and root, with the note that shows it. */
export interface AcceptedCheckpoint {
  readonly size: number;
  /** Lowercase hex. */
  readonly root: string;
  readonly note: string;
}

/** What the registry knows about a facility log when another checkpoint of it comes in. */
export interface LogStanding {
  /** The largest one accepted. */
  readonly last?: AcceptedCheckpoint;
  /** The one accepted with the size of the checkpoint at hand. */
  readonly sameSize?: AcceptedCheckpoint;
  /** Root log index of the fault that ended the log. */
  readonly endedBy?: number;
}

export type CheckpointJudgement =
  | { readonly kind: 'extends' }
  | { readonly kind: 'repeated' }
  /** Two checkpoints of one size, both signed by the log, with other roots. */
  | { readonly kind: 'fork'; readonly with: AcceptedCheckpoint };

/**
 * Decides about a checkpoint that the log's own key signed, given the RFC 6962 consistency proof from the last
 * accepted one. Pure. @throws RegistrationRefusal
 */
export function judgeCheckpoint(
  checkpoint: Checkpoint,
  proof: readonly string[],
  { last, sameSize, endedBy }: LogStanding,
): CheckpointJudgement {
  if (checkpoint.size === 0) throw empty();
  // A fork is a fork even in a log that has been ended: the contradiction is worth keeping once.
  if (sameSize !== undefined && sameSize.root !== checkpoint.root && endedBy === undefined)
    return { kind: 'fork', with: sameSize };
  if (sameSize?.root === checkpoint.root) return { kind: 'repeated' };
  if (endedBy !== undefined) throw ended(checkpoint.origin, endedBy);
  if (last !== undefined && checkpoint.size < last.size) throw smaller(checkpoint, last);
  if (extendsLast(checkpoint, proof, last)) return { kind: 'extends' };
  throw notProved(last);
}

function extendsLast(
  checkpoint: Checkpoint,
  proof: readonly string[],
  last: AcceptedCheckpoint | undefined,
): boolean {
  // Nothing has to be proved of the first one, and a proof from size 0 is empty (tlog-witness).
  if (last === undefined) return proof.length === 0;
  return verifyConsistency({
    oldSize: last.size,
    oldRoot: bytes(last.root),
    newSize: checkpoint.size,
    newRoot: bytes(checkpoint.root),
    proof: proof.map(bytes),
  });
}

function bytes(hex: string): Uint8Array {
  const read = fromHex(hex);
  if (read === undefined) throw new Error('a hash that was checked is not hex');
  return read;
}

function empty(): RegistrationRefusal {
  const detail = 'A checkpoint of an empty log covers nothing.';
  return new RegistrationRefusal({ code: 'checkpoint-empty', detail });
}

/** The log does not count any more. */
function ended(origin: string, endedBy: number): RegistrationRefusal {
  const detail = `What counts from ${origin} has been ended by the root log's entry ${endedBy}.`;
  return new RegistrationRefusal({ code: 'log-ended', detail, facts: { origin, endedBy } });
}

function smaller(checkpoint: Checkpoint, last: AcceptedCheckpoint): RegistrationRefusal {
  const detail = `The registry has a checkpoint of size ${last.size} already; this one is of size ${checkpoint.size}.`;
  return new RegistrationRefusal({ code: 'checkpoint-smaller', detail, facts: lastFacts(last) });
}

function notProved(last: AcceptedCheckpoint | undefined): RegistrationRefusal {
  const detail =
    last === undefined
      ? 'The first checkpoint of a log needs no consistency proof, and this one has one.'
      : `The proof does not show that this checkpoint extends the last accepted one, of size ${last.size}.`;
  return new RegistrationRefusal({ code: 'consistency-not-proved', detail, facts: lastFacts(last) });
}

function lastFacts(last: AcceptedCheckpoint | undefined): { lastSize: number; lastRoot: string | null } {
  return { lastSize: last?.size ?? 0, lastRoot: last?.root ?? null };
}
