import { epochMilliseconds } from '@lodemark/domain';
import { attestationCounts } from './key-standing.js';
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

/** Reports of a hand-over in the order of the time at which each says that it happened. */
export function sightings({ facts }: Case, handOver: HandOver): readonly Sighting[] {
  return sightingsOn(facts, handOver);
}

const sightingsOn = rememberedPair((facts: RootFacts, handOver: HandOver): readonly Sighting[] => {
  const all = handOver.reports
    .filter((told) => !cutAtReceipt({ facts }, handOver, told))
    .flatMap((told) => [...reported(told), ...attested(facts, handOver, told)]);
  // A third voice counts wherever it is put: with the receipt, or with the word of what was lost or came back.
  const beside = [...handOver.receipts, ...handOver.ends].flatMap((told) => attested(facts, handOver, told));
  return [...all, ...beside].sort(
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

function attested(facts: RootFacts, { dispatch }: HandOver, told: Told): Sighting[] {
  return told.entry.attestations
    .filter((attestation) => attestationCounts(attestation, told.entry, facts))
    .flatMap(({ attestation }): Sighting[] => {
      if (attestation.type !== 'Carriage' && attestation.type !== 'Customs') return [];
      // What a third party said of another consignment says nothing of this one, whatever it is put beside.
      if (attestation.dispatch !== dispatch.entry.payloadDigest) return [];
      const kind =
        attestation.type === 'Carriage'
          ? attestation.kind
          : attestation.examined === true
            ? 'customs-examined'
            : 'customs';
      const seals = (attestation.seals ?? []).map(({ number, condition }) => ({
        number,
        ...(condition === undefined ? {} : { condition }),
      }));
      return [
        {
          at: attestation.at,
          country: attestation.place.country,
          kind,
          sealed: underSeal(seals, told.event.type === 'TransitReported' ? told.event.sealed : undefined),
          seals,
          entry: told.ref,
          thirdVoice: true,
        },
      ];
    });
}

export type SealEvent = 'SealBroken' | 'SealChecked';

/** Seals of a lot that a facility with custody of it broke, or found other than intact. */
export function sealEvents(known: Case, lot: string): Told<SealEvent>[] {
  const named = known.lineage.namingLot(lot);
  const checked = toldOf(named, 'SealChecked').filter(({ event }) => event.condition !== 'intact');
  return [...toldOf(named, 'SealBroken'), ...checked].filter(({ entry }) => known.concerns(entry));
}

/** Countries that a journey passed, planned or seen, where it began and ended left out. */
export function transitCountries(known: Case, { handOver, end }: Trip): string[] {
  const { dispatch, receipts } = handOver;
  const ends = new Set([known.countryOf(dispatch), known.countryOf(end)]);
  const passed = [
    ...(dispatch.event.route ?? []),
    ...sightings(known, handOver).flatMap(({ country }) => country ?? []),
    // Who was to have the goods and refused them had them at the gate.
    ...receipts
      .filter(({ event }) => event.facility === dispatch.event.to)
      .flatMap((receipt) => known.countryOf(receipt) ?? []),
  ];
  return [...new Set(passed)].filter((country) => !ends.has(country)).sort();
}
