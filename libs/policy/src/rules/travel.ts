import { epochMilliseconds, Rational } from '@lodemark/domain';
import type { Case, Trip } from '../case.js';
import { leastDistanceKm } from '../distance.js';
import type { Told } from '../effective-events.js';
import { distinctFindings, insufficient, notApplicable, orPass, type Found } from '../found.js';
import { rememberedPair } from '../remembered.js';
import type { FacilityRecord } from '../root-facts.js';
import type { Rule } from '../rule.js';
import { sightings } from '../transit.js';
import { saidOfTrip } from './link-findings.js';
import { whereaboutsFindings } from './whereabouts.js';

const DAY_MS = 86_400_000;

/**
 * C28: the receipt follows the dispatch, no gap between reports is longer than the limit, the speed is possible, the carrier
 * delivered in the receiver's country, and what carriers and customs papers say fits the journey and each other. Every
 * transit country stands on the verdict. Otherwise INSUFFICIENT.
 */
export const c28: Rule = (known) => {
  if (known.links.length === 0 && known.trips.length === 0) return [notApplicable('no-hand-over')];
  return orPass(
    distinctFindings(
      known.trips.flatMap((trip) => [...travelFindings(known, trip), ...whereaboutsFindings(known, trip)]),
    ),
    'travel-plausible',
    { facts: { handOvers: known.links.length } },
  );
};

function travelFindings(known: Case, trip: Trip): Found[] {
  const { handOver, end } = trip;
  const said = saidOfTrip(trip);
  const left = handOver.dispatch.event.occurredAt;
  const came = end.event.occurredAt;
  const facts = { ...said.facts, left, came };
  if (epochMilliseconds(came) < epochMilliseconds(left))
    return [
      insufficient(
        'received-before-dispatch',
        { ...said, facts },
        {
          code: 'correct-times',
          by: end.event.facility,
          what: 'correct the time of the dispatch or of the receipt',
        },
      ),
    ];
  const reported = [
    ...sightings(known, handOver).map(({ at }) => at),
    ...handOver.receipts.map(({ event }) => event.occurredAt),
  ].filter(
    (at) =>
      epochMilliseconds(at) >= epochMilliseconds(left) && epochMilliseconds(at) <= epochMilliseconds(came),
  );
  const gap = longestGap([left, ...reported, came]);
  const limitDays = known.parameters.custodyGapDays;
  const findings: Found[] = [];
  if (gap.ms > limitDays * DAY_MS) {
    const days = Rational.of(BigInt(gap.ms), BigInt(DAY_MS)).toDecimal(2);
    findings.push(
      insufficient(
        'custody-gap',
        { ...said, facts: { ...facts, gapFrom: gap.from, gapTo: gap.to, days, limitDays } },
        {
          code: 'report-transit',
          by: handOver.dispatch.event.facility,
          what: `have the carrier report where the goods were between ${gap.from} and ${gap.to}`,
        },
      ),
    );
  }
  const km = leastDistance(known, handOver.dispatch, end);
  const taken = epochMilliseconds(came) - epochMilliseconds(left);
  if (km?.greaterThan(farthestKm(known, taken)) === true) {
    findings.push(
      insufficient(
        'too-fast',
        { ...said, facts: { ...facts, leastKm: km.toDecimal(0) } },
        {
          code: 'correct-times',
          by: end.event.facility,
          what: 'correct the times: nothing travels that fast',
        },
      ),
    );
  }
  return [...findings, ...deliveredElsewhere(known, trip, { ...said, facts })];
}

/** A third voice that says, under its own key, that it handed the goods over in another country contradicts the receipt. */
function deliveredElsewhere(known: Case, trip: Trip, said: ReturnType<typeof saidOfTrip>): Found[] {
  const here = known.countryOf(trip.end);
  return sightings(known, trip.handOver)
    .filter(({ kind, country }) => kind === 'delivered' && country !== undefined && country !== here)
    .map(({ country = '', entry }) =>
      insufficient(
        'delivered-elsewhere',
        { facts: { ...said.facts, country, here: here ?? 'unproven' }, entries: [...said.entries, entry] },
        {
          code: 'report-transit',
          by: trip.handOver.dispatch.event.facility,
          what: `have the carrier report how lot ${trip.lot} went on from ${country}`,
        },
      ),
    );
}

const HOUR_MS = 3_600_000;

/** How far goods can get in that time and an hour, by which clocks and minutes of loading may be off. */
function farthestKm(known: Case, ms: number): Rational {
  return Rational.fromInteger(known.parameters.maxSpeedKmPerDay).mul(
    Rational.of(BigInt(ms + HOUR_MS), BigInt(DAY_MS)),
  );
}

function longestGap(times: readonly string[]): { ms: number; from: string; to: string } {
  const sorted = [...times].sort((a, b) => epochMilliseconds(a) - epochMilliseconds(b));
  return sorted.slice(1).reduce(
    (longest, to, index) => {
      const from = sorted[index] ?? to;
      const ms = epochMilliseconds(to) - epochMilliseconds(from);
      return ms > longest.ms ? { ms, from, to } : longest;
    },
    { ms: 0, from: sorted[0] ?? '', to: sorted[0] ?? '' },
  );
}

type Site = NonNullable<FacilityRecord['site']>;

const NOWHERE: Site = [];

/** Between the corners of the two sites that lie nearest to each other. */
function leastDistance(known: Case, dispatch: Told, receipt: Told): Rational | undefined {
  const at = (told: Told) =>
    known.facts.facility(told.event.facility, told.event.occurredAt)?.site ?? NOWHERE;
  return leastBetween(at(dispatch), at(receipt));
}

const leastBetween = rememberedPair((from: Site, to: Site): Rational | undefined => {
  const [first, ...others] = from.flatMap((a) => to.map((b) => leastDistanceKm(a, b)));
  return first === undefined ? undefined : Rational.min(first, ...others);
});
