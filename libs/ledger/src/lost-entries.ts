import { equalBytes, Frontier, fromHex, leafHash, verifyConsistency } from '@lodemark/transparency';
import { LedgerError } from './ledger-error.js';
import type { HeadRow } from './log-head.js';

/** Entries that a log lost, with what proves them. */
export interface LostEntries {
  /** Index of the first: the size that the log has. */
  readonly from: number;
  /** Their bytes, in order. */
  readonly entries: readonly Uint8Array[];
  /** The last tree that the log signed; the root in lowercase hex. */
  readonly signed: { readonly size: number; readonly root: string };
  /** RFC 6962 consistency from the tree that they make to the signed one; of no use when they reach its size. */
  readonly proof: readonly Uint8Array[];
}

/**
 * The entries begin where the log ends, and lead to the tree that was signed.
 * @throws LedgerError `out-of-range` when the log has another size, `entry-misplaced`
 */
export function requireLost(head: HeadRow, lost: LostEntries): void {
  if (head.size !== lost.from)
    throw new LedgerError('out-of-range', `${head.origin} has ${head.size} entries, not ${lost.from}.`);
  requireSigned(head, lost);
}

function requireSigned({ size, frontier }: HeadRow, { entries, signed, proof }: LostEntries): void {
  const newRoot = fromHex(signed.root) ?? new Uint8Array();
  const tree = Frontier.parse(size, frontier);
  let reached: Uint8Array | undefined;
  for (const entry of entries) {
    tree.append(leafHash(entry));
    if (tree.size === signed.size) reached = tree.root();
  }
  const leads =
    reached === undefined
      ? verifyConsistency({ oldSize: tree.size, oldRoot: tree.root(), newSize: signed.size, newRoot, proof })
      : equalBytes(reached, newRoot);
  if (!leads)
    throw misplaced(size, `they do not lead to the tree of size ${signed.size} that the log signed`);
}

export function misplaced(index: number, why: string): LedgerError {
  return new LedgerError('entry-misplaced', `Entry ${index} cannot be put back: ${why}.`);
}
