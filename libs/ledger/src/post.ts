import type { CustodyEvent, Refusal } from '@lodemark/domain';
import type { Receipt } from '@lodemark/transparency';
import type { LedgerError } from './ledger-error.js';

/** A custody event as a facility signed it; its signature, key and canonical form were checked by the caller. */
export interface EventPost {
  /** The compact JWS as received. */
  readonly jws: string;
  /** The parsed payload of that JWS. */
  readonly event: CustodyEvent;
  /** SHA-256 of the canonical payload, lowercase hex. */
  readonly payloadDigest: string;
  /** Set when `clerk` was added by the service that signed: no part of what the poster states. */
  readonly clerkAdded?: true;
}

/** Where an entry of the ledger's own stands. */
export interface EntryReference {
  readonly index: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf: string;
  /** RFC 3339, UTC with milliseconds. */
  readonly recordedAt: string;
}

/** The event's `eventId` stands in the log with another payload (design.md section 3, invariant 3). */
export interface ConflictOutcome {
  readonly kind: 'conflict';
  /** Of the event that the log holds under this `eventId`. */
  readonly original: Receipt;
  /** The entry that keeps the contradiction. */
  readonly conflict: EntryReference;
}

/** A "no" to one post. */
export type PostRefusal =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The entry would be `bytes` long and at most `limit` may be. */
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limit: number }
  /** An atomic group holds this `eventId` with another payload at position `with`. */
  | { readonly kind: 'contradicts-group'; readonly with: number }
  /** Nothing wrong with this one, but the atomic group fails because of the post at position `because`. */
  | { readonly kind: 'held-back'; readonly because: number };

/** What became of one post. */
export type PostOutcome =
  | { readonly kind: 'recorded'; readonly receipt: Receipt }
  /** The same payload is in the log already, perhaps under another signature; the receipt is the first one's. */
  | { readonly kind: 'repeated'; readonly receipt: Receipt }
  | ConflictOutcome
  | PostRefusal;

/** As `PostOutcome`, or the reason why the ledger could not decide this post of several. */
export type BatchOutcome = PostOutcome | { readonly kind: 'failed'; readonly error: LedgerError };

/** What would become of one post if it were made now. */
export type CheckOutcome =
  | { readonly kind: 'acceptable' }
  | { readonly kind: 'repeated'; readonly receipt: Receipt }
  /** Posting it would record the contradiction, unless `conflict` says that it is recorded. */
  | { readonly kind: 'conflict'; readonly original: Receipt; readonly conflict: EntryReference | null }
  | PostRefusal;
