import { createHash } from 'node:crypto';
import {
  cosign,
  formatNote,
  formatSignatureLines,
  growthFault,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  verifyNote,
  type AddCheckpoint,
  type Checkpoint,
  type GrowthFault,
  type Problem,
  type SignatureChecker,
  type SignedNote,
  type Signer,
  type VerifierKey,
} from '@lodemark/transparency';
import type { VouchedTree, VouchedTrees } from './vouched-trees.js';

/** A log whose checkpoints a witness looks at; usually its keys are named as its origin. */
export interface WitnessedLog {
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
}

export interface WitnessParts {
  readonly name: string;
  readonly signer: Signer;
  readonly logs: readonly WitnessedLog[];
  readonly trees: VouchedTrees;
  readonly checker: SignatureChecker;
  readonly now: () => Date;
}

/** What a witness answers, as tlog-witness has it. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly mediaType: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

const TEXT = 'text/plain; charset=utf-8';

/** A checkpoint that the witness does not cosign. */
class Refused extends Error {
  constructor(readonly answer: WitnessAnswer) {
    super(answer.body);
  }
}

/**
 * Cosigns checkpoints that provably follow from the last one it cosigned of a log (C2SP tlog-witness), and remembers
 * each before it answers. Anyone can run one; that is what makes a second history of a log impossible to hide.
 */
export class Witness {
  private readonly logs: Map<string, readonly VerifierKey[]>;

  constructor(private readonly parts: WitnessParts) {
    this.logs = new Map(parts.logs.map(({ origin, keys }) => [origin, keys]));
  }

  /** Cosigns a further log from now on. */
  watch({ origin, keys }: WitnessedLog): void {
    this.logs.set(origin, keys);
  }

  /** Answers a request to `add-checkpoint`. @throws what the store throws when it cannot be written */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    try {
      return await this.cosignRequested(body);
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  }

  /** The latest checkpoint cosigned of the log whose origin has this SHA-256 (lowercase hex), with the cosignature. */
  async latest(originHash: string): Promise<string | undefined> {
    const isKnown = [...this.logs.keys()].some((origin) => sha256Hex(origin) === originHash);
    return isKnown ? (await this.parts.trees.lastOfHash(originHash))?.note : undefined;
  }

  private async cosignRequested(body: Uint8Array): Promise<WitnessAnswer> {
    const request = parseAddCheckpoint(body);
    if (!request.ok) throw refused(400, detailsOf(request.problems));
    const note = parseNote(request.value.note);
    if (!note.ok) throw this.unreadable(request.value, note.problems);
    const { origin, keys } = this.logOf(note.value.text);
    const checkpoint = parseCheckpoint(note.value.text, 'any-log');
    // A tree without entries has one root; with another it is no malformed request but an impossible log.
    const isOtherwiseEmpty = /^[^\n]*\n0\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*$/.test(note.value.text);
    if (!checkpoint.ok && !isOtherwiseEmpty) throw refused(400, detailsOf(checkpoint.problems));
    await this.requireLogSignature(note.value, keys);
    if (!checkpoint.ok) throw refused(422, detailsOf(checkpoint.problems));
    let lines = '';
    await this.parts.trees.advance(origin, async (last) => {
      requireGrowth(last, request.value, checkpoint.value);
      const made = await this.cosigned(note.value, checkpoint.value);
      lines = made.lines;
      return made.tree;
    });
    return { status: 200, mediaType: TEXT, body: lines };
  }

  /** A signature that cannot even be read does not hold; anything else is no note. */
  private unreadable({ note }: AddCheckpoint, problems: readonly Problem[]): Refused {
    if (!problems.every(({ code }) => code === 'bad-signature-line'))
      return refused(400, detailsOf(problems));
    this.logOf(note);
    return refused(403, `invalid signature: ${detailsOf(problems)}`);
  }

  private logOf(text: string): WitnessedLog {
    const origin = text.slice(0, text.indexOf('\n'));
    const keys = this.logs.get(origin);
    if (keys === undefined) throw refused(404, 'unknown log');
    return { origin, keys };
  }

  private async requireLogSignature(note: SignedNote, keys: readonly VerifierKey[]): Promise<void> {
    const signedBy = await verifyNote(note, keys, this.parts.checker);
    if (!signedBy.ok) throw refused(403, `invalid signature: ${detailsOf(signedBy.problems)}`);
  }

  private async cosigned(
    { text, signatures }: SignedNote,
    checkpoint: Checkpoint,
  ): Promise<{ readonly tree: VouchedTree; readonly lines: string }> {
    const { name, signer, now } = this.parts;
    const time = Math.floor(now().getTime() / 1000);
    const cosignature = await cosign(checkpoint, { name, signer, time });
    const keys = this.logs.get(checkpoint.origin) ?? [];
    // Of the signatures that came along only the log's own were checked, so only they are kept.
    const byLog = signatures.filter((one) =>
      keys.some(({ name: key, keyId }) => key === one.name && keyId === one.keyId),
    );
    const note = formatNote({ text, signatures: [...byLog, cosignature] });
    return { tree: { checkpoint, note }, lines: formatSignatureLines([cosignature]) };
  }
}

function requireGrowth(
  last: VouchedTree | undefined,
  { oldSize, proof }: AddCheckpoint,
  checkpoint: Checkpoint,
): void {
  const fault = growthFault(last?.checkpoint, { oldSize, proof, checkpoint });
  if (fault !== undefined) throw new Refused(ANSWERS[fault](last?.checkpoint.size ?? 0));
}

const ANSWERS: Readonly<Record<GrowthFault, (lastSize: number) => WitnessAnswer>> = {
  'old-size-above-size': () => answer(400, 'the old size is above the size of the checkpoint'),
  'old-size-differs': (size) => ({ status: 409, mediaType: 'text/x.tlog.size', body: `${size}\n` }),
  'other-root': () =>
    answer(422, 'another root of the same size was cosigned: no consistency proof can lead to this one'),
  'proof-invalid': () => answer(422, 'the consistency proof does not hold'),
};

function answer(status: WitnessAnswer['status'], text: string): WitnessAnswer {
  return { status, mediaType: TEXT, body: `${text}\n` };
}

function refused(status: WitnessAnswer['status'], text: string): Refused {
  return new Refused(answer(status, text));
}

function detailsOf(problems: readonly Problem[]): string {
  return problems
    .map(({ code, pointer, detail }) => `${code}${pointer === '' ? '' : ` at ${pointer}`}: ${detail}`)
    .join(' ');
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
