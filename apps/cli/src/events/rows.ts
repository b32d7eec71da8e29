import type { Signer } from '@lodemark/transparency';
import {
  buildJws,
  canonicalBytes,
  parseJws,
  payloadDigest,
  readJson,
  TransparencyError,
  type JsonObject,
  type JsonValue,
} from '@lodemark/transparency';
import { isRecord, textMember } from '../network/json.js';
import type { IdJournal } from './id-journal.js';
import type { InputRecord } from './input-record.js';
import { lotsOf } from './lots-of.js';

/** A record that is ready to be sent. */
export interface Row {
  readonly line: number;
  /** One line of NDJSON. */
  readonly sent: string;
  readonly eventId: string | undefined;
  readonly facility: string | undefined;
  /** Whether it carries its own signature. */
  readonly signed: boolean;
  /** SHA-256 of its payload, hex, when that is final: what is not signed yet gets the clerk's pseudonym. */
  readonly payloadDigest: string | undefined;
  /** Those that it names, when they were asked for. */
  readonly lots: readonly string[];
}

/** What keeps a row out, whoever found it: this command, or the service. */
export interface RowProblem {
  readonly code: string;
  readonly status?: number;
  readonly detail: string;
  readonly faults: readonly { readonly code: string; readonly pointer: string; readonly detail: string }[];
  readonly cure?: string;
  /** The service's own document. */
  readonly problem?: unknown;
}

export interface BadRow {
  readonly line: number;
  readonly eventId: string | undefined;
  readonly refused: RowProblem;
}

export interface RowOptions {
  /** Signs what is not signed yet; without it the custody service does. */
  readonly signer?: Signer;
  /** Gives ids to events that have none. */
  readonly journal?: IdJournal;
  /** Whether it is to be known which lots a row names. */
  readonly namesLots?: boolean;
}

const LIKE_JWS = /^[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/;

/** Makes a record ready to be sent, or says what is wrong with it. */
export async function prepareRow(record: InputRecord, options: RowOptions): Promise<Row | BadRow> {
  const { line, text, fault } = record;
  if (fault !== undefined) return bad(line, { ...fault, faults: [] });
  if (LIKE_JWS.test(text)) return signedRow(line, text, options);
  const read = readJson(text);
  if (!read.ok)
    return bad(line, {
      code: 'malformed-json',
      detail: 'This is not JSON that can be taken.',
      faults: read.problems,
    });
  const { value } = read;
  if (!isRecord(value)) return bad(line, NO_EVENT);
  const event = withId(value, options.journal);
  if (event === undefined) return bad(line, NO_ID);
  return readyRow(line, event, options);
}

async function readyRow(
  line: number,
  event: JsonObject,
  { signer, namesLots }: RowOptions,
): Promise<Row | BadRow> {
  const named = {
    eventId: textMember(event, 'eventId'),
    facility: textMember(event, 'facility'),
    lots: namesLots === true ? lotsOf(event) : [],
  };
  if (signer === undefined)
    return { line, sent: JSON.stringify(event), ...named, signed: false, payloadDigest: undefined };
  try {
    const payload = canonicalBytes(event);
    const sent = await buildJws(payload, signer, 'lodemark-event+jws');
    return { line, sent, ...named, signed: true, payloadDigest: payloadDigest(payload) };
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return { ...bad(line, { code: error.code, detail: error.message, faults: [] }), eventId: named.eventId };
  }
}

function withId(event: JsonObject, journal: IdJournal | undefined): JsonObject | undefined {
  if ('eventId' in event) return event;
  if (journal === undefined) return undefined;
  return { ...event, eventId: journal.idFor(event) };
}

/** The names in a signed event, for messages only: the service judges it. */
function signedRow(line: number, jws: string, { namesLots }: RowOptions): Row {
  const parsed = parseJws(jws, 'lodemark-event+jws');
  const payload = parsed.ok ? readJson(parsed.value.payload) : undefined;
  const value: JsonValue = payload?.ok === true ? payload.value : null;
  const eventId = textMember(value, 'eventId');
  const digest = parsed.ok ? payloadDigest(parsed.value.payload) : undefined;
  const facility = textMember(value, 'facility');
  const lots = namesLots === true ? lotsOf(value) : [];
  return { line, sent: jws, eventId, facility, signed: true, payloadDigest: digest, lots };
}

function bad(line: number, refused: RowProblem): BadRow {
  return { line, eventId: undefined, refused };
}

const NO_EVENT: RowProblem = {
  code: 'not-an-event',
  detail: 'An event is a JSON object or a compact JWS.',
  faults: [],
};

const NO_ID: RowProblem = {
  code: 'event-id-missing',
  detail: 'The event has no eventId, so that it could not be posted again without being recorded twice.',
  faults: [
    {
      code: 'event-id-missing',
      pointer: '/eventId',
      detail: 'a UUID that stays the same when the file is posted again',
    },
  ],
  cure: 'Put a UUID into the file, or let --assign-ids FILE make one and remember it.',
};
