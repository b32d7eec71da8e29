import { canonicalBytes, MAX_ENTRY_BYTES, type CheckpointsEntry } from '@lodemark/transparency';

/** What stands in one root log entry. */
export interface PackedCheckpoints<T> {
  readonly entry: CheckpointsEntry;
  readonly packed: readonly T[];
}

/** Puts the notes of a round into as few root log entries as the size of a Merkle leaf allows, in the order given. */
export function packCheckpoints<T extends { readonly note: string }>(
  checkpoints: readonly T[],
  recordedAt: string,
): readonly PackedCheckpoints<T>[] {
  const envelope = canonicalBytes(entryOf([], recordedAt)).length;
  const groups: T[][] = [];
  let bytes = Infinity;
  for (const checkpoint of checkpoints) {
    const added = COMMA + canonicalBytes(checkpoint.note).length;
    if (bytes + added > MAX_ENTRY_BYTES) {
      groups.push([]);
      bytes = envelope;
    }
    groups.at(-1)?.push(checkpoint);
    bytes += added;
  }
  return groups.map((packed) => ({ entry: entryOf(packed, recordedAt), packed }));
}

/** Between two elements of an array; the first has none, so a full entry stays one byte below the limit. */
const COMMA = 1;

function entryOf(checkpoints: readonly { readonly note: string }[], recordedAt: string): CheckpointsEntry {
  return { kind: 'checkpoints', v: 1, recordedAt, checkpoints: checkpoints.map(({ note }) => note) };
}
