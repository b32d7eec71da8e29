import { epochMilliseconds } from '@lodemark/domain';
import type { Case, Trip } from '../case.js';
import type { Told } from '../effective-events.js';
import { insufficient, type Found } from '../found.js';
import { countingIn } from '../key-standing.js';
import { remembered } from '../remembered.js';
import { sightings, type Sighting } from '../transit.js';
import { saidOfTrip } from './link-findings.js';

const DAY_MS = 86_400_000;

/** What papers and reports of one journey say against each other, or against the journey (C28: carrier and customs data). */
export function whereaboutsFindings(known: Case, trip: Trip): Found[] {
  return [...outsideJourney(known, trip), ...differing(known, trip), ...declaredElsewhere(known, trip)];
}

/**
 * Nobody saw the goods on this journey before they left or after they came. A carrier's and a receiver's day may
 * differ; surveyors look, and papers are cleared, for as long before or after as goods may be out of sight.
 */
function outsideJourney(known: Case, trip: Trip): Found[] {
  const { dispatch, receipts, ends } = trip.handOver;
  const said = saidOfTrip(trip);
  const left = dispatch.event.occurredAt;
  const [came = trip.end] = [...receipts, ...ends, trip.end].sort(
    (a, b) => epochMilliseconds(b.event.occurredAt) - epochMilliseconds(a.event.occurredAt),
  );
  const beginsMs = epochMilliseconds(left);
  const endsMs = epochMilliseconds(came.event.occurredAt);
  return sightings(known, trip.handOver)
    .filter(({ at, kind }) => {
      const atMs = epochMilliseconds(at);
      const allowedMs = DAY_MS * (isAside(kind) ? known.parameters.custodyGapDays : 1);
      return beginsMs - atMs > allowedMs || atMs - endsMs > allowedMs;
    })
    .map(({ at, kind, entry }) =>
      insufficient(
        'seen-outside-journey',
        {
          facts: { ...said.facts, kind, at, left, came: came.event.occurredAt },
          entries: [...said.entries, entry],
        },
        {
          code: 'correct-times',
          by: entry.facility,
          what: 'correct the time of the report, of the dispatch or of the receipt, or record the word of the third party that is about this journey',
        },
      ),
    );
}

const isAside = (kind: Sighting['kind']) => kind.startsWith('customs') || kind === 'survey';

/** Who reports where goods are and puts a third party's word beside it must not say otherwise than the third party. */
function differing(known: Case, trip: Trip): Found[] {
  const { dispatch, reports } = trip.handOver;
  const said = saidOfTrip(trip);
  return reports.flatMap(({ event, entry, ref }) =>
    countingIn(entry, known.facts).flatMap((attestation): Found[] => {
      if (attestation.type !== 'Carriage' && attestation.type !== 'Customs') return [];
      if (attestation.dispatch !== dispatch.entry.payloadDigest) return [];
      const [stated, attested] = [event.place?.country, attestation.place.country];
      if (stated === undefined || stated === attested) return [];
      const { facility } = event;
      return [
        insufficient(
          'whereabouts-differ',
          {
            facts: {
              ...{ lot: trip.lot, facility, stated, at: attestation.at },
              ...{ organization: attestation.organization, attested },
            },
            entries: [...said.entries, ref],
          },
          {
            code: 'report-transit',
            by: facility,
            what: `correct where lot ${trip.lot} was, or have ${attestation.organization} state it again`,
          },
        ),
      ];
    }),
  );
}

/**
 * Customs origin is where the last substantial transformation was (domain.md 2.5): it proves nothing of the steps before,
 * but where no step of the lineage took place it contradicts all of it.
 */
function declaredElsewhere(known: Case, trip: Trip): Found[] {
  const { dispatch, reports } = trip.handOver;
  const countries = countriesOf(known);
  // What nobody places anywhere contradicts nothing.
  if (countries === undefined) return [];
  const told: readonly Told[] = [dispatch, ...reports];
  return told.flatMap(({ event, ref }) => {
    const declared =
      event.type === 'Dispatched' || event.type === 'CustomsCleared' ? event.originDeclared : undefined;
    if (declared === undefined || countries.has(declared)) return [];
    return [
      insufficient(
        'origin-declared-elsewhere',
        {
          facts: { lot: trip.lot, declared, countries: [...countries].sort() },
          entries: [ref],
        },
        {
          code: 'correct-papers',
          by: event.facility,
          what: `correct the origin that is declared, or record the step that took place in ${declared}`,
        },
      ),
    ];
  });
}

/** Where anything of the lineage was done, and from where it was sent; undefined when a step has no known place. */
const countriesOf = remembered((known: Case): ReadonlySet<string> | undefined => {
  const steps = [...known.wholeTraces.values()].flatMap((trace) => known.placesOf(trace));
  const senders = known.trips.map(({ handOver }) => known.countryOf(handOver.dispatch));
  const places = [...steps.map(({ country }) => country), ...senders];
  const found = places.filter((country) => country !== undefined);
  return found.length === places.length ? new Set(found) : undefined;
});
