import type { Covered, EntryRef, EvidenceEntry } from '@lodemark/policy';
import type { AppliedEntry } from './facility-entry.js';

/** What an entry's own bytes do not say: where it stands, and what the root log makes of it. */
export interface EntryStanding {
  readonly ref: EntryRef;
  readonly covered: Covered;
  /** Whether `root.hash` of the entry is the root log's hash at that size. */
  readonly seenRootMatches: boolean;
  /** Whether a signature holds under the key that is registered at the horizon: of the entry (0) or an attestation (1…). */
  readonly signatureValid: (part: number) => boolean;
}

/** An entry as a verdict sees it. */
export function evidenceEntry(read: AppliedEntry, standing: EntryStanding): EvidenceEntry {
  const { entry, event, jws, payloadDigest } = read;
  const { ref, covered, seenRootMatches, signatureValid } = standing;
  return {
    ref,
    kind: entry.kind,
    event,
    payloadDigest,
    kid: jws.header.kid,
    signatureValid: signatureValid(0),
    seenRoot: entry.root,
    seenRootMatches,
    recordedAt: entry.recordedAt,
    covered,
    attestations: read.attestations.map(({ jws: { header }, attestation }, i) => ({
      kid: header.kid,
      signatureValid: signatureValid(i + 1),
      attestation,
    })),
    ...(entry.kind === 'conflict' ? { conflictsWith: entry.with.index } : {}),
  };
}
