import { leafHash, toHex, type Checkpoint, type Frontier } from '@lodemark/transparency';
import type { Backfill } from './backfill.js';
import type { Contradiction, FeedEntry } from './feed.js';
import { intactRun } from './intact.js';

/** What a consumer holds of one log, as far as settling a contradiction needs it. */
export interface HeldLog {
  /** Tree over the longest prefix whose root a signed checkpoint confirms; empty when none does. */
  readonly verified: Frontier;
  /** Root hash of the held entries below `size`, lowercase hex; asked for sizes within the verified prefix. */
  rootAt(size: number): Promise<string | undefined>;
}

export interface ArbitrationPorts {
  readonly held: HeldLog;
  /** Checkpoints of the log that its key signed: those at hand, the newest of the service that keeps it among them. */
  readonly checkpoints: readonly Checkpoint[];
  readonly backfill: Backfill;
}

export type Judgement =
  /** What is held fits a signed checkpoint, or nothing signed speaks against it while the offered bytes fit none. */
  | { readonly kind: 'held-stands' }
  /** These, from the verified size on, fit a signed checkpoint; what is held there does not. */
  | { readonly kind: 'replace'; readonly entries: readonly FeedEntry[] }
  | { readonly kind: 'fork'; readonly checkpoints: readonly [Checkpoint, Checkpoint] }
  | { readonly kind: 'undecided'; readonly detail: string };

/**
 * Decides between two entries at one index by signed checkpoints alone (design.md section 2): bytes that fit none are
 * discarded, held ones that fit none are undone to the last verified size, two contradicting checkpoints are a fork.
 */
export async function arbitrate(
  { origin, index, heldLeaf }: Pick<Contradiction, 'origin' | 'index' | 'heldLeaf'>,
  { held, checkpoints, backfill }: ArbitrationPorts,
): Promise<Judgement> {
  const { verified } = held;
  const contradicting = await contradictingCheckpoint(held, checkpoints);
  if (contradicting !== undefined) return forked(origin, verified, contradicting);
  if (index < verified.size) return { kind: 'held-stands' };
  const covering = checkpoints.filter(({ size }) => size > index).sort((a, b) => a.size - b.size);
  for (const checkpoint of covering) {
    const entries = await entriesThatFit(origin, { from: verified, checkpoint }, backfill);
    if (entries === undefined) continue;
    const right = entries[index - verified.size];
    return right?.leafHash === heldLeaf ? { kind: 'held-stands' } : { kind: 'replace', entries };
  }
  return { kind: 'undecided', detail: `no signed checkpoint that covers entry ${index} can be followed` };
}

/** A checkpoint no larger than the verified prefix must be a prefix of it: otherwise both are signed and one lies. */
async function contradictingCheckpoint(
  held: HeldLog,
  checkpoints: readonly Checkpoint[],
): Promise<Checkpoint | undefined> {
  for (const checkpoint of checkpoints) {
    if (checkpoint.size > held.verified.size) continue;
    if ((await held.rootAt(checkpoint.size)) !== checkpoint.root) return checkpoint;
  }
  return undefined;
}

function forked(origin: string, verified: Frontier, other: Checkpoint): Judgement {
  const confirmed = { origin, size: verified.size, root: toHex(verified.root()) };
  return { kind: 'fork', checkpoints: [confirmed, other] };
}

const PAGE = 500;
/** What is replaced is replaced at once, so it has to fit into memory; checkpoints come every second or so. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The entries from the verified prefix up to the checkpoint's size, as the service that keeps the log gives them, if
 * they lead to the checkpoint's root; undefined otherwise.
 */
export async function entriesThatFit(
  origin: string,
  { from, checkpoint }: { readonly from: Frontier; readonly checkpoint: Checkpoint },
  backfill: Backfill,
): Promise<readonly FeedEntry[] | undefined> {
  const frontier = from.clone();
  const entries: FeedEntry[] = [];
  for (let bytes = 0; frontier.size < checkpoint.size;) {
    const limit = Math.min(PAGE, checkpoint.size - frontier.size);
    const page = await backfill.fetch(origin, frontier.size, limit);
    const run = intactRun(page.slice(0, limit), frontier.size);
    bytes += run.reduce((sum, entry) => sum + entry.bytes.length, 0);
    if (run.length === 0 || bytes > MAX_BYTES) return undefined;
    for (const entry of run) frontier.append(leafHash(entry.bytes));
    entries.push(...run);
  }
  return toHex(frontier.root()) === checkpoint.root ? entries : undefined;
}
