import { equalBytes, fromHex } from './bytes.js';
import { count, hash, instant, keyName, uuid } from './field-shapes.js';
import { parseJws, signJson, verifyJws, type Jws, type JwsProblemCode } from './jws.js';
import type { PublicJwk } from './keys.js';
import { leafHash } from './merkle.js';
import { failed, parsed, type Parsed, type Problem } from './problem.js';
import { readCanonicalJson } from './read-json.js';
import { exactly, objectOf, type ShapeProblemCode } from './shape.js';
import type { SignatureChecker, Signer } from './signature.js';
import { TransparencyError } from './transparency-error.js';

/** What a poster gets back, signed by the log's operator: "this entry stands in my log, there, for good". */
export interface Receipt {
  readonly v: 1;
  readonly origin: string;
  readonly index: number;
  /** Leaf hash of the entry, hex. */
  readonly leaf: string;
  /** UUID that the client gave the event. */
  readonly eventId: string;
  /** SHA-256 of the event's canonical payload, hex. */
  readonly payloadDigest: string;
  /** The entry's own: RFC 3339, UTC, milliseconds. */
  readonly recordedAt: string;
}

/** Pointers to header and signature as in {@link JwsProblemCode}; into the payload after `/payload`. */
export type ReceiptProblemCode = JwsProblemCode | ShapeProblemCode | 'signature-invalid';

/** A receipt whose signature nobody has checked yet, and its JWS. */
export interface ParsedReceipt {
  readonly receipt: Receipt;
  readonly jws: Jws;
}

const RECEIPT_TYP = 'lodemark-receipt+jws';

const receiptShape = objectOf<Receipt>({
  v: exactly(1),
  origin: keyName,
  index: count,
  leaf: hash,
  eventId: uuid,
  payloadDigest: hash,
  recordedAt: instant,
});

/** Signs a receipt as compact JWS. @throws TransparencyError `receipt-invalid` if it would not parse. */
export async function buildReceipt(receipt: Receipt, signer: Signer): Promise<string> {
  const problems: Problem<ShapeProblemCode>[] = [];
  if (!receiptShape(receipt, problems)) {
    throw new TransparencyError('receipt-invalid', problems.map(({ pointer }) => pointer).join(' '));
  }
  return signJson(receipt, signer, RECEIPT_TYP);
}

/** Reads a receipt without checking its signature; of use to find the key that it should be checked with. */
export function parseReceipt(text: string): Parsed<ParsedReceipt, ReceiptProblemCode> {
  const jws = parseJws(text, RECEIPT_TYP);
  if (!jws.ok) return jws;
  const json = readCanonicalJson(jws.value.payload);
  const problems: Problem<ReceiptProblemCode>[] = json.ok ? [] : [...json.problems];
  const shapeProblems: Problem<ShapeProblemCode>[] = [];
  if (json.ok && receiptShape(json.value, shapeProblems))
    return parsed({ receipt: json.value, jws: jws.value });
  problems.push(...shapeProblems);
  return { ok: false, problems: problems.map((one) => ({ ...one, pointer: `/payload${one.pointer}` })) };
}

/** The receipt, if this key signed it. */
export async function verifyReceipt(
  text: string,
  publicKey: PublicJwk,
  checker: SignatureChecker,
): Promise<Parsed<Receipt, ReceiptProblemCode>> {
  const read = parseReceipt(text);
  if (!read.ok) return read;
  if (await verifyJws(read.value.jws, publicKey, checker)) return parsed(read.value.receipt);
  return failed('signature-invalid', 'The receipt is not signed by this key.', '/signature');
}

/** Whether an entry with these bytes is the one that the receipt promises. */
export function isReceiptFor(receipt: Receipt, entry: Uint8Array): boolean {
  const leaf = fromHex(receipt.leaf);
  return leaf !== undefined && equalBytes(leaf, leafHash(entry));
}
