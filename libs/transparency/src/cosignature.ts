import { concatBytes, fromHex, toUtf8 } from './bytes.js';
import {
  formatCheckpoint,
  parseCheckpoint,
  type Checkpoint,
  type CheckpointProblemCode,
} from './checkpoint.js';
import { cosignerKey, type CosignerKey } from './cosigner-key.js';
import { fromBigEndian, toBigEndian } from './integers.js';
import { isMlDsa44Signature } from './ml-dsa-44.js';
import { failed, parsed, type Parsed } from './problem.js';
import { SIGNATURE_BYTES, type SignatureChecker, type Signer } from './signature.js';
import type { NoteSignature, SignedNote } from './signed-note.js';
import { TransparencyError } from './transparency-error.js';

/** "As of this time, the largest consistent tree that I have seen of this log is that of this checkpoint." */
export interface Cosignature {
  readonly key: CosignerKey;
  /** Whole seconds since 1970; undefined if the witness states no time (ML-DSA-44 alone can leave it out). */
  readonly time: number | undefined;
}

/** A cosignature's time stands in eight bytes before the signature itself. */
const TIME_BYTES = 8;
const SUBTREE_LABEL = toUtf8('subtree/v1\n\0');
const MAX_VECTOR_BYTES = 255;

/**
 * Cosigns a checkpoint with Ed25519 (C2SP tlog-cosignature, type 0x04) at a time in whole seconds. Whoever calls
 * this has verified that the checkpoint is consistent with all it cosigned before, and has stored that it cosigns.
 * @throws TransparencyError `unsupported-key`, `bad-name`, `bad-note`, or `bad-time`.
 */
export async function cosign(
  checkpoint: Checkpoint,
  { name, signer, time }: { readonly name: string; readonly signer: Signer; readonly time: number },
): Promise<NoteSignature> {
  if (signer.publicKey.kty !== 'OKP')
    throw new TransparencyError('unsupported-key', 'A checkpoint is cosigned with Ed25519.');
  if (!Number.isSafeInteger(time) || time < 0)
    throw new TransparencyError('bad-time', `Not a time in whole seconds since 1970: ${time}.`);
  const { keyId } = cosignerKey(name, signer.publicKey);
  const signature = await signer.sign(ed25519Message(formatCheckpoint(checkpoint), time));
  return { name, keyId, signature: concatBytes(uint64(time), signature) };
}

/**
 * The cosignatures that the note of a checkpoint has by the keys given, in the note's order. Signatures of other
 * keys are ignored; one that claims to be of a given key and does not hold fails the whole note. None is an empty
 * list: how many are needed is the trust policy's to say.
 */
export async function verifyCosignatures(
  note: SignedNote,
  keys: readonly CosignerKey[],
  checker: SignatureChecker,
): Promise<Parsed<readonly Cosignature[], CheckpointProblemCode>> {
  // Whose checkpoints may have extension lines is settled when they are opened.
  const checkpoint = parseCheckpoint(note.text, 'any-log');
  if (!checkpoint.ok) return checkpoint;
  const claims = note.signatures.flatMap((signature, i) =>
    keys
      .filter((key) => key.name === signature.name && key.keyId === signature.keyId)
      .map((key): Claim => ({
        i,
        key,
        // The text allows times up to 2^63 - 1; those past 2^53 - 1 are 285 million years away and do not hold.
        time: Number(fromBigEndian(signature.signature.subarray(0, TIME_BYTES))),
        signature: signature.signature.subarray(TIME_BYTES),
      })),
  );
  const answers = await checkClaims(claims, { text: note.text, checkpoint: checkpoint.value }, checker);
  const holding = claims.filter((_, n) => answers[n] === true);
  // As in a note: two keys may share name and id, and a signature needs to hold under one of them.
  const broken = claims.find(({ i }) => !holding.some((claim) => claim.i === i));
  if (broken !== undefined) {
    const detail = `The cosignature that claims to be by ${broken.key.name} does not hold.`;
    return failed('signature-invalid', detail, `/signatures/${broken.i}`);
  }
  return parsed(
    holding.map(({ key, time }) => ({ key, time: key.alg === 'ML-DSA-44' && time === 0 ? undefined : time })),
  );
}

interface Claim {
  readonly i: number;
  readonly key: CosignerKey;
  readonly time: number;
  readonly signature: Uint8Array;
}

interface Cosigned {
  readonly text: string;
  readonly checkpoint: Checkpoint;
}

async function checkClaims(
  claims: readonly Claim[],
  { text, checkpoint }: Cosigned,
  checker: SignatureChecker,
): Promise<readonly boolean[]> {
  const answers = claims.map(
    ({ key, time, signature }) =>
      key.alg === 'ML-DSA-44' && isMlDsa44Cosignature(checkpoint, { key, time, signature }),
  );
  const batch = claims.flatMap(({ key, time, signature }, n) =>
    key.alg === 'Ed25519' && Number.isSafeInteger(time) && signature.length === SIGNATURE_BYTES
      ? [
          {
            n,
            one: {
              alg: 'EdDSA',
              publicKey: key.publicKey,
              message: ed25519Message(text, time),
              signature,
            } as const,
          },
        ]
      : [],
  );
  const checked = await checker.check(batch.map(({ one }) => one));
  batch.forEach(({ n }, at) => (answers[n] = checked[at] === true));
  return answers;
}

function isMlDsa44Cosignature(checkpoint: Checkpoint, { key, time, signature }: Omit<Claim, 'i'>): boolean {
  if (key.alg !== 'ML-DSA-44' || !Number.isSafeInteger(time)) return false;
  const message = mlDsa44Message(checkpoint, key.name, time);
  return message !== undefined && isMlDsa44Signature({ publicKey: key.publicKey, message, signature });
}

function uint64(value: number): Uint8Array {
  return toBigEndian(BigInt(value), TIME_BYTES);
}

/** The message that an Ed25519 cosignature signs. */
function ed25519Message(text: string, time: number): Uint8Array {
  return toUtf8(`cosignature/v1\ntime ${time}\n${text}`);
}

/** The message that an ML-DSA-44 cosignature of a whole tree signs; undefined if a name is too long for it. */
function mlDsa44Message(
  { origin, size, root }: Checkpoint,
  name: string,
  time: number,
): Uint8Array | undefined {
  const [cosigner, log] = [toUtf8(name), toUtf8(origin)];
  if (cosigner.length > MAX_VECTOR_BYTES || log.length > MAX_VECTOR_BYTES) return undefined;
  return concatBytes(
    SUBTREE_LABEL,
    Uint8Array.of(cosigner.length),
    cosigner,
    uint64(time),
    Uint8Array.of(log.length),
    log,
    uint64(0),
    uint64(size),
    fromHex(root) ?? new Uint8Array(),
  );
}
