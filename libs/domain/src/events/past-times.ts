import { pointer } from '../problem.js';
import { epochMilliseconds, utcDate } from '../instant.js';
import type { CustodyEvent, EventBody } from './custody-event.js';

/** A time at which an event says that something has happened, and where in the event it stands. */
export interface PastTime {
  readonly pointer: string;
  /** RFC 3339, or a calendar date. */
  readonly at: string;
}

/** Members that tell of what is over. What is agreed, expected or promised (`to`, `expectedAt`, `keptUntil`) may lie ahead. */
const TELL_OF_THE_PAST: ReadonlySet<string> = new Set([
  ...['startedAt', 'endedAt', 'minedFrom', 'minedTo', 'countedOn', 'periodFrom', 'periodTo'],
  ...['takenAt', 'issuedOn', 'screenedOn', 'reviewedOn', 'askedOn', 'noticedOn'],
]);

/** Everything that an event says has happened, `occurredAt` left out. */
export function pastTimesOf(event: CustodyEvent): readonly PastTime[] {
  const body: EventBody | null = event.type === 'Corrected' ? event.replacement : event;
  return body === null ? [] : timesIn(body, event.type === 'Corrected' ? ['replacement'] : []);
}

function timesIn(value: unknown, path: readonly PropertyKey[]): PastTime[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const here = [...path, name];
    return typeof member === 'string' && TELL_OF_THE_PAST.has(name)
      ? [{ pointer: pointer(here), at: member }]
      : timesIn(member, here);
  });
}

/** The day has begun in the east when it has in UTC only 14 hours later. */
const EAST_MS = 50_400_000;

/** Whether what is said to have happened lies after `now`, wherever on earth its date is meant. */
export function isAfter(at: string, nowMs: number): boolean {
  return at.includes('T')
    ? epochMilliseconds(at) > nowMs
    : at > utcDate(new Date(nowMs + EAST_MS).toISOString());
}
