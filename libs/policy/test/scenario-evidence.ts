import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  parseAttestation,
  parseEvent,
  parseStatement,
  type CustodyEvent,
  type Statement,
} from '@lodemark/domain';
import { loadScenario } from '../../../apps/standalone/src/scenario/load-scenario.js';
import { publishedDocument } from '../../../apps/standalone/src/scenario/policy-document.js';
import { isKeyStep } from '../../../apps/standalone/src/scenario/scenario-file.js';
import type {
  EventStep,
  PublicationStep,
  QuestionStep,
  ScenarioStep,
} from '../../../apps/standalone/src/scenario/scenario-file.js';
import type {
  AttestationEvidence,
  Evidence,
  EvidenceEntry,
  LogFault,
  RootStatement,
} from '../src/evidence.js';
import { parsePolicyDocument, type Policy } from '../src/policy-document.js';

type Fields = Record<string, unknown>;

const REPORTING_DELAY_MS = 600_000;

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
/** Of the same scenario the same ids: a verdict is to be the same whoever judges it. */
const uuid = (name: string) => sha(name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
const kid = (owner: string) => createHash('sha256').update(owner).digest('base64url');

/** A question of a scenario with the evidence that there was when it was asked. */
export interface AskedInScenario {
  readonly step: QuestionStep;
  readonly evidence: Evidence;
}

/**
 * A scenario file told as evidence, without services: each step is a root log leaf of its own, and covers what was
 * posted. The door is not there, so an event that a scenario expects to be refused is left out.
 */
export class ScenarioEvidence {
  readonly asked: AskedInScenario[] = [];
  readonly entries: EvidenceEntry[] = [];
  private readonly root: RootStatement[] = [];
  private readonly faults: LogFault[] = [];
  private readonly byName = new Map<string, EvidenceEntry>();
  private readonly sizes = new Map<string, number>();
  private readonly kids = new Map<string, string>();
  /** Published by the scenario itself. */
  readonly policies = new Map<string, Policy>();
  private readonly owners = new Map<string, string>();
  private readonly marks = new Map<string, Evidence>();
  private rootSize = 1;
  private clock: number;

  constructor(startsAt: string, steps: readonly ScenarioStep[]) {
    this.clock = Date.parse(startsAt);
    for (const step of steps) this.tell(step);
  }

  static async of(path: URL): Promise<ScenarioEvidence> {
    const { startsAt, steps } = await loadScenario(fileURLToPath(path));
    return new ScenarioEvidence(startsAt, steps);
  }

  named(name: string): EvidenceEntry {
    const entry = this.byName.get(name);
    if (entry === undefined) throw new Error(`no event is named ${name}`);
    return entry;
  }

  /** What the scenario calls each event, with the entry that it became. */
  get names(): ReadonlyMap<string, EvidenceEntry> {
    return this.byName;
  }

  evidence(): Evidence {
    return {
      horizon: { size: this.rootSize, rootHash: sha('root'), at: this.now() },
      root: [...this.root],
      faults: [...this.faults],
      entries: [...this.entries],
      parked: [],
    };
  }

  private now(): string {
    return new Date(this.clock).toISOString();
  }

  private moveClock(to: number): void {
    this.clock = Math.max(this.clock, to);
  }

  private tell(step: ScenarioStep): void {
    if ('event' in step) {
      this.event(step);
      return;
    }
    if (step.at !== undefined) this.moveClock(Date.parse(step.at));
    if ('ask' in step) {
      const evidence = step.asOf === undefined ? this.evidence() : this.marks.get(step.asOf);
      if (evidence === undefined) throw new Error(`no mark is named ${step.asOf ?? ''}`);
      this.asked.push({ step, evidence });
    } else if ('mark' in step) this.marks.set(step.mark, this.evidence());
    else if ('replay' in step) return;
    else if ('organization' in step) {
      this.statement('OrganizationRegistered', { organization: step.organization, ...step.fields });
      if (step.attestationKey === true)
        this.key(step.organization, { organization: step.organization }, { purpose: 'attestation' });
    } else if ('ownership' in step)
      this.statement('OwnershipDeclared', { organization: step.ownership, ...step.fields });
    else if ('amend' in step)
      this.statement('FacilityAmended', { facility: step.amend, ...CUSTODY, ...step.fields });
    else if ('revoke' in step)
      this.statement('KeyRevoked', {
        kid: this.kids.get(step.revoke) ?? kid(step.revoke),
        reason: step.reason,
        suspectFrom: step.suspectFrom,
      });
    else if ('rotate' in step) {
      const replaced = this.kids.get(step.rotate) ?? kid(step.rotate);
      const facility = this.owners.get(step.rotate) ?? step.rotate;
      this.key(
        step.to,
        { facility },
        { purpose: 'event', replaces: replaced, overlapUntil: step.overlapUntil },
      );
    } else if ('reattest' in step)
      this.statement('EntriesReattested', {
        facility: step.reattest,
        fromIndex: step.fromIndex,
        size: this.sizes.get(step.reattest),
        rootHash: sha('log'),
      });
    else if ('publish' in step) this.policies.set(step.publish, ownPolicy(step));
    else if ('logFault' in step)
      this.faults.push({
        index: this.rootSize++,
        at: this.now(),
        facility: step.logFault,
        kind: step.kind,
        fromIndex: step.fromIndex,
      });
    else if (isKeyStep(step))
      this.key(step.key, { facility: step.facility }, { purpose: 'event', ...step.fields });
    else {
      this.statement('FacilityRegistered', { facility: step.facility, ...CUSTODY, ...step.fields });
      this.key(step.facility, { facility: step.facility }, { purpose: 'event' });
    }
  }

  private statement(type: Statement['type'], fields: Fields): void {
    const at = this.now();
    const parsed = parseStatement({
      v: 1,
      type,
      statementId: uuid(`statement ${String(this.rootSize)}`),
      statedAt: at,
      ...fields,
    });
    if (!parsed.ok) throw new Error(`${type}: ${JSON.stringify(parsed.problems)}`);
    this.root.push({ index: this.rootSize++, at, statement: parsed.value, kid: kid('registrar') });
  }

  private key(
    name: string,
    owner: { facility: string } | { organization: string },
    { purpose, ...fields }: { purpose: 'event' | 'attestation' } & Fields,
  ): void {
    this.kids.set(name, kid(name));
    if ('facility' in owner) this.owners.set(name, owner.facility);
    this.statement('replaces' in fields ? 'KeyRotated' : 'KeyAdded', {
      owner,
      purpose,
      kid: kid(name),
      alg: 'EdDSA',
      jwk: { kty: 'OKP', crv: 'Ed25519', x: kid(`${name} key`) },
      validFrom: '2020-01-01T00:00:00Z',
      proofOfPossession: 'x.y.z',
      ...fields,
    });
  }

  private event(step: EventStep): void {
    this.moveClock(
      Date.parse(step.reported ?? step.at) + (step.reported === undefined ? REPORTING_DELAY_MS : 0),
    );
    const conflicting = typeof step.expect === 'object' && step.expect.refused === CONFLICT;
    if (!conflicting && (typeof step.expect === 'object' || step.expect === 'repeated')) return;
    const fields = this.resolved(step.fields ?? {}) as Fields;
    const parsed = parseEvent({
      v: 1,
      eventId: uuid(`event ${String(this.entries.length)}`),
      ...fields,
      type: step.type,
      facility: step.facility,
      occurredAt: step.at,
    });
    if (!parsed.ok) throw new Error(`${step.event}: ${JSON.stringify(parsed.problems)}`);
    const attestations = (step.attestations ?? []).map(({ by, ...words }) =>
      attestationOf({ organization: by, statedAt: step.at, ...(this.resolved(words) as Fields) }),
    );
    const entry = this.entryOf(parsed.value, attestations, step.signedBy ?? step.facility);
    const first = this.entries.find(
      ({ ref, event }) => ref.facility === entry.ref.facility && event.eventId === entry.event.eventId,
    );
    const conflict = conflicting && first !== undefined ? { conflictsWith: first.ref.index } : undefined;
    this.entries.push(conflict === undefined ? entry : { ...entry, kind: 'conflict', ...conflict });
    this.byName.set(step.event, entry);
  }

  private entryOf(
    event: CustodyEvent,
    attestations: readonly AttestationEvidence[],
    signer: string,
  ): EvidenceEntry {
    const { facility } = event;
    const index = this.sizes.get(facility) ?? 0;
    this.sizes.set(facility, index + 1);
    const covered = { rootIndex: this.rootSize, at: this.now() };
    const seenRoot = { size: this.rootSize, hash: sha('seen') };
    this.rootSize += 1;
    return {
      ref: { facility, index, leaf: sha(`${facility} ${String(index)}`) },
      kind: 'event',
      event,
      payloadDigest: sha(JSON.stringify(event)),
      kid: kid(signer),
      signatureValid: true,
      seenRoot,
      seenRootMatches: true,
      recordedAt: covered.at,
      covered,
      attestations,
    };
  }

  private resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolved(item));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value);
    const [only] = members;
    if (only !== undefined && members.length === 1 && typeof only[1] === 'string') {
      if (only[0] === 'of') return this.named(only[1]).payloadDigest;
      if (only[0] === 'idOf') return this.named(only[1]).event.eventId;
    }
    return Object.fromEntries(members.map(([name, member]) => [name, this.resolved(member)]));
  }
}

/** Refused, and recorded as a contradiction all the same (design.md section 3, invariant 3). */
const CONFLICT = 'conflicting-statement';

const CUSTODY = { custodyUrl: 'http://custody.example' };

function attestationOf(fields: Fields): AttestationEvidence {
  const parsed = parseAttestation({ v: 1, ...fields });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { kid: kid(parsed.value.organization), signatureValid: true, attestation: parsed.value };
}

function ownPolicy(step: PublicationStep): Policy {
  const parsed = parsePolicyDocument(publishedDocument(step));
  if (!parsed.ok) throw new Error(`${step.publish}: ${JSON.stringify(parsed.problems)}`);
  return { document: parsed.value, digest: sha(step.publish) };
}

/** A shipped policy as it stands in `policies/`. */
export function shippedPolicy(id: string): Policy {
  const parsed = parsePolicyDocument(
    JSON.parse(readFileSync(new URL(`../../../policies/${id}.json`, import.meta.url), 'utf8')),
  );
  if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.problems)}`);
  return { document: parsed.value, digest: sha(id) };
}
