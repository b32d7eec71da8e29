import {
  openAnyCheckpoint,
  openCheckpoint,
  type Checkpoint,
  type CheckpointProblemCode,
} from './checkpoint.js';
import { verifyCosignatures } from './cosignature.js';
import { keyMaterial } from './cosigner-key.js';
import { parsed, type Parsed } from './problem.js';
import type { SignatureChecker } from './signature.js';
import { parseNote } from './signed-note.js';
import { isQuorumMet, type TrustPolicy, type TrustedWitness } from './trust-policy.js';
import type { VerifierKey } from './verifier-key.js';

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
  const checkpoint = await openCheckpoint(note, logKeysOf(policy), checker);
  return checkpoint.ok ? witnessed(checkpoint.value, { note, policy, checker }) : checkpoint;
}

/** As {@link openWitnessed}, of a log of whatever network: extension lines and all. */
export async function openAnyWitnessed(
  note: Uint8Array | string,
  policy: TrustPolicy,
  checker: SignatureChecker,
): Promise<Parsed<Witnessed, WitnessedProblemCode>> {
  const checkpoint = await openAnyCheckpoint(note, logKeysOf(policy), checker);
  return checkpoint.ok ? witnessed(checkpoint.value, { note, policy, checker }) : checkpoint;
}

const logKeysOf = ({ logs }: TrustPolicy): readonly VerifierKey[] => logs.map(({ key }) => key);

async function witnessed(
  checkpoint: Checkpoint,
  {
    note,
    policy,
    checker,
  }: {
    readonly note: Uint8Array | string;
    readonly policy: TrustPolicy;
    readonly checker: SignatureChecker;
  },
): Promise<Parsed<Witnessed, WitnessedProblemCode>> {
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
  return parsed({ checkpoint, cosignatures, quorumMet });
}
