import { openCheckpoint, type Checkpoint, type CheckpointProblemCode } from './checkpoint.js';
import { verifyCosignatures } from './cosignature.js';
import { keyMaterial } from './cosigner-key.js';
import { parsed, type Parsed } from './problem.js';
import type { SignatureChecker } from './signature.js';
import { parseNote } from './signed-note.js';
import { isQuorumMet, type TrustPolicy, type TrustedWitness } from './trust-policy.js';

/** A checkpoint that a log of a trust policy signed, with those of the policy's witnesses that cosigned it. */
export interface Witnessed {
  readonly checkpoint: Checkpoint;
  /** In the note's order; a witness may have cosigned more than once. */
  readonly cosignatures: readonly WitnessedBy[];
  readonly quorumMet: boolean;
}

export interface WitnessedBy {
  readonly witness: TrustedWitness;
  /** Whole seconds since 1970; undefined if the witness states no time. */
  readonly time: number | undefined;
}

export type WitnessedProblemCode = CheckpointProblemCode;

/**
 * The checkpoint of a signed note, if a log of the trust policy signed it and no signature of a known log or witness
 * is broken. A quorum that is not met is no problem of the note: the caller decides what it then is worth.
 */
export async function openWitnessed(
  note: Uint8Array | string,
  policy: TrustPolicy,
  checker: SignatureChecker,
): Promise<Parsed<Witnessed, WitnessedProblemCode>> {
  const logKeys = policy.logs.map(({ key }) => key);
  const checkpoint = await openCheckpoint(note, logKeys, checker);
  if (!checkpoint.ok) return checkpoint;
  const opened = parseNote(note);
  if (!opened.ok) return opened;
  const byKey = new Map(policy.witnesses.map((witness) => [keyMaterial(witness.key), witness]));
  const keys = policy.witnesses.map(({ key }) => key);
  const cosigned = await verifyCosignatures(opened.value, keys, checker);
  if (!cosigned.ok) return cosigned;
  const cosignatures = cosigned.value.flatMap(({ key, time }): WitnessedBy[] => {
    const witness = byKey.get(keyMaterial(key));
    return witness === undefined ? [] : [{ witness, time }];
  });
  const quorumMet = isQuorumMet(policy.quorum, new Set(cosignatures.map(({ witness }) => witness)));
  return parsed({ checkpoint: checkpoint.value, cosignatures, quorumMet });
}
