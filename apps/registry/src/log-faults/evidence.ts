import {
  parseCheckpoint,
  parseNote,
  parseReceipt,
  thumbprint,
  verifyReceipt,
  type Checkpoint,
  type PublicJwk,
  type Receipt,
  type SignatureChecker,
} from '@lodemark/transparency';
import { verifiedNote } from '../checkpoints/open-facility-checkpoint.js';

/** What a facility log's own key has signed about it. */
export type Evidence =
  | { readonly kind: 'checkpoint'; readonly text: string; readonly checkpoint: Checkpoint }
  | { readonly kind: 'receipt'; readonly text: string; readonly receipt: Receipt };

/** A log and every key that may have signed for it, ended ones included. */
export interface SignedLog {
  readonly origin: string;
  readonly keys: readonly PublicJwk[];
}

/** The evidence in a text, if one of the log's keys, of whatever time, signed it; undefined otherwise. */
export async function readEvidence(
  text: string,
  log: SignedLog,
  checker: SignatureChecker,
): Promise<Evidence | undefined> {
  return (await asReceipt(text, log, checker)) ?? (await asCheckpoint(text, log, checker));
}

async function asReceipt(text: string, { origin, keys }: SignedLog, checker: SignatureChecker) {
  const parsed = parseReceipt(text);
  if (!parsed.ok || parsed.value.receipt.origin !== origin) return undefined;
  const key = keys.find((one) => thumbprint(one) === parsed.value.jws.header.kid);
  if (key === undefined) return undefined;
  const receipt = await verifyReceipt(text, key, checker);
  return receipt.ok ? ({ kind: 'receipt', text, receipt: receipt.value } as const) : undefined;
}

async function asCheckpoint(text: string, { origin, keys }: SignedLog, checker: SignatureChecker) {
  const note = parseNote(text);
  const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note;
  if (!note.ok || !checkpoint.ok || checkpoint.value.origin !== origin) return undefined;
  const own = await verifiedNote({ checkpoint: checkpoint.value, note: note.value }, keys, checker);
  return own === undefined
    ? undefined
    : ({ kind: 'checkpoint', text: own, checkpoint: checkpoint.value } as const);
}

/** Whether the evidence shows that an entry at this index, or a later one, was in the log. */
export function showsEntry(evidence: Evidence, index: number): boolean {
  return evidence.kind === 'checkpoint' ? evidence.checkpoint.size > index : evidence.receipt.index >= index;
}

/**
 * Whether two pieces may contradict each other. False only where they certainly do not: what needs the entries
 * themselves to decide (checkpoints of different sizes, a receipt below a checkpoint) is the registrar's to know.
 */
export function mayContradict(a: Evidence, b: Evidence): boolean {
  if (a.kind === 'checkpoint' && b.kind === 'checkpoint')
    return a.checkpoint.size !== b.checkpoint.size || a.checkpoint.root !== b.checkpoint.root;
  if (a.kind === 'receipt' && b.kind === 'receipt') return receiptsContradict(a.receipt, b.receipt);
  if (a.kind === 'checkpoint' && b.kind === 'receipt') return b.receipt.index < a.checkpoint.size;
  return mayContradict(b, a);
}

function receiptsContradict(a: Receipt, b: Receipt): boolean {
  if (a.index === b.index) return a.leaf !== b.leaf;
  // One eventId stands in a log once (invariant 3).
  return a.eventId === b.eventId;
}
