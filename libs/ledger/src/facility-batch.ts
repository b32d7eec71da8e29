import {
  decide,
  Refusal,
  refold,
  unknownLot,
  WHOLE_FACILITY,
  type CustodyEvent,
  type RecordedEvent,
} from '@lodemark/domain';
import {
  canonicalBytes,
  canonicalize,
  encodeEntry,
  leafHash,
  MAX_ENTRY_BYTES,
  toHex,
  TransparencyError,
  type Receipt,
  type StatedEntry,
} from '@lodemark/transparency';
import { conflictKey, referredEvent, type BatchState, type KnownEvent } from './batch-state.js';
import { concernedLots } from './concerned-lots.js';
import type { HeadRow } from './log-head.js';
import type { ConflictOutcome, EntryReference, EventPost, PostOutcome, PostRefusal } from './post.js';

class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge';

  constructor(readonly bytes: number) {
    super(`An entry of ${bytes} bytes.`);
  }
}

/**
 * Decides posts in turn, folding the accepted ones into the state that the next are decided by. Touches no
 * database: what has to be written stands in `state` afterwards.
 */
export class FacilityBatch {
  constructor(
    private readonly head: HeadRow,
    private readonly recordedAt: string,
    public state: BatchState,
  ) {}

  /** One post by itself. Throws only what is a defect; a "no" is an outcome. */
  decide(post: EventPost): PostOutcome {
    try {
      return this.known(post) ?? this.record(post);
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'refused', refusal: error };
      if (error instanceof EntryTooLarge) {
        return { kind: 'too-large', bytes: error.bytes, limit: MAX_ENTRY_BYTES };
      }
      throw error;
    }
  }

  /** All of them or none, up to the first "no". A contradiction of a recorded event is kept all the same. */
  decideGroup(posts: readonly EventPost[]): readonly PostOutcome[] {
    const before = this.state;
    this.state = before.fork();
    const outcomes: PostOutcome[] = [];
    for (const [position, post] of posts.entries()) {
      const outcome = this.decide(post);
      if (outcome.kind === 'recorded' || outcome.kind === 'repeated') {
        outcomes.push(outcome);
        continue;
      }
      this.state = before;
      return this.failedGroup(posts, position, outcome);
    }
    return outcomes;
  }

  private failedGroup(
    posts: readonly EventPost[],
    because: number,
    outcome: ConflictOutcome | PostRefusal,
  ): readonly PostOutcome[] {
    return posts.map((post, position) => {
      const recorded = this.state.events.get(post.event.eventId);
      if (position === because) {
        if (outcome.kind !== 'conflict') return outcome;
        if (recorded !== undefined) return this.decide(post);
        const first = posts.findIndex(({ event }) => event.eventId === post.event.eventId);
        return { kind: 'contradicts-group', with: first };
      }
      return recorded !== undefined && repeats(post, recorded)
        ? this.repeated(post, recorded)
        : { kind: 'held-back', because };
    });
  }

  /** What the log already says about this `eventId` (invariant 3: same event, same receipt). */
  private known(post: EventPost): PostOutcome | undefined {
    const known = this.state.events.get(post.event.eventId);
    if (known === undefined) return undefined;
    if (repeats(post, known)) return this.repeated(post, known);
    const key = conflictKey(post.event.eventId, post.payloadDigest);
    const conflict = this.state.conflicts.get(key) ?? this.contradict(post, known);
    this.state.conflicts.set(key, conflict);
    return { kind: 'conflict', original: this.receipt(post, known), conflict };
  }

  private repeated(post: EventPost, known: KnownEvent): PostOutcome {
    return { kind: 'repeated', receipt: this.receipt(post, known) };
  }

  /** Records the contradiction, under the lots of both statements. */
  private contradict(post: EventPost, known: KnownEvent): EntryReference {
    const lots = concernedLots(post.event, this.state, known);
    return this.append(post, { kind: 'conflict', with: { index: known.index, leaf: known.leaf } }, lots);
  }

  private record(post: EventPost): PostOutcome {
    const recorded: RecordedEvent = { event: post.event, payloadDigest: post.payloadDigest };
    const lots = concernedLots(post.event, this.state);
    const states = this.nextStates(recorded, lots);
    const entry = this.append(post, { kind: 'event' }, lots);
    for (const [lot, state] of states) this.state.lots.set(lot, state);
    for (const lot of lots) {
      const history = this.state.histories.get(lot);
      if (history !== undefined) this.state.histories.set(lot, [...history, recorded]);
    }
    const known = { ...entry, payloadDigest: post.payloadDigest, content: { event: post.event, lots } };
    this.state.events.set(post.event.eventId, known);
    return { kind: 'recorded', receipt: this.receipt(post, known) };
  }

  private nextStates(
    recorded: RecordedEvent,
    lots: readonly string[],
  ): Map<string, ReturnType<typeof refold>> {
    const { event } = recorded;
    const { histories } = this.state;
    const referred = referredEvent(event);
    const known = referred === undefined ? undefined : this.state.events.get(referred);
    const target = known?.content && { event: known.content.event, payloadDigest: known.payloadDigest };
    const next = new Map(
      decide(this.state.lots, {
        recorded,
        now: this.recordedAt,
        ...(target !== undefined && event.type === 'Corrected' && { correcting: { target, histories } }),
        ...(target !== undefined && event.type === 'Disputed' && { disputed: target }),
      }),
    );
    if (event.type !== 'Corrected') return next;
    // Lots that an earlier correction brought in and this one no longer names.
    for (const lot of lots) {
      if (lot === WHOLE_FACILITY || next.has(lot)) continue;
      next.set(lot, refold(lot, [...(histories.get(lot) ?? []), recorded]));
    }
    return next;
  }

  private append(
    post: EventPost,
    kind:
      | { readonly kind: 'event' }
      | { readonly kind: 'conflict'; readonly with: { index: number; leaf: string } },
    names: readonly string[],
  ): EntryReference {
    const { recordedAt } = this;
    const lots = Object.fromEntries(names.map((name) => [name, this.state.sequences.get(name) ?? 0]));
    const data = encode({ v: 1, ...kind, jws: post.jws, lots, recordedAt, root: this.head.verifiedRoot });
    const leaf = leafHash(data);
    const statement = { id: post.event.eventId, payloadDigest: post.payloadDigest };
    const index = this.head.size + this.state.drafts.length;
    this.state.drafts.push({ kind: kind.kind, data, leaf, statement, lots });
    for (const [name, sequence] of Object.entries(lots)) {
      this.state.sequences.set(name, sequence + 1);
      this.state.changed.add(name);
      if (name !== WHOLE_FACILITY && !this.state.lots.has(name)) this.state.lots.set(name, unknownLot(name));
    }
    return { index, leaf: toHex(leaf), recordedAt };
  }

  private receipt({ event }: EventPost, { index, leaf, payloadDigest, recordedAt }: KnownEvent): Receipt {
    const { origin } = this.head;
    return { v: 1, origin, index, leaf, eventId: event.eventId, payloadDigest, recordedAt };
  }
}

/**
 * Whether the log holds this statement under its id. Whoever has the service sign what a colleague posted, perhaps at
 * the same moment, repeats the statement: the name that the service adds makes no other one of it.
 */
function repeats({ event, payloadDigest, clerkAdded }: EventPost, known: KnownEvent): boolean {
  if (known.payloadDigest === payloadDigest) return true;
  if (clerkAdded === undefined || known.content === undefined) return false;
  return withoutClerk(known.content.event) === withoutClerk(event);
}

function withoutClerk({ clerk: _, ...stated }: CustodyEvent): string {
  return canonicalize(stated);
}

function encode(entry: StatedEntry): Uint8Array {
  try {
    return encodeEntry(entry);
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    // A JWS that alone is too long makes the entry invalid before its length is looked at.
    const bytes = canonicalBytes(entry).length;
    throw bytes > MAX_ENTRY_BYTES ? new EntryTooLarge(bytes) : error;
  }
}
