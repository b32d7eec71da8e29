import { epochMilliseconds, type Step } from '@lodemark/domain';
import type { Told } from './effective-events.js';
import { isNeutral } from './forms.js';
import type { Process } from './lineage.js';
import { rememberedPair } from './remembered.js';
import type { RootFacts } from './root-facts.js';

/** A step at a place: in a process, at a mine, or in the documented past of something bought. */
export interface StepPlace {
  readonly step: Step;
  readonly country: string | undefined;
  readonly facility: string | undefined;
  readonly party: string | undefined;
  readonly lot: string;
  /** A bought-in material's past without a document is only said. */
  readonly documented: boolean;
  readonly told: Told;
}

/**
 * The instants at which a fact may differ from when the facility says that an event happened to when a root checkpoint
 * first covered it (domain.md 6.1), whichever of the two comes first. What a correction made of it is as late as the
 * correction.
 */
export function instantsOf(
  { event, entry, retoldAt }: Told,
  changes: readonly string[],
  claimed: readonly string[],
): string[] {
  const ends = [
    event.occurredAt,
    ...claimed,
    entry.covered.at,
    ...(retoldAt === undefined ? [] : [retoldAt]),
  ];
  if (changes.length === 0) return ends;
  const times = ends.map(epochMilliseconds);
  const between = changes.filter((change) => {
    const at = epochMilliseconds(change);
    return times.some((time) => time < at) && times.some((time) => at < time);
  });
  return [...ends, ...between];
}

/**
 * The country of the facility that tells of an event, if it is the same at all those instants, and was registered as
 * such when a root checkpoint covered the event: where a plant stood is not amended afterwards.
 */
export const countryOf = rememberedPair((facts: RootFacts, told: Told): string | undefined => {
  const { facility } = told.event;
  const { rootIndex } = told.entry.covered;
  const [first, ...others] = instantsOf(told, facts.facilityChanges(facility), []).flatMap((instant) => {
    const now = facts.facility(facility, instant)?.country;
    return [now, facts.facilityAsTold(facility, instant, rootIndex)?.country ?? now];
  });
  return others.every((other) => other === first) ? first : undefined;
});

export const processPlaces = rememberedPair((facts: RootFacts, process: Process): readonly StepPlace[] => {
  const { told, step, facility, outputs } = process;
  if (isNeutral(step)) return [];
  const country = countryOf(facts, told);
  const lot = outputs[0]?.lot ?? '';
  return [{ step, country, facility, party: undefined, lot, documented: true, told }];
});

export const rootPlaces = rememberedPair(
  (facts: RootFacts, told: Told<'LotCreated'>): readonly StepPlace[] => {
    const { origin, lot, facility } = told.event;
    const here = { facility, party: undefined, lot, documented: true, told };
    if (origin.kind === 'mined') return [{ step: 'MINE', country: countryOf(facts, told), ...here }];
    if (origin.kind === 'recycled') {
      // Where the feed was collected is where this material's history begins, as far as anybody knows it; who took it
      // in is where its recycling began.
      const collected = (origin.collectedIn ?? []).map((country) => ({
        step: 'MINE' as const,
        country,
        facility: undefined,
        party: 'collection',
        lot,
        documented: origin.collectionRecord !== undefined,
        told,
      }));
      return [...collected, { step: 'RECYCLE', country: countryOf(facts, told), ...here }];
    }
    if (origin.kind !== 'purchased') return [];
    return (origin.chain ?? []).map(({ step, country, party, document }) => ({
      step,
      country,
      facility: undefined,
      party,
      lot,
      documented: document !== undefined,
      told,
    }));
  },
);
