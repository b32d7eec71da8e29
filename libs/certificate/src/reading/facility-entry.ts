import {
  lotsNamed,
  parseAttestation,
  parseEvent,
  type Attestation,
  type CustodyEvent,
} from '@lodemark/domain';
import {
  decodeFacilityLogEntry,
  parseJws,
  payloadDigest,
  readCanonicalJson,
  WHOLE_FACILITY,
  type HeadsEntry,
  type Jws,
  type StatedEntry,
} from '@lodemark/transparency';

/**
 * Version of everything that decides what becomes of an entry's bytes. Raised with every change to it: the service
 * then makes its read model anew, and entries that were parked get another chance (invariant 7).
 */
export const PROJECTION_VERSION = 3;

/** What the envelope says: for each lot that it names, which of the lot's entries this is. Nothing when it does not read. */
export type Sequences = Readonly<Record<string, number>>;

export interface ReadAttestation {
  readonly jws: Jws;
  readonly attestation: Attestation;
}

/** An entry that this version can apply. */
export interface AppliedEntry {
  readonly kind: 'applied';
  readonly entry: StatedEntry;
  readonly jws: Jws;
  readonly event: CustodyEvent;
  /** SHA-256 of the canonical payload, lowercase hex. */
  readonly payloadDigest: string;
  readonly attestations: readonly ReadAttestation[];
  /** Lots by the envelope and by the event itself; what it corrects or contradicts may name more. */
  readonly lots: readonly string[];
  readonly sequences: Sequences;
}

/** The service's own word on how far each lot has got: it says nothing new about any lot. */
export interface ReadHeads {
  readonly kind: 'heads';
  readonly entry: HeadsEntry;
  readonly lots: readonly [];
  readonly sequences: Sequences;
}

export type ParkReason =
  | 'entry-malformed'
  | 'entry-unsupported'
  | 'jws-malformed'
  | 'payload-not-canonical'
  | 'event-malformed'
  | 'event-unsupported'
  | 'attestation-unsupported'
  | 'foreign-facility';

/** An entry that this version cannot apply; every lot it names is in doubt until it is resolved. */
export interface ParkedEntry {
  readonly kind: 'parked';
  readonly reason: ParkReason;
  readonly detail: string;
  readonly lots: readonly string[];
  readonly sequences: Sequences;
}

/** Reads an entry of a facility's log. A pure function of its bytes, the facility and the version above. */
export function readFacilityEntry(
  facility: string,
  bytes: Uint8Array,
): AppliedEntry | ReadHeads | ParkedEntry {
  const decoded = decodeFacilityLogEntry(bytes);
  if (!decoded.ok) {
    const { lots, problems, reason } = decoded;
    return parked(`entry-${reason}`, problems, { lots, sequences: {} });
  }
  const entry = decoded.value;
  if (entry.kind === 'heads') return { kind: 'heads', entry, lots: [], sequences: {} };
  const envelope = { lots: Object.keys(entry.lots), sequences: entry.lots };
  const jws = parseJws(entry.jws, 'lodemark-event+jws');
  if (!jws.ok) return parked('jws-malformed', jws.problems, envelope);
  const json = readCanonicalJson(jws.value.payload);
  if (!json.ok) return parked('payload-not-canonical', json.problems, envelope);
  const event = parseEvent(json.value);
  if (!event.ok) {
    const isUnsupported = event.problems.some(({ code }) => code === 'unknown-version');
    return parked(isUnsupported ? 'event-unsupported' : 'event-malformed', event.problems, envelope);
  }
  if (event.value.facility !== facility) {
    const detail = `the event is by ${event.value.facility}, the log is of ${facility}`;
    return { kind: 'parked', reason: 'foreign-facility', detail, ...envelope };
  }
  const attestations = readAttestations(event.value);
  if ('problems' in attestations) return parked('attestation-unsupported', attestations.problems, envelope);
  return {
    kind: 'applied',
    entry,
    jws: jws.value,
    event: event.value,
    payloadDigest: payloadDigest(jws.value.payload),
    attestations,
    lots: [...new Set([...envelope.lots, ...lotsNamed(event.value)])].sort(),
    sequences: entry.lots,
  };
}

/**
 * What is no attestation at all says nothing and is passed over; one that was made but cannot be read may say
 * anything, so its event waits.
 */
function readAttestations(
  event: CustodyEvent,
): readonly ReadAttestation[] | { readonly problems: readonly { readonly detail: string }[] } {
  const read: ReadAttestation[] = [];
  for (const text of event.attestations ?? []) {
    const jws = parseJws(text, 'lodemark-attestation+jws');
    if (!jws.ok) continue;
    const json = readCanonicalJson(jws.value.payload);
    const attestation = json.ok ? parseAttestation(json.value) : json;
    if (!attestation.ok) return { problems: attestation.problems };
    read.push({ jws: jws.value, attestation: attestation.value });
  }
  return read;
}

function parked(
  reason: ParkReason,
  problems: readonly { readonly pointer?: string; readonly detail: string }[],
  { lots, sequences }: Pick<ParkedEntry, 'lots' | 'sequences'>,
): ParkedEntry {
  const [first] = problems;
  const detail = first === undefined ? reason : `${first.pointer ?? ''} ${first.detail}`.trim();
  return { kind: 'parked', reason, detail, lots: lots.length === 0 ? [WHOLE_FACILITY] : lots, sequences };
}
