import { epochMilliseconds } from '@lodemark/domain';
import type { EvidenceEntry } from './evidence.js';
import type { KeyRecord, Reattestation, RootFacts } from './root-facts.js';

export type KeyStanding =
  | 'valid'
  /** Signed in the suspect interval of a revoked key and not attested again. */
  | 'suspect'
  | 'key-unknown'
  | 'key-unseen'
  | 'key-of-another'
  | 'key-purpose'
  | 'signature-invalid'
  | 'root-reference-wrong'
  | 'key-revoked'
  | 'key-not-yet-valid'
  | 'key-expired';

/**
 * Whether an entry's key was good (design.md section 4, Keys): registered in the root log prefix that the entry had
 * seen, not revoked before the root leaf that first covers the entry, and valid at that leaf's time.
 */
export function keyStanding(entry: EvidenceEntry, facts: RootFacts): KeyStanding {
  const key = facts.key(entry.kid);
  if (key === undefined) return 'key-unknown';
  const { owner, purpose } = key.statement;
  if (
    !('facility' in owner) ||
    owner.facility !== entry.event.facility ||
    owner.facility !== entry.ref.facility
  )
    return 'key-of-another';
  if (purpose !== 'event' && purpose !== 'custodial') return 'key-purpose';
  if (!entry.signatureValid) return 'signature-invalid';
  if (!entry.seenRootMatches || entry.seenRoot.size > entry.covered.rootIndex) return 'root-reference-wrong';
  if (key.index >= entry.seenRoot.size) return 'key-unseen';
  return intervalStanding(key, entry, facts);
}

function intervalStanding(key: KeyRecord, entry: EvidenceEntry, facts: RootFacts): KeyStanding {
  const coveredAt = epochMilliseconds(entry.covered.at);
  if (key.revoked !== undefined && key.revoked.index < entry.covered.rootIndex) return 'key-revoked';
  if (coveredAt < epochMilliseconds(key.statement.validFrom)) return 'key-not-yet-valid';
  const ends = [key.statement.validUntil, key.overlapUntil]
    .filter((end) => end !== undefined)
    .map(epochMilliseconds);
  if (ends.some((end) => coveredAt >= end)) return 'key-expired';
  const { revoked } = key;
  const suspect = revoked !== undefined && coveredAt >= epochMilliseconds(revoked.suspectFrom);
  return suspect && !reattested(entry, facts, revoked.index) ? 'suspect' : 'valid';
}

/** Only what was said after the revocation, and not under the revoked key itself, is the facility's own word. */
function reattested({ ref, kid }: EvidenceEntry, facts: RootFacts, revokedAt: number): boolean {
  return facts.reattested.some(
    (one) =>
      one.index > revokedAt &&
      one.kid !== kid &&
      one.statement.facility === ref.facility &&
      one.statement.fromIndex <= ref.index &&
      ref.index < one.statement.size &&
      isFacilitysWord(one, facts),
  );
}

/** The registrar's key stands in no statement; a facility's own must be its own, and not suspect in turn by then. */
function isFacilitysWord({ statement, kid, at }: Reattestation, facts: RootFacts): boolean {
  const key = facts.key(kid);
  if (key === undefined) return true;
  const { owner } = key.statement;
  if (!('facility' in owner) || owner.facility !== statement.facility) return false;
  return key.revoked === undefined || epochMilliseconds(at) < epochMilliseconds(key.revoked.suspectFrom);
}

/** What third parties state in an entry under their own keys, as far as it counts. */
export function countingIn(
  entry: EvidenceEntry,
  facts: RootFacts,
): EvidenceEntry['attestations'][number]['attestation'][] {
  return entry.attestations
    .filter((one) => attestationCounts(one, entry, facts))
    .map(({ attestation }) => attestation);
}

/** Whether an attestation counts as a third voice: signed under a key registered for attestations of that organization. */
export function attestationCounts(
  attestation: EvidenceEntry['attestations'][number],
  entry: EvidenceEntry,
  facts: RootFacts,
): boolean {
  const key = facts.key(attestation.kid);
  if (key?.statement.purpose !== 'attestation' || !('organization' in key.statement.owner)) return false;
  if (
    key.statement.owner.organization !== attestation.attestation.organization ||
    !attestation.signatureValid
  )
    return false;
  if (key.index >= entry.covered.rootIndex) return false;
  const standing = intervalStanding(key, entry, facts);
  return standing === 'valid';
}
