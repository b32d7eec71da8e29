import type { Parsed, Problem } from '../problem.js';
import { fieldNames } from '../field-names.js';
import { problemsOf } from '../zod-problems.js';
import { crossFieldProblems } from './cross-field.js';
import { custodyEvent, MEMBERS_OF_ENVELOPE, type CustodyEvent, type EventOf } from './custody-event.js';

/** The event as it reads after a correction: the envelope of the original with the replacement's body. */
export function withReplacement(
  original: CustodyEvent,
  correction: EventOf<'Corrected'>,
): CustodyEvent | null {
  if (correction.replacement === null) return null;
  const kept = Object.entries(original).filter(([name]) => MEMBERS_OF_ENVELOPE.has(name));
  const occurredAt = correction.occurredAtWas ?? original.occurredAt;
  return parsedEvent({ ...Object.fromEntries(kept), ...correction.replacement, occurredAt });
}

function parsedEvent(json: unknown): CustodyEvent {
  const result = parseEvent(json);
  if (!result.ok)
    throw new Error(
      `a replacement that parsed alone does not parse in its event: ${result.problems[0]?.detail}`,
    );
  return result.value;
}

/**
 * Parses a JSON value (already read strictly) as a custody event and reports every problem with a pointer: unknown
 * fields, wrong types, bad dates, countries, container numbers, absurd masses.
 */
export function parseEvent(json: unknown): Parsed<CustodyEvent> {
  const version = futureVersion(json);
  if (version !== undefined) return { ok: false, problems: [version] };
  const result = custodyEvent.safeParse(json);
  if (!result.success) return { ok: false, problems: problemsOf(result.error, knownNames) };
  // The union is built from the very declarations that the type is inferred from; zod cannot see through the map.
  const event = result.data as unknown as CustodyEvent;
  const problems = crossFieldProblems(event);
  return problems.length === 0 ? { ok: true, value: event } : { ok: false, problems };
}

let names: ReadonlySet<string> | undefined;

// Only a misspelled field needs them, and they are the same for all events.
function knownNames(): ReadonlySet<string> {
  return (names ??= fieldNames(custodyEvent));
}

/** A version that this program does not know is no malformed event: a consumer parks it (invariant 7). */
function futureVersion(json: unknown): Problem | undefined {
  if (typeof json !== 'object' || json === null || !('v' in json) || json.v === 1) return undefined;
  if (typeof json.v !== 'number' || !Number.isSafeInteger(json.v) || json.v < 1) return undefined;
  return { code: 'unknown-version', pointer: '/v', detail: `schema version ${json.v} is not known here` };
}
