import { lotsNamed, parseEvent, WHOLE_FACILITY } from '@lodemark/domain';

/** The lots that an event names; none of what is no event, which is refused for that alone. */
export function lotsOf(payload: unknown): readonly string[] {
  const parsed = parseEvent(payload);
  return parsed.ok ? lotsNamed(parsed.value).filter((lot) => lot !== WHOLE_FACILITY) : [];
}
