import type { Receipt } from '@lodemark/transparency';

/** `conflict`: it contradicts an event that was acknowledged, which is recorded as a contradiction. */
export type Expectation = 'recorded' | 'refused' | 'conflict';

/** An operation is about to be sent: from here on its event may be in the log. */
export interface InvokeLine {
  readonly line: 'invoke';
  readonly at: number;
  readonly op: number;
  readonly client: string;
  readonly facility: string;
  readonly eventId: string;
  /** SHA-256 of the canonical payload, hex. */
  readonly payloadDigest: string;
  /** The signed bytes, to be sent again unchanged. */
  readonly jws: string;
  /** What must come of it by what was acknowledged before. */
  readonly expects: Expectation;
}

/** The same bytes are about to be sent once more. */
export interface AgainLine {
  readonly line: 'again';
  readonly at: number;
  readonly op: number;
}

/** Acknowledged: what must be in the log for good. */
export interface OkLine {
  readonly line: 'ok';
  readonly at: number;
  readonly op: number;
  readonly receipt: Receipt;
  readonly signedReceipt: string;
}

/** Refused for good: nothing was recorded, but for a contradiction, which is recorded as one. */
export interface FailLine {
  readonly line: 'fail';
  readonly at: number;
  readonly op: number;
  readonly status: number;
  readonly code: string;
  /** The entry that records the contradiction, when there is one. */
  readonly conflict?: ConflictReference;
}

/** Where a contradiction stands in the log. */
export interface ConflictReference {
  readonly index: number;
  readonly leaf: string;
}

/** Nobody knows whether it was recorded: no answer, half an answer, or one that says so. */
export interface UnknownLine {
  readonly line: 'info';
  readonly at: number;
  readonly op: number;
  /** HTTP status, if there was one. */
  readonly status?: number;
  readonly why: string;
}

/** A checkpoint that somebody was given: the log can never contradict it. */
export interface CheckpointLine {
  readonly line: 'checkpoint';
  readonly at: number;
  readonly from: string;
  readonly note: string;
}

export interface FaultLine {
  readonly line: 'fault';
  readonly at: number;
  readonly fault: number;
  readonly kind: string;
  readonly target: string;
  /** Facilities whose custody cannot be expected to accept meanwhile; the time to accept again is theirs. */
  readonly facilities: readonly string[];
  readonly phase: 'begun' | 'healed' | 'not-had';
}

export type JournalLine =
  InvokeLine | AgainLine | OkLine | FailLine | UnknownLine | CheckpointLine | FaultLine;
