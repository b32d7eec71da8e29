import { fromBase64, toBase64 } from './base64.js';
import { concatBytes, fromHex, fromUtf8, isWellFormed, toHex, toUtf8 } from './bytes.js';
import { failed, parsed, type Parsed, type Problem } from './problem.js';
import type { SignatureChecker, Signer } from './signature.js';
import { TransparencyError } from './transparency-error.js';
import { verifierKey, type VerifierKey } from './verifier-key.js';
import { isKeyName } from './vkey-text.js';

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string;
  /** 8 lowercase hex digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A note taken apart (C2SP signed-note). Parsing it has checked no signature. */
export interface SignedNote {
  /** With its final newline: what was signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export type NoteProblemCode =
  | 'bad-signature-line'
  | 'control-character'
  | 'no-known-signature'
  | 'no-signatures'
  | 'not-utf8'
  | 'signature-invalid'
  | 'too-large'
  | 'too-many-signatures';

/** Room for 16 post-quantum signatures of 5 kB (which must be accepted) and for a long text. */
export const MAX_NOTE_LENGTH = 256 * 1024;
const MAX_SIGNATURES = 64;
const KEY_ID_BYTES = 4;
const SIGNATURE_MARK = '\u2014 ';
// eslint-disable-next-line no-control-regex -- signed-note forbids all but the newline
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** Takes a note apart at its last empty line; pointers are `/signatures/<i>` or the whole. */
export function parseNote(note: Uint8Array | string): Parsed<SignedNote, NoteProblemCode> {
  if (note.length > MAX_NOTE_LENGTH) return failed('too-large', `At most ${MAX_NOTE_LENGTH} bytes may be.`);
  const whole = typeof note === 'string' ? note : fromUtf8(note);
  if (whole === undefined || !isWellFormed(whole)) return failed('not-utf8', 'The note is not valid UTF-8.');
  if (CONTROL.test(whole))
    return failed('control-character', 'A note holds no control character but the newline.');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) {
    return failed('no-signatures', 'A note ends with an empty line and signature lines.');
  }
  const signatures = parseSignatureLines(whole.slice(split + 2));
  return signatures.ok
    ? parsed({ text: whole.slice(0, split + 1), signatures: signatures.value })
    : signatures;
}

/** Reads signature lines alone, as a witness answers with them; pointers are `/signatures/<i>` or the whole. */
export function parseSignatureLines(text: string): Parsed<readonly NoteSignature[], NoteProblemCode> {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length === 0) {
    return failed('no-signatures', 'Needed: signature lines, each with its newline.');
  }
  if (lines.length > MAX_SIGNATURES) {
    return failed('too-many-signatures', `${lines.length} signatures; at most ${MAX_SIGNATURES} may be.`);
  }
  const problems: Problem<NoteProblemCode>[] = [];
  const signatures: NoteSignature[] = [];
  for (const [i, line] of lines.entries()) {
    const signature = parseSignatureLine(line);
    if (signature !== undefined) signatures.push(signature);
    else
      problems.push({
        code: 'bad-signature-line',
        pointer: `/signatures/${i}`,
        detail: 'Malformed signature line.',
      });
  }
  return problems.length > 0 ? { ok: false, problems } : parsed(signatures);
}

/** The note's text form. @throws TransparencyError `bad-note` if `parseNote` would not read it back. */
export function formatNote({ text, signatures }: SignedNote): string {
  const note = `${text}\n${formatSignatureLines(signatures)}`;
  const again = parseNote(note);
  const same =
    again.ok &&
    again.value.text === text &&
    again.value.signatures.length === signatures.length &&
    again.value.signatures.every(({ keyId }, i) => keyId === signatures[i]?.keyId);
  if (!same) {
    throw new TransparencyError('bad-note', 'Not the text and signatures of a signed note.');
  }
  return note;
}

/** Signature lines alone. Whether they can stand in a note is `formatNote`'s to say. */
export function formatSignatureLines(signatures: readonly NoteSignature[]): string {
  return signatures
    .map(({ name, keyId, signature }) => {
      const blob = concatBytes(fromHex(keyId) ?? new Uint8Array(), signature);
      return `${SIGNATURE_MARK}${name} ${toBase64(blob)}\n`;
    })
    .join('');
}

/** Signs a text as a note with Ed25519 (type 0x01). @throws TransparencyError `unsupported-key`, `bad-note`. */
export async function signNote(text: string, name: string, signer: Signer): Promise<string> {
  if (signer.publicKey.kty !== 'OKP')
    throw new TransparencyError('unsupported-key', 'A note is signed with Ed25519.');
  const { keyId } = verifierKey(name, signer.publicKey);
  const signature = await signer.sign(toUtf8(text));
  return formatNote({ text, signatures: [{ name, keyId, signature }] });
}

/**
 * The keys among those given that signed the note. Fails if none did, and also if a signature that claims to be
 * of one of them does not hold; signatures of other keys are ignored.
 */
export async function verifyNote(
  note: SignedNote,
  keys: readonly VerifierKey[],
  checker: SignatureChecker,
): Promise<Parsed<readonly VerifierKey[], NoteProblemCode>> {
  const message = toUtf8(note.text);
  const claims = note.signatures.flatMap((signature, i) =>
    keys
      .filter((key) => key.name === signature.name && key.keyId === signature.keyId)
      .map((key) => ({ i, key, signature: signature.signature })),
  );
  const answers = await checker.check(
    claims.map(({ key, signature }) => ({ alg: 'EdDSA', publicKey: key.publicKey, message, signature })),
  );
  const holding = claims.filter((_, n) => answers[n] === true);
  // A key id has 32 bits, so two keys may share name and id; a signature needs to hold under one of them.
  const broken = claims.find(({ i }) => !holding.some((claim) => claim.i === i));
  if (broken !== undefined) {
    const detail = `The signature that claims to be by ${broken.key.name} does not hold.`;
    return failed('signature-invalid', detail, `/signatures/${broken.i}`);
  }
  if (holding.length === 0) return failed('no-known-signature', 'No signature is by a known key.');
  return parsed([...new Set(holding.map(({ key }) => key))]);
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  if (!line.startsWith(SIGNATURE_MARK)) return undefined;
  const [name = '', base64 = '', ...more] = line.slice(SIGNATURE_MARK.length).split(' ');
  const blob = fromBase64(base64);
  if (more.length > 0 || !isKeyName(name) || blob === undefined || blob.length <= KEY_ID_BYTES)
    return undefined;
  return { name, keyId: toHex(blob.subarray(0, KEY_ID_BYTES)), signature: blob.slice(KEY_ID_BYTES) };
}
