import {
  formatAddCheckpoint,
  formatNote,
  isQuorumMet,
  parseNote,
  parseSignatureLines,
  verifyCosignatures,
  type NoteSignature,
  type Quorum,
  type SignatureChecker,
  type SignedNote,
  type TrustPolicy,
  type TrustedWitness,
} from '@lodemark/transparency';
import type { ProofFrom } from './log-signer.js';

/** Why a witness's cosignature is missing. */
export interface MissingCosignature {
  readonly witness: string;
  readonly reason: string;
}

/** The note with what was collected, and whether that is what the trust policy asks for. */
export interface CollectedCosignatures {
  readonly note: string;
  readonly quorumMet: boolean;
  readonly missing: readonly MissingCosignature[];
}

export interface CheckpointToCosign {
  /** Signed by the log, without cosignatures. */
  readonly note: string;
  readonly size: number;
  /** Proves that it follows from the tree of another size. */
  readonly proofFrom: ProofFrom;
}

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const SIZE = /^(0|[1-9][0-9]{0,15})\n$/;

/**
 * Asks the witnesses of a trust policy for their cosignatures, all at once (C2SP tlog-witness). What it knows of them
 * it only remembers to save a question: a witness that is elsewhere says so.
 */
export class CosignatureCollector {
  /** What each witness cosigned last, as far as we know. */
  private readonly sizes = new Map<TrustedWitness, number>();

  constructor(
    private readonly policy: TrustPolicy,
    private readonly checker: SignatureChecker,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  get quorum(): Quorum {
    return this.policy.quorum;
  }

  async collect(checkpoint: CheckpointToCosign): Promise<CollectedCosignatures> {
    const opened = parseNote(checkpoint.note);
    if (!opened.ok) throw new Error('a checkpoint without signatures is not cosigned');
    const answers = await Promise.all(
      this.policy.witnesses.map(async (witness) => ({
        witness,
        ...(await this.ask(witness, checkpoint, opened.value).then(
          (signatures) => ({ signatures, reason: '' }),
          (error: unknown) => ({
            signatures: undefined,
            reason: error instanceof Error ? error.message : String(error),
          }),
        )),
      })),
    );
    const given = answers.filter(({ signatures }) => signatures !== undefined);
    const missing = answers
      .filter(({ signatures }) => signatures === undefined)
      .map(({ witness, reason }) => ({ witness: witness.name, reason }));
    const signatures = [...opened.value.signatures, ...given.flatMap((one) => one.signatures ?? [])];
    return {
      note: formatNote({ text: opened.value.text, signatures }),
      quorumMet: isQuorumMet(this.policy.quorum, new Set(given.map(({ witness }) => witness))),
      missing,
    };
  }

  private async ask(
    witness: TrustedWitness,
    checkpoint: CheckpointToCosign,
    note: SignedNote,
  ): Promise<readonly NoteSignature[]> {
    if (witness.url === undefined) throw new Error('the trust policy gives no address');
    let oldSize = Math.min(this.sizes.get(witness) ?? 0, checkpoint.size);
    let answer = await this.post(witness.url, checkpoint, oldSize);
    if (answer.status === 409) {
      oldSize = sizeOf(answer.text);
      if (oldSize > checkpoint.size)
        throw new Error(`it has cosigned size ${oldSize}, and this log has come to ${checkpoint.size} only`);
      answer = await this.post(witness.url, checkpoint, oldSize);
    }
    if (answer.status !== 200)
      throw new Error(`it answered ${answer.status}: ${answer.text.trim().slice(0, 200)}`);
    const signatures = await this.verified(witness, note, answer.text);
    this.sizes.set(witness, checkpoint.size);
    return signatures;
  }

  private async post(
    url: string,
    { note, proofFrom }: CheckpointToCosign,
    oldSize: number,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const proof = oldSize === 0 ? [] : await proofFrom(oldSize);
    const response = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: formatAddCheckpoint({ oldSize, proof, note }),
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    return { status: response.status, text: await textOf(response) };
  }

  /** The lines that are by the witness's own key, which must hold; lines of other keys are left out. */
  private async verified(
    { key }: TrustedWitness,
    { text }: SignedNote,
    lines: string,
  ): Promise<readonly NoteSignature[]> {
    const parsed = parseSignatureLines(lines);
    const own = parsed.ok
      ? parsed.value.filter(({ name, keyId }) => name === key.name && keyId === key.keyId)
      : [];
    if (own.length === 0) throw new Error('its answer holds no cosignature by its key');
    const held = await verifyCosignatures({ text, signatures: own }, [key], this.checker);
    if (!held.ok || held.value.length === 0) throw new Error('its cosignature does not hold');
    return own.slice(0, 1);
  }
}

function sizeOf(text: string): number {
  const size = Number(SIZE.exec(text)?.[1]);
  if (Number.isSafeInteger(size)) return size;
  throw new Error('it answered 409 without a size');
}

async function textOf({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > MAX_ANSWER_BYTES) throw new Error('its answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
