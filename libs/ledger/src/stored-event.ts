import { parseEvent, type RecordedEvent } from '@lodemark/domain';
import {
  decodeFacilityLogEntry,
  parseJws,
  payloadDigest,
  readJson,
  type StatedEntry,
} from '@lodemark/transparency';
import { LedgerError } from './ledger-error.js';

/** An entry of a facility log with the event that its JWS carries. */
export interface StoredEvent extends RecordedEvent {
  readonly entry: StatedEntry;
}

/**
 * Reads the event out of the bytes of an entry that this library wrote; heads, which carry none, are never asked for.
 * @throws LedgerError `damaged`
 */
export function readStoredEvent(data: Uint8Array): StoredEvent {
  const entry = decodeFacilityLogEntry(data);
  if (!entry.ok) throw damaged('entry', entry.problems);
  if (entry.value.kind === 'heads')
    throw new LedgerError('damaged', 'Heads stand where an event was recorded.');
  const jws = parseJws(entry.value.jws, 'lodemark-event+jws');
  if (!jws.ok) throw damaged('JWS', jws.problems);
  const json = readJson(jws.value.payload);
  if (!json.ok) throw damaged('payload', json.problems);
  const event = parseEvent(json.value);
  if (!event.ok) throw damaged('event', event.problems);
  return { entry: entry.value, event: event.value, payloadDigest: payloadDigest(jws.value.payload) };
}

function damaged(what: string, problems: readonly { code: string; pointer: string }[]): LedgerError {
  const [first] = problems;
  return new LedgerError(
    'damaged',
    `A stored ${what} does not read: ${first?.code ?? ''} ${first?.pointer ?? ''}`,
  );
}
