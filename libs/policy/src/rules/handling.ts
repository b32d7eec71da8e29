import { epochMilliseconds, utcDate } from '@lodemark/domain';
import type { Case, Custody, Trip } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import { isNeutral } from '../forms.js';
import { distinctFindings, fail, insufficient, note, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import {
  isHurt,
  isOpened,
  sealEvents,
  sealsOnTheWay,
  sightingsOf,
  transitCountries,
  type Sighting,
} from '../transit.js';
import { saidOfTrip } from './link-findings.js';

/**
 * C54 (from WC-1): nothing repacked, blended, split, opened, put under seal or stored unsealed in a covered country; from WC-2 no
 * transit through one, and sealed throughout. Shown FAIL; a dispatch without seals, a border crossed by no known route,
 * or storage in a covered country that nobody shows to be sealed, INSUFFICIENT.
 */
export const c54: Rule = (known) => {
  const rung = known.parameters.custodyRung ?? 0;
  if (rung === 0) return [notApplicable('rung-without-custody-test')];
  const against = [
    ...known.trips.flatMap((trip) => transitFindings(known, trip)),
    ...handlingFindings(known),
    ...known.custodies.flatMap((custody) => holdingFindings(known, custody)),
  ];
  return orPass(
    distinctFindings(against),
    rung === 1 ? 'no-covered-storage' : 'sealed-and-clear-of-covered',
    {
      facts: { handOvers: known.links.length },
    },
  );
};

const cureOther = (by: string, what: string) => ({ code: 'use-other-material', by, what });

function transitFindings(known: Case, trip: Trip): Found[] {
  const rung = known.parameters.custodyRung ?? 0;
  const { handOver } = trip;
  const said = saidOfTrip(trip);
  const sender = handOver.dispatch.event.facility;
  const seen = sightingsOf(known, trip);
  const coveredThen = (country: string, at: string) => known.covered(country, utcDate(at));
  const handled = seen.flatMap((sighting) =>
    sightingFindings(known, sighting, { said, sender, covered: coveredThen }),
  );
  if (rung < 2) return handled;
  // Where nobody saw the goods in a country, when they left tells whether it was covered.
  const timesIn = (country: string) => {
    const times = seen.filter((one) => one.country === country).map(({ at }) => at);
    return times.length > 0 ? times : [handOver.dispatch.event.occurredAt];
  };
  const passed = transitCountries(known, trip)
    .filter((country) => timesIn(country).some((at) => coveredThen(country, at)))
    .map((country) =>
      fail(
        'transit-through-covered',
        {
          facts: { ...said.facts, country },
          entries: [
            ...said.entries,
            ...seen.filter((one) => one.country === country).map(({ entry }) => entry),
          ],
        },
        {
          code: 'lower-rung',
          by: 'asker',
          what: `ask for a rung that allows transit through ${country}, or use other material`,
        },
      ),
    );
  return [...handled, ...passed, ...unsealed(trip), ...unknownRoute(known, trip)];
}

interface OnTheWay {
  readonly said: ReturnType<typeof saidOfTrip>;
  readonly sender: string;
  readonly covered: (country: string, at: string) => boolean;
}

/** What was seen of goods on their way: opened or unsealed where they may not be, or where nobody says. */
function sightingFindings(known: Case, sighting: Sighting, { said, sender, covered }: OnTheWay): Found[] {
  const { kind, sealed, country, at, entry } = sighting;
  const opened = isOpened(sighting);
  const entries = [...said.entries, entry];
  const facts = { ...said.facts, kind, at, country: country ?? 'unproven' };
  if (country === undefined)
    return opened
      ? [
          insufficient(
            'handling-place-unproven',
            { facts: { ...facts, facility: entry.facility }, entries },
            {
              code: 'report-transit',
              by: entry.facility,
              what: 'say in which country the goods were opened',
            },
          ),
        ]
      : [];
  if (covered(country, at)) {
    if (opened || kind === 'customs-examined')
      return [
        fail(
          'handled-in-covered-country',
          { facts, entries },
          cureOther(sender, `nothing cures goods opened or stored unsealed in ${country}`),
        ),
      ];
    if (kind !== 'stored' || sealed === true) return [];
    return [
      insufficient(
        'seal-unproven-on-the-way',
        { facts, entries },
        {
          code: 'report-transit',
          by: entry.facility,
          what: `record that lot ${said.facts['lot'] ?? ''} was stored under seal in ${country}`,
        },
      ),
    ];
  }
  if (!opened || (known.parameters.custodyRung ?? 0) < 2) return [];
  return [
    insufficient(
      'opened-on-the-way',
      { facts, entries },
      {
        code: 'lower-rung',
        by: 'asker',
        what: 'ask for a rung that does not require that goods travel sealed throughout',
      },
    ),
  ];
}

function unsealed(trip: Trip): Found[] {
  const { event } = trip.handOver.dispatch;
  if ((event.seals ?? []).length > 0) return [];
  return [
    insufficient('not-sealed', saidOfTrip(trip), {
      code: 'seal',
      by: event.facility,
      what: 'record the seals under which the goods travelled',
    }),
  ];
}

/** Which countries goods passed that went from one country to another is known by a route or by what was seen of them. */
function unknownRoute(known: Case, trip: Trip): Found[] {
  const { dispatch } = trip.handOver;
  const [from, to] = [known.countryOf(dispatch), known.countryOf(trip.end)];
  if (from !== undefined && from === to) return [];
  const seen = sightingsOf(known, trip).some(({ country }) => country !== undefined && country !== from);
  if ((dispatch.event.route ?? []).length > 0 || seen) return [];
  const said = saidOfTrip(trip);
  return [
    insufficient(
      'route-unknown',
      { ...said, facts: { ...said.facts, fromCountry: from ?? 'unproven', toCountry: to ?? 'unproven' } },
      {
        code: 'report-transit',
        by: dispatch.event.facility,
        what: 'record the route of the dispatch, or what the carrier and customs reported of it',
      },
    ),
  ];
}

/** Storage, repacking, splitting and blending: steps of no law, but hands on the material all the same. */
function handlingFindings(known: Case): Found[] {
  const noTransit = (known.parameters.custodyRung ?? 0) >= 2;
  const stored = known.lots.flatMap((lot): Handled[] =>
    toldOf(known.lineage.namingLot(lot), 'Stored')
      .filter(({ event }) => !event.sealed || (noTransit && event.place !== undefined))
      .map((told) => ({
        ...{ told, lot, place: told.event.place },
        code: told.event.sealed ? 'held-in-covered' : 'unsealed-storage-in-covered',
      })),
  );
  // Where goods are put under seal they lay open.
  const sealed = known.lots.flatMap((lot): Handled[] =>
    toldOf(known.lineage.namingLot(lot), 'Sealed')
      .filter(({ event }) => event.place !== undefined)
      .map((told) => ({ told, lot, place: told.event.place, code: 'sealed-in-covered' })),
  );
  const repacked = known.lots.flatMap((lot): Handled[] =>
    toldOf(known.lineage.namingLot(lot), 'Repacked').map((told) => ({
      told,
      lot,
      place: told.event.place,
      code: 'repacked-in-covered',
    })),
  );
  // What was seen of a lot on its way is judged with its journey.
  const judged = new Set(known.trips.map(({ handOver }) => handOver.dispatch.entry.payloadDigest));
  const onTheWay = new Set(known.trips.flatMap((trip) => sealsOnTheWay(known, trip)));
  const looked = known.lots.flatMap((lot): Handled[] =>
    sealEvents(known, lot)
      .filter((told) => told.event.dispatch === undefined || !judged.has(told.event.dispatch))
      .filter((told) => !onTheWay.has(told))
      .filter((told) => isHurt(told) || (noTransit && told.event.place !== undefined))
      .map((told) => ({
        ...{ told, lot, place: told.event.place },
        code: isHurt(told) ? 'opened-in-covered' : 'held-in-covered',
      })),
  );
  const divided = known.processes
    .filter(({ step }) => isNeutral(step))
    .map(({ told, step, outputs }): Handled => ({
      told,
      lot: outputs[0]?.lot ?? '',
      place: undefined,
      code: step === 'SPLIT' ? 'split-in-covered' : 'blended-in-covered',
    }));
  return [...stored, ...sealed, ...repacked, ...looked, ...divided].flatMap(({ told, lot, place, code }) => {
    if (!known.concerns(told.entry)) return [strangersWord(told, code)];
    const country = place?.country ?? known.countryOf(told);
    const said = {
      facts: { lot, country: country ?? 'unproven', facility: told.event.facility },
      entries: [told.ref],
    };
    if (country === undefined)
      return [
        insufficient('handling-place-unproven', said, {
          code: 'register-facility',
          by: told.event.facility,
          what: 'prove in which country the material was handled',
        }),
      ];
    if (!known.covered(country, utcDate(told.event.occurredAt))) return [];
    return [fail(code, said, cureOther(told.event.facility, `nothing cures handling in ${country}`))];
  });
}

/** Nobody fails a lot that was never in its hands by saying where it had it. */
function strangersWord({ event, ref }: Told, code: FindingCode): Found {
  return note('word-of-stranger', {
    facts: { facility: event.facility, eventId: event.eventId, type: event.type, why: code },
    entries: [ref],
  });
}

interface Handled {
  readonly told: Told;
  readonly lot: string;
  readonly place: { readonly country: string } | undefined;
  readonly code: FindingCode;
}

/** Material that lay at a facility in a covered country was there, sealed or not; below WC-2 a seal shown is enough. */
function holdingFindings(known: Case, custody: Custody): Found[] {
  const { lot, facility, from, to } = custody;
  const entries = [from.ref, ...(to === undefined ? [] : [to.ref])];
  const { certain, possible } = countriesWhileHeld(known, custody);
  const country = certain.find((one) => one !== undefined);
  if (country === undefined) {
    if (possible.length === 0) return [];
    return [
      insufficient(
        'handling-place-unproven',
        { facts: { lot, facility, country: 'unproven' }, entries },
        {
          code: 'register-facility',
          by: facility,
          what: 'prove in which country the material was held',
        },
      ),
    ];
  }
  const said = { facts: { lot, facility, country }, entries };
  if ((known.parameters.custodyRung ?? 0) >= 2)
    return [
      fail(
        'held-in-covered',
        said,
        cureOther(facility, `nothing cures material held in ${country} on its way`),
      ),
    ];
  const sealed = toldOf(known.lineage.namingLot(lot), 'Stored').some(
    ({ event }) => event.facility === facility && event.sealed,
  );
  return sealed
    ? []
    : [
        insufficient('storage-seal-unproven', said, {
          code: 'record-storage',
          by: facility,
          what: `record that lot ${lot} was stored under seal in ${country}`,
        }),
      ];
}

/**
 * The covered countries that the facility was in while it held the lot: at all times at which its custody may have
 * begun, or from an amendment on that falls into it; and those that it was in only if it began at another time.
 */
function countriesWhileHeld(known: Case, { facility, from, to }: Custody) {
  const changes = known.facts.facilityChanges(facility);
  const [begun, ended] = [from.event.occurredAt, to?.event.occurredAt ?? known.evidence.horizon.at].map(
    epochMilliseconds,
  );
  const coveredAt = (instant: string) => {
    const country = known.facts.facility(facility, instant)?.country;
    return country !== undefined && known.covered(country, utcDate(instant)) ? country : undefined;
  };
  const beginnings = known.instantsOf(from, changes).map(coveredAt);
  const since = changes
    .filter((change) => begun !== undefined && epochMilliseconds(change) > begun)
    .filter((change) => ended !== undefined && epochMilliseconds(change) <= ended)
    .map(coveredAt);
  const throughout = beginnings.every((country) => country !== undefined) ? beginnings : [];
  return {
    certain: [...throughout, ...since],
    possible: beginnings.filter((country) => country !== undefined),
  };
}
