import { fromBase64, toBase64 } from './base64.js';
import { fromHex, fromUtf8, isWellFormed } from './bytes.js';
import { formatHashLines, parseHashLines, type HashLinesProblemCode } from './hash-lines.js';
import { verifyInclusion } from './inclusion-proof.js';
import { failed, parsed, type Parsed } from './problem.js';
import type { SignatureChecker } from './signature.js';
import { MAX_NOTE_LENGTH } from './signed-note.js';
import type { TrustPolicy } from './trust-policy.js';
import { openWitnessed, type Witnessed, type WitnessedProblemCode } from './witnessed.js';

/** "This leaf stands in this log", to be checked offline (C2SP tlog-proof). Reading it has checked nothing. */
export interface LogProof {
  readonly index: number;
  /** Leaf sibling first. */
  readonly proof: readonly Uint8Array[];
  /** Nobody vouches for it. */
  readonly extra?: Uint8Array;
  /** The checkpoint's signed note with its cosignatures, as it was. */
  readonly note: string;
}

export type LogProofProblemCode =
  HashLinesProblemCode | 'bad-extra' | 'bad-index' | 'not-a-log-proof' | 'not-utf8' | 'too-large';

export type LogProofFailureCode = WitnessedProblemCode | 'not-included';

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_EXTRA_LENGTH = 64 * 1024;
const MAX_LENGTH = MAX_NOTE_LENGTH + MAX_EXTRA_LENGTH + 4096;
const INDEX = /^index (0|[1-9][0-9]{0,15})$/;

/** Reads a proof file; pointers are `/extra`, `/index`, `/proof/<i>` or the whole. */
export function parseLogProof(file: Uint8Array | string): Parsed<LogProof, LogProofProblemCode> {
  if (file.length > MAX_LENGTH) return failed('too-large', `At most ${MAX_LENGTH} bytes may be.`);
  const text = typeof file === 'string' ? file : fromUtf8(file);
  if (text === undefined || !isWellFormed(text)) return failed('not-utf8', 'The file is not valid UTF-8.');
  // The first empty line ends the proof; the note after it is split at its own last one.
  const split = text.indexOf('\n\n');
  const [header, ...lines] = text.slice(0, Math.max(split, 0)).split('\n');
  if (header !== HEADER)
    return failed('not-a-log-proof', `Needed: ${HEADER}, a proof, an empty line, a checkpoint.`);
  const extra = lines[0]?.startsWith('extra ') === true ? lines.shift()?.slice('extra '.length) : undefined;
  const data = extra === undefined ? undefined : fromBase64(extra);
  if (extra !== undefined && (data === undefined || data.length === 0))
    return failed(
      'bad-extra',
      'Extra data is canonical base64; without data the line is left out.',
      '/extra',
    );
  const index = Number(INDEX.exec(lines.shift() ?? '')?.[1]);
  if (!Number.isSafeInteger(index))
    return failed(
      'bad-index',
      'Needed: "index", a space and a decimal number without leading zeros.',
      '/index',
    );
  const proof = parseHashLines(lines);
  if (!proof.ok) return proof;
  const note = text.slice(split + 2);
  return parsed({ index, proof: proof.value, ...(data === undefined ? {} : { extra: data }), note });
}

/** The file's text; without extra data the line is left out. */
export function formatLogProof({ index, proof, extra, note }: LogProof): string {
  const extraLine = extra === undefined || extra.length === 0 ? '' : `extra ${toBase64(extra)}\n`;
  return `${HEADER}\n${extraLine}index ${index}\n${formatHashLines(proof)}\n${note}`;
}

/**
 * The witnessed checkpoint that covers this leaf, if a log of the trust policy signed it and the proof holds.
 * Whether the quorum is met it says, as {@link openWitnessed} does, and leaves to the caller to demand.
 */
export async function verifyLogProof(
  logProof: LogProof,
  {
    leaf,
    policy,
    checker,
  }: { readonly leaf: Uint8Array; readonly policy: TrustPolicy; readonly checker: SignatureChecker },
): Promise<Parsed<Witnessed, LogProofFailureCode>> {
  const witnessed = await openWitnessed(logProof.note, policy, checker);
  if (!witnessed.ok) return witnessed;
  const { size, root } = witnessed.value.checkpoint;
  const claim = {
    leaf,
    index: logProof.index,
    size,
    root: fromHex(root) ?? new Uint8Array(),
    proof: logProof.proof,
  };
  return verifyInclusion(claim)
    ? witnessed
    : failed(
        'not-included',
        `The proof does not lead from the leaf at ${logProof.index} to the root.`,
        '/proof',
      );
}
