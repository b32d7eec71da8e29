import { utcDate } from '@lodemark/domain';
import type { Case, StepPlace } from '../case.js';
import { distinctFindings, note, type Found } from '../found.js';

/**
 * What the literal profile does not track and a reader would want to know of (V13): reported, not judged. Of what went
 * in beside the tracked elements, every step back to where it began.
 */
export function untrackedNotes(known: Case): Found[] {
  const beside = known.processes.flatMap((process) =>
    process.inputs
      .filter(({ lot }) => !known.has(lot))
      .flatMap(({ lot }) => placesBehind(known, lot).map((place) => ({ process, lot, place }))),
  );
  return distinctFindings(
    beside
      .filter(
        ({ place: { country, told } }) =>
          country !== undefined && known.covered(country, utcDate(told.event.occurredAt)),
      )
      .map(({ process, lot, place: { step, country, told } }) =>
        note('covered-country-outside-profile', {
          facts: { lot, step, country: country ?? '', profile: known.profileName },
          entries: [told.ref, process.told.ref],
        }),
      ),
  );
}

/** Every step in the past of a lot, of whichever elements. */
function placesBehind(known: Case, lot: string): StepPlace[] {
  const places: StepPlace[] = [];
  const seen = new Set<string>();
  const open = [lot];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    for (const producer of known.lineage.producersOf(one)) {
      if (producer.kind === 'created')
        places.push(...known.placesOf({ processes: [], roots: [producer.told] }));
      else {
        places.push(...known.placesOf({ processes: [producer.process], roots: [] }));
        open.push(...producer.process.inputs.map((input) => input.lot), ...producer.process.heelLots);
      }
    }
  }
  return places;
}
