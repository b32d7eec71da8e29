import {
  cosign,
  cosignerKey,
  formatCosignerKey,
  formatSignatureLines,
  formatVerifierKey,
  signCheckpoint,
  toHex,
  verifierKey,
  type Checkpoint,
  type Ed25519PublicJwk,
} from '@lodemark/transparency';
import type { Keyring } from './keyring.js';
import type { TrustFile } from './sealed.js';
import type { World } from './world.js';

export interface CheckpointOptions {
  /** Names of those who cosign each root checkpoint, and when. */
  readonly witnesses?: readonly string[];
  readonly cosignedAt?: (size: number, recorded: number) => number;
  /** Who signs the root checkpoints as the log. */
  readonly rootKey?: string;
}

/** The witnesses that the auditor of a forged network trusts, of which he asks for two. */
export const WITNESSES = ['witness-1', 'witness-2', 'witness-3'];
const QUORUM = 2;

/** A signed note with the log's signature and the witnesses' cosignatures. */
export async function signRootCheckpoint(
  checkpoint: Checkpoint,
  {
    keyring,
    recordedAt,
    witnesses = WITNESSES.slice(0, QUORUM),
    rootKey = 'root-log',
    cosignedAt = (_, recorded) => recorded,
  }: CheckpointOptions & { readonly keyring: Keyring; readonly recordedAt: string },
): Promise<string> {
  const note = await signCheckpoint(checkpoint, keyring.signer(rootKey));
  const time = cosignedAt(checkpoint.size, Math.ceil(Date.parse(recordedAt) / 1000));
  const signatures = await Promise.all(
    witnesses.map((name) => cosign(checkpoint, { name: fullName(name), signer: keyring.signer(name), time })),
  );
  return `${note}${formatSignatureLines(signatures)}`;
}

/** What an auditor of the forged network trusts. */
export function trustOf({ network, certificate }: World, keyring: Keyring, genesis: Uint8Array): TrustFile {
  const witnesses = WITNESSES.map(
    (name) => `witness ${name} ${formatCosignerKey(cosignerKey(fullName(name), ed25519(keyring, name)))}`,
  );
  const trustPolicy = [
    `log ${formatVerifierKey(verifierKey(`${network}/root`, ed25519(keyring, 'root-log')))}`,
    ...witnesses,
    `group quorate ${QUORUM} ${WITNESSES.join(' ')}`,
    'quorum quorate\n',
  ].join('\n');
  return { v: 1, trustPolicy, genesis: toHex(genesis), issuers: [keyring.signer(certificate.key).kid] };
}

function ed25519(keyring: Keyring, name: string): Ed25519PublicJwk {
  const { publicKey } = keyring.signer(name);
  if (publicKey.kty !== 'OKP') throw new Error(`${name} needs an Ed25519 key`);
  return publicKey;
}

function fullName(name: string): string {
  return `${name}.example/witness`;
}
