import { Frontier, leafHash, toHex, type Checkpoint } from '@lodemark/transparency';
import type { Backfill } from './backfill.js';
import type { Contradiction, Settlement } from './feed.js';
import { intactRun } from './intact.js';

/** What a consumer holds of one log, as far as settling a contradiction needs it. */
export interface HeldLog {
  /** The consumer's cursor. */
  readonly next: number;
  /** Tree over the longest prefix whose root a signed checkpoint confirms; empty when none does. */
  readonly verified: Frontier;
  /** Root hash of the held entries below `size`, lowercase hex. */
  rootAt(size: number): Promise<string>;
  /** Leaf hashes held at indexes from `from` up to `to`, `to` left out. */
  leaves(from: number, to: number): Promise<readonly string[]>;
}

export interface ArbitrationPorts {
  readonly held: HeldLog;
  /** Every checkpoint of the log that its key signed and that is at hand, the service's newest among them. */
  readonly checkpoints: readonly Checkpoint[];
  readonly backfill: Backfill;
}

const PAGE = 500;

/**
 * Decides between two entries at one index by signed checkpoints alone (design.md section 2): bytes that fit none are
 * discarded, held ones that fit none are undone to the last verified size, two contradicting checkpoints are a fork.
 */
export async function arbitrate(
  { origin, index, heldLeaf, offered }: Contradiction,
  ports: ArbitrationPorts,
): Promise<Settlement> {
  const { held, backfill } = ports;
  const contradicted = await contradictingCheckpoint(ports);
  if (contradicted !== undefined) return forked(held.verified, contradicted);
  if (index < held.verified.size) return { kind: 'held-stands' };
  for (const checkpoint of bySize(ports.checkpoints)) {
    if (checkpoint.size <= index) continue;
    const leaves = await leavesThatFit(origin, { from: held.verified, checkpoint }, backfill);
    const right = leaves?.[index - held.verified.size];
    if (leaves === undefined || right === undefined) continue;
    if (right === heldLeaf) return { kind: 'held-stands' };
    const to = right === offered.leafHash ? Math.max(index + 1, held.verified.size + 1) : checkpoint.size;
    return { kind: 'rewound', next: held.verified.size, to };
  }
  return { kind: 'undecided', detail: `no signed checkpoint that covers entry ${index} can be followed` };
}

/** A checkpoint no larger than the verified prefix must be a prefix of it: otherwise both are signed and one lies. */
async function contradictingCheckpoint({
  held,
  checkpoints,
}: ArbitrationPorts): Promise<Checkpoint | undefined> {
  for (const checkpoint of checkpoints) {
    if (checkpoint.size > held.verified.size) continue;
    if ((await held.rootAt(checkpoint.size)) !== checkpoint.root) return checkpoint;
  }
  return undefined;
}

function forked(verified: Frontier, other: Checkpoint): Settlement {
  const detail = `checkpoints of sizes ${other.size} and ${verified.size} contradict each other`;
  return { kind: 'fork', detail };
}

function bySize(checkpoints: readonly Checkpoint[]): readonly Checkpoint[] {
  return [...checkpoints].sort((a, b) => a.size - b.size);
}

/**
 * Leaf hashes from the verified prefix up to the checkpoint's size, as the service that keeps the log gives them, if
 * they lead to the checkpoint's root; undefined otherwise.
 */
export async function leavesThatFit(
  origin: string,
  { from, checkpoint }: { readonly from: Frontier; readonly checkpoint: Checkpoint },
  backfill: Backfill,
): Promise<readonly string[] | undefined> {
  const frontier = from.clone();
  const leaves: string[] = [];
  while (frontier.size < checkpoint.size) {
    const limit = Math.min(PAGE, checkpoint.size - frontier.size);
    const page = await backfill.fetch(origin, frontier.size, limit);
    const run = intactRun(page.slice(0, limit), frontier.size);
    if (run.length === 0) return undefined;
    for (const entry of run) {
      const leaf = leafHash(entry.bytes);
      frontier.append(leaf);
      leaves.push(toHex(leaf));
    }
  }
  return toHex(frontier.root()) === checkpoint.root ? leaves : undefined;
}
