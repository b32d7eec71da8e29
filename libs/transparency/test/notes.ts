import type { Parsed } from '../src/problem.js';
import type { Signer } from '../src/signature.js';
import { parseNote, type SignedNote } from '../src/signed-note.js';
import { verifierKey, type VerifierKey } from '../src/verifier-key.js';
import { ed25519Jwk, ed25519Signer, rfc8032 } from './signers.js';
import { vectorJson } from './vectors.js';

interface Examples {
  readonly signedNote: { readonly vkey: string; readonly note: string };
  readonly checkpointParse: {
    readonly note: string;
    readonly origin: string;
    readonly size: string;
    readonly rootBase64: string;
    readonly signatures: readonly { readonly name: string; readonly keyIdHex: string }[];
  };
}

/** The examples of the C2SP specifications. */
export const examples = vectorJson('c2sp-spec-examples/c2sp-examples.json') as Examples;

export const ORIGIN = 'demo.lodemark.example/log/kokbulak';

/** Signers with the keys of RFC 8032. */
export const signers: readonly Signer[] = await Promise.all([0, 1, 2].map((which) => ed25519Signer(which)));

/** The verifier key of one of the signers. */
export function keyOf(which: number, name = ORIGIN): VerifierKey {
  return verifierKey(name, ed25519Jwk(rfc8032[which]!.publicKey));
}

/** `code pointer` of each problem; empty if there is none. */
export function codesOf(result: Parsed<unknown>): string[] {
  return result.ok ? [] : result.problems.map(({ code, pointer }) => `${code} ${pointer}`.trim());
}

/** The note, which must be readable. */
export function opened(note: string): SignedNote {
  const result = parseNote(note);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
