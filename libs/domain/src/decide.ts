import { createdIn, Door, ownNumber, type LotStates } from './door.js';
import type { EventOf } from './events/custody-event.js';
import { isAfter, pastTimesOf } from './events/past-times.js';
import { evolve, refold, touchedLots } from './evolve.js';
import { epochMilliseconds } from './instant.js';
import { unknownLot, type RecordedEvent } from './lot-state.js';
import { lastSegment } from './problem.js';
import { Refusal } from './refusal.js';

/** What a facility asks to have recorded in its own log, with what the decision needs to know beside the lots' state. */
export interface Command {
  readonly recorded: RecordedEvent;
  /** RFC 3339, the service's clock. */
  readonly now: string;
  /** For `Corrected`: the event corrected, and for every lot concerned all recorded events that name it. */
  readonly correcting?: {
    readonly target: RecordedEvent;
    readonly histories: ReadonlyMap<string, readonly RecordedEvent[]>;
  };
  /** For `Disputed` of an event in the facility's own log: that event. */
  readonly disputed?: RecordedEvent;
}

/** How far a facility's clock may run ahead of the service's before its event counts as one from the future. */
export const CLOCK_SKEW_MS = 300_000;

/**
 * Decides what one facility may say about its own lots and returns the next state of every lot named. Throws a
 * `Refusal` for what contradicts the facility's own log, and only that (invariant 6): what contradicts somebody
 * else's log is recorded and judged, and a correction is never refused for what came after it.
 */
export function decide(states: LotStates, command: Command): LotStates {
  const { event } = command.recorded;
  notFromTheFuture(command);
  if (event.type === 'Corrected') return decideCorrection(event, command);
  new Door(states, event.facility).check(event);
  return new Map(
    touchedLots(event, command.disputed?.event).map((lot) => [
      lot,
      evolve(states.get(lot) ?? unknownLot(lot), command.recorded),
    ]),
  );
}

/** Neither the event itself, nor anything that it says has happened. */
function notFromTheFuture({ recorded: { event }, now }: Command): void {
  const latest = epochMilliseconds(now) + CLOCK_SKEW_MS;
  const occurred = { pointer: '/occurredAt', at: event.occurredAt };
  const ahead = [occurred, ...pastTimesOf(event)].find(({ at }) => isAfter(at, latest));
  if (ahead === undefined) return;
  const { pointer, at } = ahead;
  const member = lastSegment(pointer);
  throw new Refusal({
    code: 'event-in-future',
    pointer,
    message: `${member} ${at} is later than now`,
    facts: { [member]: at, now },
    cure: 'post the event after what it tells of has happened, and check the clock and the time offset of the posting system',
  });
}

function decideCorrection(event: EventOf<'Corrected'>, command: Command): LotStates {
  const { correcting } = command;
  if (correcting === undefined) {
    throw new Refusal({
      code: 'target-unknown',
      pointer: '/target/eventId',
      message: `this log has no event ${event.target.eventId}`,
      facts: { eventId: event.target.eventId },
      cure: 'name the eventId of an event in this facility’s own log; dispute an event of another facility instead',
    });
  }
  const { target } = correcting;
  if (target.payloadDigest !== event.target.payload) {
    throw new Refusal({
      code: 'target-mismatch',
      pointer: '/target/payload',
      message: 'the digest is not that of the event named',
      facts: { recorded: target.payloadDigest, stated: event.target.payload },
      cure: 'give the SHA-256 of the canonical payload as recorded',
    });
  }
  if (target.event.type === 'Corrected') {
    throw new Refusal({
      code: 'target-not-correctable',
      pointer: '/target/eventId',
      message: 'a correction is not corrected',
      facts: { original: target.event.target.eventId },
      cure: 'correct the original event again: the last correction holds',
    });
  }
  if (event.replacement !== null) {
    if (event.replacement.type !== target.event.type) {
      throw new Refusal({
        code: 'target-mismatch',
        pointer: '/replacement/type',
        message: `a ${target.event.type} is not replaced by a ${event.replacement.type}`,
        facts: { recorded: target.event.type, stated: event.replacement.type },
        cure: 'keep the type of the event, or take it back with a null replacement and post a new event',
      });
    }
    createdIn(event.replacement, '/replacement').forEach((created) => ownNumber(created, event.facility));
  }
  return new Map(
    touchedLots(event, target.event).map((lot) => [
      lot,
      refold(lot, [...(correcting.histories.get(lot) ?? []), command.recorded]),
    ]),
  );
}
