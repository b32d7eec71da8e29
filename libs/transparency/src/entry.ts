import type { PublicJwk } from './keys.js';

/** Size and root hash of a root log checkpoint: what an entry's author had verified, its causal past. */
export interface RootReference {
  /** 64 lowercase hex digits; of size 0 the hash of nothing: no root checkpoint was verified yet. */
  readonly hash: string;
  readonly size: number;
}

interface FacilityEnvelope {
  readonly v: 1;
  readonly jws: string;
  /**
   * For each lot that the event concerns, its sequence number in this log, from 0 without gaps; under `*` that of
   * events that concern the whole facility.
   */
  readonly lots: Readonly<Record<string, number>>;
  /** RFC 3339, UTC, milliseconds. */
  readonly recordedAt: string;
  readonly root: RootReference;
}

/** A facility's signed custody event. */
export interface EventEntry extends FacilityEnvelope {
  readonly kind: 'event';
}

/** A signed statement that contradicts an earlier entry: the same event id with another payload (invariant 3). */
export interface ConflictEntry extends FacilityEnvelope {
  readonly kind: 'conflict';
  /** The entry that it contradicts: index in this log, leaf hash in hex. */
  readonly with: { readonly index: number; readonly leaf: string };
}

/** A facility's own statement: what carries a signed custody event. */
export type StatedEntry = EventEntry | ConflictEntry;

/**
 * The service's statement of how far each lot has got: it stands last under every checkpoint, so that "all entries of
 * this lot up to here" can be proved complete.
 */
export interface HeadsEntry {
  readonly v: 1;
  readonly kind: 'heads';
  /** Root of the map from each lot, or `*`, that an entry before this one names to its last sequence number; hex. */
  readonly map: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly recordedAt: string;
  readonly root: RootReference;
}

/** What stands in a facility log. */
export type FacilityLogEntry = StatedEntry | HeadsEntry;

interface RootEnvelope {
  readonly v: 1;
  /** RFC 3339, UTC, milliseconds. */
  readonly recordedAt: string;
}

/** Index 0 of the root log: the network and the keys of its registrar. Verifiers pin its leaf hash. */
export interface GenesisEntry extends RootEnvelope {
  readonly kind: 'genesis';
  readonly network: string;
  readonly registrarKeys: readonly PublicJwk[];
}

/** A signed statement of a party or of the registrar. */
export interface StatementEntry extends RootEnvelope {
  readonly kind: 'statement';
  readonly jws: string;
}

/** Facility checkpoints that arrived in one round, as signed notes. */
export interface CheckpointsEntry extends RootEnvelope {
  readonly kind: 'checkpoints';
  readonly checkpoints: readonly string[];
}

/** An issued certificate, by the SHA-256 of its document. */
export interface CertificateEntry extends RootEnvelope {
  readonly kind: 'certificate';
  readonly digest: string;
}

/** A status list, by the SHA-256 of its document. */
export interface StatusEntry extends RootEnvelope {
  readonly kind: 'status';
  readonly digest: string;
  /** What this version of the list changes, and why; absent where it changes nothing. */
  readonly changes?: readonly StatusChange[];
}

/** A bit of a certificate's status that is another one from here on, and the reason. */
export interface StatusChange {
  /** SHA-256 of the certificate. */
  readonly certificate: string;
  readonly purpose: 'revocation' | 'suspension';
  readonly set: boolean;
  /** SHA-256 of the verdict that was given anew. */
  readonly verdict: string;
  /** The entry, of a facility's log or of the root log, that made it come out otherwise; of several one. */
  readonly cause: { readonly index: number; readonly origin: string };
}

/** A log that forked or withholds entries: what it says beyond `size` no longer counts. */
export interface LogFaultEntry extends RootEnvelope {
  readonly kind: 'logFault';
  readonly origin: string;
  readonly fault: 'fork' | 'withheld';
  /** How many entries of that log still count. */
  readonly size: number;
  /** What shows it: signed notes, receipts, entries, each as text. */
  readonly evidence: readonly string[];
}

/** What stands in the root log. */
export type RootLogEntry =
  GenesisEntry | StatementEntry | CheckpointsEntry | CertificateEntry | StatusEntry | LogFaultEntry;

export type LogEntry = FacilityLogEntry | RootLogEntry;

/** The key of `lots` under which events that concern the whole facility are counted. */
export const WHOLE_FACILITY = '*';
