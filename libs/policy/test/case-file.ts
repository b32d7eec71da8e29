import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  parseAttestation,
  parseEvent,
  parseStatement,
  type CustodyEvent,
  type Statement,
} from '@lodemark/domain';
import type { AttestationEvidence, Evidence, EvidenceEntry, RootStatement } from '../src/evidence.js';
import { parsePolicyDocument, type Policy } from '../src/policy-document.js';

type Fields = Record<string, unknown>;

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const kid = (owner: string) => createHash('sha256').update(owner).digest('base64url');

/**
 * Evidence told in few words: every event is signed by its facility's good key and covered by the root log an hour
 * after it happened, unless a case says otherwise.
 */
export class CaseFile {
  readonly entries: EvidenceEntry[] = [];
  readonly root: RootStatement[] = [];
  private readonly digests = new Map<string, EvidenceEntry>();
  private readonly sizes = new Map<string, number>();

  statement(type: Statement['type'], fields: Fields, at = '2026-01-01T00:00:00Z'): this {
    const parsed = parseStatement({ v: 1, type, statementId: randomUUID(), statedAt: at, ...fields });
    if (!parsed.ok) throw new Error(`${type}: ${JSON.stringify(parsed.problems)}`);
    this.root.push({ index: this.root.length + 1, at, statement: parsed.value, kid: kid('registrar') });
    return this;
  }

  /** A key of good standing from the beginning. */
  key(owner: { facility: string } | { organization: string }, purpose: 'event' | 'attestation'): this {
    const name = 'facility' in owner ? owner.facility : owner.organization;
    return this.statement('KeyAdded', {
      owner,
      purpose,
      kid: kid(name),
      alg: 'EdDSA',
      jwk: { kty: 'OKP', crv: 'Ed25519', x: kid(`${name} key`) },
      validFrom: '2020-01-01T00:00:00Z',
      proofOfPossession: 'x.y.z',
    });
  }

  /** Digest of the payload of the event named. */
  digest(name: string): string {
    return this.named(name).payloadDigest;
  }

  named(name: string): EvidenceEntry {
    const entry = this.digests.get(name);
    if (entry === undefined) throw new Error(`no event is named ${name}`);
    return entry;
  }

  event(
    name: string,
    fields: Fields & { facility: string; occurredAt: string },
    attestations: Fields[] = [],
  ): this {
    const { facility } = fields;
    const parsed = parseEvent({ v: 1, eventId: randomUUID(), ...fields });
    if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.problems)}`);
    const index = this.sizes.get(facility) ?? 0;
    this.sizes.set(facility, index + 1);
    const covered = new Date(Date.parse(fields.occurredAt) + 3_600_000).toISOString();
    const entry = entryOf(parsed.value, index, {
      covered,
      rootIndex: 1_000 + this.entries.length,
      attestations: attestations.map(attestationOf),
    });
    this.entries.push(entry);
    this.digests.set(name, entry);
    return this;
  }

  evidence(at: string): Evidence {
    return {
      horizon: { size: 100_000, rootHash: sha('root'), at },
      root: this.root,
      faults: [],
      entries: this.entries,
      parked: [],
    };
  }
}

function attestationOf(fields: Fields): AttestationEvidence {
  const parsed = parseAttestation({ v: 1, ...fields });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { kid: kid(parsed.value.organization), signatureValid: true, attestation: parsed.value };
}

function entryOf(
  event: CustodyEvent,
  index: number,
  {
    covered,
    rootIndex,
    attestations,
  }: { covered: string; rootIndex: number; attestations: AttestationEvidence[] },
): EvidenceEntry {
  return {
    ref: { facility: event.facility, index, leaf: sha(`${event.facility} ${String(index)}`) },
    kind: 'event',
    event,
    payloadDigest: sha(JSON.stringify(event)),
    kid: kid(event.facility),
    signatureValid: true,
    seenRoot: { size: 500, hash: sha('seen') },
    seenRootMatches: true,
    recordedAt: covered,
    covered: { rootIndex, at: covered },
    attestations,
  };
}

/** A shipped policy as it stands in `policies/`. */
export function shippedPolicy(id: string): Policy {
  const parsed = parsePolicyDocument(
    JSON.parse(readFileSync(new URL(`../../../policies/${id}.json`, import.meta.url), 'utf8')),
  );
  if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.problems)}`);
  return { document: parsed.value, digest: sha(id) };
}
