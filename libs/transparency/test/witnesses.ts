import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { toBase64 } from '../src/base64.js';
import { concatBytes, fromHex, toUtf8 } from '../src/bytes.js';
import { signCheckpoint, type Checkpoint } from '../src/checkpoint.js';
import { cosign } from '../src/cosignature.js';
import { cosignerKey, type CosignerKey, type MlDsa44CosignerKey } from '../src/cosigner-key.js';
import { formatNote, type NoteSignature } from '../src/signed-note.js';
import { ORIGIN, keyOf, opened, signers } from './notes.js';

export const TIME = 1_790_000_000;

/** Name and key of a witness with one of the signers. */
export function witnessKey(which: number, name = `witness.example/w${which}`): CosignerKey {
  return cosignerKey(name, keyOf(which).publicKey);
}

/** A cosignature by the witness of one of the signers. */
export function cosignedBy(
  which: number,
  checkpoint: Checkpoint,
  { time = TIME, name = `witness.example/w${which}` } = {},
): Promise<NoteSignature> {
  return cosign(checkpoint, { name, signer: signers[which]!, time });
}

/** The note of a checkpoint of {@link ORIGIN}, signed by the first signer, with these cosignatures. */
export async function noteWith(
  checkpoint: Checkpoint,
  cosignatures: readonly NoteSignature[],
): Promise<string> {
  const { text, signatures } = opened(await signCheckpoint(checkpoint, signers[0]!));
  return formatNote({ text, signatures: [...signatures, ...cosignatures] });
}

/** A checkpoint of {@link ORIGIN}. */
export function checkpointOf(size: number, root: Uint8Array): Checkpoint {
  return { origin: ORIGIN, size, root: Buffer.from(root).toString('hex') };
}

/** A witness that cosigns with ML-DSA-44, written from the text of tlog-cosignature. */
export class MlDsa44Witness {
  private readonly keys: ReturnType<typeof ml_dsa44.keygen>;
  readonly key: MlDsa44CosignerKey;

  constructor(name: string, seed = 7) {
    this.keys = ml_dsa44.keygen(new Uint8Array(32).fill(seed));
    this.key = cosignerKey(name, this.keys.publicKey);
  }

  get vkey(): string {
    const { name, keyId, publicKey } = this.key;
    return `${name}+${keyId}+${toBase64(concatBytes(Uint8Array.of(6), publicKey))}`;
  }

  cosign({ origin, size, root }: Checkpoint, time: number): NoteSignature {
    const { name, keyId } = this.key;
    const message = Buffer.concat([
      Buffer.from('subtree/v1\n\0', 'latin1'),
      vector(name),
      uint64(time),
      vector(origin),
      uint64(0),
      uint64(size),
      fromHex(root)!,
    ]);
    const signature = ml_dsa44.sign(new Uint8Array(message), this.keys.secretKey);
    return { name, keyId, signature: concatBytes(uint64(time), signature) };
  }
}

function vector(text: string): Uint8Array {
  const bytes = toUtf8(text);
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return new Uint8Array(bytes);
}
