import { fromBase64, toBase64 } from './base64.js';
import { fromHex, isWellFormed, toHex } from './bytes.js';
import { EMPTY_ROOT, isCount } from './merkle.js';
import { failed, parsed, type Parsed, type Problem } from './problem.js';
import { HASH_BYTES } from './sha256.js';
import type { SignatureChecker, Signer } from './signature.js';
import { parseNote, signNote, verifyNote, type NoteProblemCode } from './signed-note.js';
import { TransparencyError } from './transparency-error.js';
import type { VerifierKey } from './verifier-key.js';

/** What a log commits to (C2SP tlog-checkpoint): of this network's logs nothing but the first three. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 64 lowercase hex digits. */
  readonly root: string;
  /** What another's log adds, which nobody audits; left out when it adds nothing. */
  readonly extensionLines?: readonly string[];
}

/** Whose checkpoints are read: tlog-checkpoint allows extension lines, and the logs of this network have none. */
export type CheckpointOf = 'this-network' | 'any-log';

export type CheckpointProblemCode =
  | NoteProblemCode
  | 'bad-origin'
  | 'bad-root'
  | 'bad-size'
  | 'extension-lines'
  | 'not-a-checkpoint'
  | 'not-signed-by-log';

// eslint-disable-next-line no-control-regex -- an origin is one line of a note
const CONTROL = /[\u0000-\u001f]/;
const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;

/** The note text of a checkpoint. @throws TransparencyError `bad-note` if its parts are no checkpoint. */
export function formatCheckpoint({ origin, size, root, extensionLines = [] }: Checkpoint): string {
  const lines = [origin, String(size), toBase64(fromHex(root) ?? new Uint8Array()), ...extensionLines];
  const text = lines.map((line) => `${line}\n`).join('');
  const again = parseCheckpoint(text, 'any-log');
  const isSame =
    again.ok &&
    again.value.origin === origin &&
    (again.value.extensionLines ?? []).length === extensionLines.length;
  if (isSame) return text;
  const why = again.ok
    ? 'Each of its parts is one line.'
    : again.problems.map(({ detail }) => detail).join(' ');
  throw new TransparencyError('bad-note', why);
}

/**
 * Reads a note text as a checkpoint. Of this network's logs extension lines are refused: nobody audits them, and not
 * every kind of cosignature signs them. Pointers are `/origin`, `/size`, `/root`.
 */
export function parseCheckpoint(
  text: string,
  of: CheckpointOf = 'this-network',
): Parsed<Checkpoint, CheckpointProblemCode> {
  const [origin = '', sizeText, root64, ...more] = text.split('\n');
  if (sizeText === undefined || root64 === undefined || more.pop() !== '') {
    return failed('not-a-checkpoint', 'A checkpoint is three lines: origin, size, root hash.');
  }
  const problems: Problem<CheckpointProblemCode>[] = [];
  const note = (code: CheckpointProblemCode, pointer: string, detail: string): void => {
    problems.push({ code, pointer, detail });
  };
  if (more.length > 0 && of === 'this-network')
    note('extension-lines', '', 'A checkpoint of this network has no extension lines.');
  else if (more.includes('')) note('extension-lines', '', 'An extension line is not empty.');
  if (origin === '' || CONTROL.test(origin) || !isWellFormed(origin))
    note('bad-origin', '/origin', 'Not an origin.');
  const size = SIZE.test(sizeText) ? Number(sizeText) : NaN;
  if (!isCount(size)) note('bad-size', '/size', 'Not a decimal number up to 2^53 - 1 without leading zeros.');
  const root = fromBase64(root64);
  if (root?.length !== HASH_BYTES) note('bad-root', '/root', 'Not 32 bytes in canonical base64.');
  else if (size === 0 && toHex(root) !== toHex(EMPTY_ROOT))
    note('bad-root', '/root', 'Not the root of the empty tree.');
  if (problems.length > 0 || root === undefined) return { ok: false, problems };
  const extensionLines = more.length === 0 ? {} : { extensionLines: more };
  return parsed({ origin, size, root: toHex(root), ...extensionLines });
}

/** The signed note of a checkpoint; its key name is the origin. @throws TransparencyError as `signNote` does. */
export async function signCheckpoint(checkpoint: Checkpoint, signer: Signer): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), checkpoint.origin, signer);
}

/**
 * The checkpoint of a signed note, if one of the keys, named as its origin, signed it and no known signature is
 * broken. `keys` may hold the keys of many logs.
 */
export async function openCheckpoint(
  note: Uint8Array | string,
  keys: readonly VerifierKey[],
  checker: SignatureChecker,
): Promise<Parsed<Checkpoint, CheckpointProblemCode>> {
  return open({ note, keys, checker, of: 'this-network' });
}

/** As {@link openCheckpoint}, of a log of whatever network: extension lines and all. */
export async function openAnyCheckpoint(
  note: Uint8Array | string,
  keys: readonly VerifierKey[],
  checker: SignatureChecker,
): Promise<Parsed<Checkpoint, CheckpointProblemCode>> {
  return open({ note, keys, checker, of: 'any-log' });
}

interface Opening {
  readonly note: Uint8Array | string;
  readonly keys: readonly VerifierKey[];
  readonly checker: SignatureChecker;
  readonly of: CheckpointOf;
}

async function open({
  note,
  keys,
  checker,
  of,
}: Opening): Promise<Parsed<Checkpoint, CheckpointProblemCode>> {
  const opened = parseNote(note);
  if (!opened.ok) return opened;
  const checkpoint = parseCheckpoint(opened.value.text, of);
  if (!checkpoint.ok) return checkpoint;
  const signedBy = await verifyNote(opened.value, keys, checker);
  if (!signedBy.ok) return signedBy;
  const { origin } = checkpoint.value;
  // Another log's key would let one operator speak for another.
  if (!signedBy.value.some(({ name }) => name === origin)) {
    return failed('not-signed-by-log', `No signature is by a key of the log ${origin}.`);
  }
  return checkpoint;
}
