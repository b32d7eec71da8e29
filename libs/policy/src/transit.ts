import { epochMilliseconds } from '@lodemark/domain';
import { countingIn } from './key-standing.js';
import type { Case, Trip } from './case.js';
import { toldOf, type Told } from './effective-events.js';
import type { HandOver } from './lineage.js';
import type { EntryRef } from './evidence.js';
import { countryOf } from './places.js';
import { remembered, rememberedPair } from './remembered.js';
import { compareText, type RootFacts } from './root-facts.js';

/** Something that was reported of a consignment on its way: by a party, or by a third voice under its own key. */
export interface Sighting {
  readonly at: string;
  /** Undefined: nobody says where. */
  readonly country: string | undefined;
  readonly kind: string;
  /** Whether the goods were under seal; undefined when nobody says so. */
  readonly sealed: boolean | undefined;
  readonly seals: readonly { readonly number: string; readonly condition?: string }[];
  readonly entry: EntryRef;
  readonly thirdVoice: boolean;
}

export function isOpened({ kind, sealed }: Pick<Sighting, 'kind' | 'sealed'>): boolean {
  return kind === 'opened' || sealed === false;
}

/** What is wrong with the seals where the goods were seen, of those that were sent and those accepted instead. */
export function sealWrong(
  sighting: Sighting,
  { sent, accepted = sent }: { readonly sent: readonly string[]; readonly accepted?: readonly string[] },
): { readonly seal: string; readonly condition: string; readonly country: string } | undefined {
  const bad = sighting.seals.find(
    ({ number, condition }) =>
      (condition !== undefined && condition !== 'intact') || (sent.length > 0 && !accepted.includes(number)),
  );
  if (bad === undefined && !(sent.length > 0 && isOpened(sighting))) return undefined;
  return {
    seal: bad?.number ?? sent.join(' '),
    condition: bad === undefined ? 'opened' : (bad.condition ?? 'another'),
    country: sighting.country ?? 'an unsaid place',
  };
}

/** Reports of a hand-over in the order of the time at which each says that it happened. */
export function sightings({ facts }: Case, handOver: HandOver): readonly Sighting[] {
  return sightingsOn(facts, handOver);
}

const sightingsOn = rememberedPair((facts: RootFacts, handOver: HandOver): readonly Sighting[] => {
  const all = handOver.reports
    .filter((told) => !cutAtReceipt({ facts }, handOver, told))
    .flatMap((told) => [...reported(told), ...attested(facts, handOver, told)]);
  // A third voice counts wherever it is put: with the receipt, with what was lost or came back, or filed beside.
  const beside = [...handOver.receipts, ...handOver.ends, ...handOver.assurances].flatMap((told) =>
    attested(facts, handOver, told),
  );
  return [...all, ...ended(handOver), ...beside].sort(
    (a, b) =>
      epochMilliseconds(a.at) - epochMilliseconds(b.at) || compareText(a.country ?? '', b.country ?? ''),
  );
});

/** Whoever receives the goods cuts their seals: that ends the way and is no sighting on it. */
export function cutAtReceipt(
  { facts }: Pick<Case, 'facts'>,
  { dispatch, receipts }: HandOver,
  told: Told,
): boolean {
  const { event } = told;
  if (event.type !== 'SealBroken' || event.reason !== 'receipt') return false;
  const receivers = [dispatch.event.to, ...receipts.map((receipt) => receipt.event.facility)];
  const here = event.place === undefined || event.place.country === countryOf(facts, told);
  return here && receivers.includes(event.facility);
}

/** Under seal if every seal that was looked at was intact, not if one was not; else as the report itself says. */
function underSeal(
  seals: readonly { readonly condition?: string | undefined }[],
  said: boolean | undefined,
): boolean | undefined {
  if (seals.some(({ condition }) => condition !== undefined && condition !== 'intact')) return false;
  if (said !== undefined) return said;
  return seals.length > 0 && seals.every(({ condition }) => condition === 'intact') ? true : undefined;
}

const reported = remembered((told: HandOver['reports'][number]): readonly Sighting[] => {
  const { event } = told;
  const country = event.place?.country;
  const head = { at: event.occurredAt, country, entry: told.ref, thirdVoice: false };
  switch (event.type) {
    case 'TransitReported': {
      const seals = event.seals ?? [];
      return [{ ...head, kind: event.kind, sealed: underSeal(seals, event.sealed), seals }];
    }
    case 'CarrierAccepted':
      return [{ ...head, kind: 'accepted', sealed: undefined, seals: event.seals ?? [] }];
    case 'CustomsCleared':
      return [
        {
          ...head,
          kind: event.examined === true ? 'customs-examined' : 'customs',
          sealed: undefined,
          seals: [],
        },
      ];
    case 'SealChecked':
      return [
        {
          ...head,
          kind: 'seal-checked',
          sealed: event.condition === 'intact',
          seals: [{ ...event.seal, condition: event.condition }],
        },
      ];
    case 'SealBroken':
      return [{ ...head, kind: 'opened', sealed: false, seals: [{ ...event.seal, condition: 'broken' }] }];
  }
});

/** What was lost, seized or given back was somewhere, and so was what travelled with it. */
function ended({ ends }: HandOver): Sighting[] {
  return ends.flatMap(({ event, ref }) =>
    event.type !== 'DispatchCancelled' && event.place !== undefined
      ? [
          {
            ...{ at: event.occurredAt, country: event.place.country, kind: ENDS[event.type] },
            ...{ sealed: undefined, seals: [], entry: ref, thirdVoice: false },
          },
        ]
      : [],
  );
}

const ENDS = { PackageLost: 'lost', PackageSeized: 'seized', PackageReturned: 'returned' } as const;

type Attested = Told['entry']['attestations'][number]['attestation'];
type Seeing = Extract<Attested, { type: 'Carriage' | 'Customs' | 'Survey' }>;

/** A carrier, customs and a surveyor have seen the goods, and their seals. */
function seesGoods(attestation: Attested): attestation is Seeing {
  return ['Carriage', 'Customs', 'Survey'].includes(attestation.type);
}

function kindOf(attestation: Seeing): string {
  if (attestation.type === 'Carriage') return attestation.kind;
  if (attestation.type === 'Survey') return 'survey';
  return attestation.examined === true ? 'customs-examined' : 'customs';
}

function attested(facts: RootFacts, { dispatch }: HandOver, told: Told): Sighting[] {
  return countingIn(told.entry, facts).flatMap((attestation): Sighting[] => {
    if (!seesGoods(attestation)) return [];
    // What a third party said of another consignment says nothing of this one, whatever it is put beside.
    if (attestation.dispatch !== dispatch.entry.payloadDigest) return [];
    const seals = (attestation.seals ?? []).map(({ number, condition }) => ({
      number,
      ...(condition === undefined ? {} : { condition }),
    }));
    return [
      {
        at: attestation.at,
        country: attestation.place?.country,
        kind: kindOf(attestation),
        sealed: underSeal(seals, told.event.type === 'TransitReported' ? told.event.sealed : undefined),
        seals,
        entry: told.ref,
        thirdVoice: true,
      },
    ];
  });
}

export type SealEvent = 'SealBroken' | 'SealChecked';

/** Seals of a lot that a facility with custody of it broke or looked at. */
export function sealEvents(known: Case, lot: string): Told<SealEvent>[] {
  const named = known.lineage.namingLot(lot);
  return [...toldOf(named, 'SealBroken'), ...toldOf(named, 'SealChecked')].filter(({ entry }) =>
    known.concerns(entry),
  );
}

export function isHurt({ event }: Told<SealEvent>): boolean {
  return event.type === 'SealBroken' || event.condition !== 'intact';
}

export function sentSeals({ dispatch }: HandOver): string[] {
  return (dispatch.event.seals ?? []).map(({ number }) => number);
}

/** Seals of the dispatch that somebody broke or looked at before they came, and said so without naming the dispatch. */
export function sealsSeen(known: Case, { lot, handOver, end }: Trip): Told<SealEvent>[] {
  const sent = sentSeals(handOver);
  const came = epochMilliseconds(end.event.occurredAt);
  // What is found as the goods come in was so before; what is broken then is cut to open them.
  const isBefore = ({ event: { type, occurredAt } }: Told<SealEvent>) =>
    epochMilliseconds(occurredAt) < came ||
    (type === 'SealChecked' && epochMilliseconds(occurredAt) === came);
  return sealEvents(known, lot).filter(
    (told) =>
      told.event.dispatch === undefined &&
      sent.includes(told.event.seal.number) &&
      !cutAtReceipt(known, handOver, told) &&
      (told.event.facility !== end.event.facility || isBefore(told)),
  );
}

/** Of these what was seen on the way: what the receiver finds at its own gate is found at receipt (S9). */
export function sealsOnTheWay(known: Case, trip: Trip): Told<SealEvent>[] {
  const { end } = trip;
  return sealsSeen(known, trip).filter(
    ({ event: { type, facility, place } }) =>
      type !== 'SealChecked' ||
      facility !== end.event.facility ||
      (place !== undefined && place.country !== known.countryOf(end)),
  );
}

/** What was seen of a lot on its way, with what names its seals and not the dispatch. */
export function sightingsOf(known: Case, trip: Trip): readonly Sighting[] {
  return [...sightings(known, trip.handOver), ...sealsOnTheWay(known, trip).flatMap(reported)];
}

/** Countries that a journey passed, planned or seen, where it began and ended left out. */
export function transitCountries(known: Case, trip: Trip): string[] {
  const { handOver, end } = trip;
  const { dispatch, receipts } = handOver;
  const ends = new Set([known.countryOf(dispatch), known.countryOf(end)]);
  const passed = [
    ...(dispatch.event.route ?? []),
    ...sightingsOf(known, trip).flatMap(({ country }) => country ?? []),
    // Who was to have the goods and refused them had them at the gate.
    ...receipts
      .filter(({ event }) => event.facility === dispatch.event.to)
      .flatMap((receipt) => known.countryOf(receipt) ?? []),
  ];
  return [...new Set(passed)].filter((country) => !ends.has(country)).sort();
}
