import { epochMilliseconds } from '@lodemark/domain';
import { attestationCounts } from './key-standing.js';
import type { Case, Link } from './case.js';
import type { Told } from './effective-events.js';
import type { HandOver } from './lineage.js';
import type { EntryRef } from './evidence.js';

/** Something that was reported of a consignment on its way: by a party, or by a third voice under its own key. */
export interface Sighting {
  readonly at: string;
  readonly country: string;
  readonly kind: string;
  readonly sealed: boolean | undefined;
  readonly seals: readonly { readonly number: string; readonly condition?: string }[];
  readonly entry: EntryRef;
  readonly thirdVoice: boolean;
}

/** Reports of a hand-over in the order of the time at which each says that it happened. */
export function sightings(known: Case, { reports }: HandOver): Sighting[] {
  const all = reports.flatMap((told) => [...reported(told), ...attested(known, told)]);
  return all.sort(
    (a, b) => epochMilliseconds(a.at) - epochMilliseconds(b.at) || (a.country < b.country ? -1 : 1),
  );
}

function reported(told: HandOver['reports'][number]): Sighting[] {
  const { event } = told;
  const country = event.place?.country;
  if (country === undefined) return [];
  const head = { at: event.occurredAt, country, entry: told.ref, thirdVoice: false };
  switch (event.type) {
    case 'TransitReported':
      return [{ ...head, kind: event.kind, sealed: event.sealed, seals: event.seals ?? [] }];
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
}

function attested(known: Case, told: Told): Sighting[] {
  return told.entry.attestations
    .filter((attestation) => attestationCounts(attestation, told.entry, known.facts))
    .flatMap(({ attestation }): Sighting[] => {
      if (attestation.type !== 'Carriage' && attestation.type !== 'Customs') return [];
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
          sealed: undefined,
          seals,
          entry: told.ref,
          thirdVoice: true,
        },
      ];
    });
}

/** Countries that a hand-over passed, planned or seen, the sender's and the receiver's left out. */
export function transitCountries(known: Case, link: Link): string[] {
  const { handOver, receipt } = link;
  if (handOver === undefined) return [];
  const ends = new Set([known.countryOf(handOver.dispatch), known.countryOf(receipt)]);
  const passed = [
    ...(handOver.dispatch.event.route ?? []),
    ...sightings(known, handOver).map(({ country }) => country),
  ];
  return [...new Set(passed)].filter((country) => !ends.has(country)).sort();
}
