import { fromUtf8, isWellFormed } from './bytes.js';
import { formatHashLines, parseHashLines, type HashLinesProblemCode } from './hash-lines.js';
import { failed, parsed, type Parsed } from './problem.js';
import { MAX_NOTE_LENGTH } from './signed-note.js';

/** What a log asks a witness: "cosign this checkpoint, which follows from the one that you saw last" (tlog-witness). */
export interface AddCheckpoint {
  /** Size of the last checkpoint that the witness cosigned, as the log believes. */
  readonly oldSize: number;
  /** Consistency proof from that size; empty from 0. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint's signed note as it was sent; no signature of it has been checked. */
  readonly note: string;
}

export type AddCheckpointProblemCode =
  HashLinesProblemCode | 'bad-old-size' | 'not-a-request' | 'not-utf8' | 'too-large';

const MAX_LENGTH = MAX_NOTE_LENGTH + 4096;
const OLD_SIZE = /^old (0|[1-9][0-9]{0,15})$/;

/** Reads the body of a request to `add-checkpoint`; pointers are `/old` and `/proof/<i>`. */
export function parseAddCheckpoint(
  body: Uint8Array | string,
): Parsed<AddCheckpoint, AddCheckpointProblemCode> {
  if (body.length > MAX_LENGTH) return failed('too-large', `At most ${MAX_LENGTH} bytes may be.`);
  const text = typeof body === 'string' ? body : fromUtf8(body);
  if (text === undefined || !isWellFormed(text)) return failed('not-utf8', 'The request is not valid UTF-8.');
  // The first empty line ends the proof; the note after it has an empty line of its own.
  const split = text.indexOf('\n\n');
  if (split < 0)
    return failed('not-a-request', 'Needed: an old size, proof lines, an empty line, a checkpoint.');
  const [first = '', ...lines] = text.slice(0, split).split('\n');
  const oldSize = Number(OLD_SIZE.exec(first)?.[1]);
  if (!Number.isSafeInteger(oldSize))
    return failed(
      'bad-old-size',
      'Needed: "old", a space and a decimal number without leading zeros.',
      '/old',
    );
  const proof = parseHashLines(lines);
  return proof.ok ? parsed({ oldSize, proof: proof.value, note: text.slice(split + 2) }) : proof;
}

/** The body of a request to `add-checkpoint`. */
export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  return `old ${oldSize}\n${formatHashLines(proof)}\n${note}`;
}
