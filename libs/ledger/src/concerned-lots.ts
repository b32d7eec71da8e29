import { lotsNamed, type CustodyEvent, type RecordedEvent } from '@lodemark/domain';
import { referredEvent, type BatchState, type KnownEvent } from './batch-state.js';

/**
 * The names under which an entry is counted: the lots of its event and of what that corrects, disputes or
 * contradicts, or `*` (design.md section 4, Entry bytes). A correction also counts under the lots that an earlier
 * correction of the same event had brought in, because it takes them out again.
 */
export function concernedLots(event: CustodyEvent, state: BatchState, contradicted?: KnownEvent): string[] {
  const names = new Set<string>();
  const referred = referredEvent(event);
  const target = referred === undefined ? undefined : state.events.get(referred)?.content;
  const others = [target, contradicted?.content].filter((one) => one !== undefined);
  // Named alone, a correction that takes something back names nothing and would count under '*'.
  for (const other of others) addAll(names, lotsNamed(event, other.event));
  if (others.length === 0) addAll(names, lotsNamed(event));
  for (const other of others) addAll(names, other.lots);
  if (event.type === 'Corrected' && target !== undefined) {
    for (const { event: earlier } of earlierCorrections(event.target.eventId, target.lots, state)) {
      addAll(names, lotsNamed(earlier, target.event));
    }
  }
  return [...names].sort();
}

/** The recorded corrections of an event, found under the lots that the event itself names. */
export function earlierCorrections(
  eventId: string,
  lots: readonly string[],
  state: Pick<BatchState, 'histories'>,
): RecordedEvent[] {
  const found = new Map<string, RecordedEvent>();
  for (const recorded of lots.flatMap((lot) => state.histories.get(lot) ?? [])) {
    const { event } = recorded;
    if (event.type === 'Corrected' && event.target.eventId === eventId) found.set(event.eventId, recorded);
  }
  return [...found.values()];
}

function addAll(set: Set<string>, names: readonly string[]): void {
  for (const name of names) set.add(name);
}
