import type { Attestation, CustodyEvent, Statement } from '@lodemark/domain';

/** Points at one entry: the log of a facility, its index there and its leaf hash (lower-case hex). */
export interface EntryRef {
  readonly facility: string;
  readonly index: number;
  readonly leaf: string;
}

/** Where and when the root log first covered an entry: it bounds when the entry existed (design.md, Checkpoints). */
export interface Covered {
  readonly rootIndex: number;
  /** recordedAt of that root leaf, RFC 3339. */
  readonly at: string;
}

export interface AttestationEvidence {
  readonly kid: string;
  /** Whether the signature verifies under the key that the root log registered with this kid; false when there is none. */
  readonly signatureValid: boolean;
  readonly attestation: Attestation;
}

/** One entry of a facility log that counts at the horizon, as plain facts; whether its key was valid is judged, not given. */
export interface EvidenceEntry {
  readonly ref: EntryRef;
  /** `conflict`: a second statement under an eventId that had another payload (invariant 3). */
  readonly kind: 'event' | 'conflict';
  readonly event: CustodyEvent;
  /** SHA-256 of the canonical payload. */
  readonly payloadDigest: string;
  readonly kid: string;
  readonly signatureValid: boolean;
  /** Root log prefix that the entry had seen. */
  readonly seenRoot: { readonly size: number; readonly hash: string };
  /** Whether `seenRoot.hash` is the root log's hash at that size. */
  readonly seenRootMatches: boolean;
  readonly recordedAt: string;
  readonly covered: Covered;
  readonly attestations: readonly AttestationEvidence[];
  /** For `conflict`: index of the entry that it contradicts. */
  readonly conflictsWith?: number;
}

/** An entry that this program cannot apply: every lot in its envelope is INSUFFICIENT (invariant 7). */
export interface ParkedEntry {
  readonly ref: EntryRef;
  readonly lots: readonly string[];
  readonly reason: string;
  readonly covered: Covered;
}

export interface RootStatement {
  readonly index: number;
  readonly at: string;
  readonly statement: Statement;
  readonly kid: string;
}

/** A root entry `logFault`: what ends what counts from that log. Entries from `fromIndex` on do not count. */
export interface LogFault {
  readonly index: number;
  readonly at: string;
  readonly facility: string;
  readonly kind: 'fork' | 'withheld';
  readonly fromIndex: number;
}

export interface Horizon {
  readonly size: number;
  readonly rootHash: string;
  /** recordedAt of the last root leaf of the horizon: the time of judging. */
  readonly at: string;
}

/**
 * All that a verdict is a function of, beside policy and question: every statement of the root log up to the horizon,
 * and every counted entry that names a lot of the subject's lineage (in any log), or `*` at a facility of it. Order
 * carries no meaning: judging the same set in any order gives the same bytes (invariant 5).
 */
export interface Evidence {
  readonly horizon: Horizon;
  readonly root: readonly RootStatement[];
  readonly faults: readonly LogFault[];
  readonly entries: readonly EvidenceEntry[];
  readonly parked: readonly ParkedEntry[];
}
