import { parseAttestation, parseEvent, parseStatement } from '@lodemark/domain';
import type { Asked } from '../../src/case.js';
import type { Evidence, EvidenceEntry, RootStatement } from '../../src/evidence.js';
import { parsePolicyDocument, type Policy } from '../../src/policy-document.js';
import { labelOf } from './labels.js';
import { at, without, withValue, type Json } from './paths.js';

/** What is judged: a scenario's question, with the evidence that there was when it was asked. */
export interface Told {
  readonly evidence: Evidence;
  readonly policy: Policy;
  readonly asked: Asked;
}

/**
 * One thing in which a story is another than a scenario tells it. Every other thing stays as it was told: a receipt still
 * cites its dispatch, whatever the dispatch now says.
 */
export interface Departure {
  /** Name of an event, type and owner of a statement, `question` or `policy`. */
  readonly thing: string;
  /** A member of it, such as `inputs.0.mass.net.value`; empty: the thing itself. */
  readonly path: string;
  /** What stands there now; undefined: it is left out. */
  readonly value: Json | undefined;
}

/** What a scenario calls its events, by facility and index. */
export type Names = ReadonlyMap<string, string>;

export const placeOf = ({ ref }: EvidenceEntry) => `${ref.facility} ${String(ref.index)}`;

/** The story with the departure; undefined when nothing like it can be said: the door would refuse it as malformed. */
export function departed(told: Told, { thing, path, value }: Departure, names: Names): Told | undefined {
  const { evidence, policy, asked } = told;
  const change = (what: unknown): unknown =>
    value === undefined ? without(what as Json, path) : withValue(what as Json, path, value);
  if (thing === 'question')
    return { ...told, asked: { ...asked, question: change(asked.question) as never } };
  if (thing === 'policy') {
    const parsed = parsePolicyDocument(change(policy.document));
    return parsed.ok ? { ...told, policy: { ...policy, document: parsed.value } } : undefined;
  }
  // What the services themselves note of an entry is always there.
  if (value === undefined && OF_THE_RECORD.includes(firstOf(path))) return undefined;
  const labels = labelOf(evidence.root);
  const wholly = path === '' && value === undefined;
  const entries = evidence.entries.flatMap((entry) => {
    if (names.get(placeOf(entry)) !== thing) return [entry];
    return wholly ? [] : [entryWith(entry, path, change)];
  });
  const root = evidence.root.flatMap((one) => {
    if (labels.get(one) !== thing) return [one];
    return wholly ? [] : [statementWith(one, change)];
  });
  if (!entries.every((one) => one !== undefined) || !root.every((one) => one !== undefined)) return undefined;
  return { ...told, evidence: { ...evidence, entries, root } };
}

/** What the story says at the place of a departure. */
export function standing(told: Told, { thing, path }: Departure, names: Names): Json | undefined {
  return at(memberOf(told, thing, names) as Json, path);
}

function memberOf({ evidence, policy, asked }: Told, thing: string, names: Names): unknown {
  if (thing === 'question') return asked.question;
  if (thing === 'policy') return policy.document;
  const entry = evidence.entries.find((one) => names.get(placeOf(one)) === thing);
  if (entry !== undefined)
    return {
      ...entry,
      ...entry.event,
      attestations: entry.attestations.map(({ attestation }) => attestation),
    };
  const labels = labelOf(evidence.root);
  return evidence.root.find((one) => labels.get(one) === thing)?.statement;
}

const firstOf = (path: string) => path.split('.')[0] ?? '';

const OF_THE_RECORD = ['signatureValid', 'seenRootMatches', 'recordedAt', 'covered', 'kid'];

function entryWith(
  entry: EvidenceEntry,
  path: string,
  change: (what: unknown) => unknown,
): EvidenceEntry | undefined {
  const first = firstOf(path);
  if (OF_THE_RECORD.includes(first)) return change(entry) as EvidenceEntry;
  if (first === 'attestations') return attestedOtherwise(entry, change);
  const parsed = parseEvent(change(entry.event));
  return parsed.ok ? { ...entry, event: parsed.value } : undefined;
}

/** A path says `attestations.0.country` of what stands in the attestation itself. */
function attestedOtherwise(
  entry: EvidenceEntry,
  change: (what: unknown) => unknown,
): EvidenceEntry | undefined {
  const said = entry.attestations.map(({ attestation }) => attestation);
  const { attestations } = change({ attestations: said }) as { attestations: readonly unknown[] };
  const parsed = attestations.map((one) => parseAttestation(one));
  if (!parsed.every(({ ok }) => ok)) return undefined;
  const kept = attestations.length === said.length ? entry.attestations : undefined;
  return {
    ...entry,
    attestations: parsed.flatMap((one, at) => {
      if (!one.ok) return [];
      const before =
        kept?.[at] ?? entry.attestations.find(({ attestation }) => attestation === attestations[at]);
      return before === undefined ? [] : [{ ...before, attestation: one.value }];
    }),
  };
}

function statementWith(one: RootStatement, change: (what: unknown) => unknown): RootStatement | undefined {
  const parsed = parseStatement(change(one.statement));
  return parsed.ok ? { ...one, statement: parsed.value } : undefined;
}
