import { epochMilliseconds, evolve, unknownLot } from '@lodemark/domain';
import { toldOf, type HandOver, type Told } from '@lodemark/policy';
import type { Dossier } from '../evidence/dossier.js';
import { refOf } from '../lots/lot-view.js';
import { packageStates, receiptsOf } from './hand-over-state.js';
import type {
  CustodyGapResponse,
  CustodyOverlapResponse,
  CustodySpanResponse,
  TimelineEventResponse,
  TimelineResponse,
  TransitSpanResponse,
} from './timeline.response.js';

/** Who had the lot when, as the counted events tell it, and where the telling has holes or contradicts itself. */
export function timelineOf(
  dossier: Dossier,
  lot: string,
): Omit<TimelineResponse, 'horizon' | 'lot' | 'withheld'> {
  const told = dossier.lineage.namingLot(lot);
  const custody = custodySpans(told, lot);
  const handOvers = toldOf(told, 'Dispatched').flatMap(
    ({ entry }) => dossier.lineage.handOver(entry.payloadDigest) ?? [],
  );
  return {
    events: [...told].sort(byOccurrence).map(timelineEvent),
    custody: custody.sort((a, b) => at(a.from) - at(b.from)),
    transit: handOvers.map((handOver) => transitSpan(handOver, lot)),
    gaps: [
      ...handOvers.flatMap((handOver) => notAnswered(dossier, handOver, lot)),
      ...unseenDispatches(dossier, told),
      ...unseenOrigins(dossier, custody, lot),
    ].sort((a, b) => at(a.from) - at(b.from)),
    overlaps: overlapsOf(custody),
  };
}

function timelineEvent({ event, entry, ref }: Told): TimelineEventResponse {
  const { type, facility, occurredAt } = event;
  const coveredAt = entry.covered.at;
  return {
    ...{ type, facility, occurredAt, recordedAt: entry.recordedAt, coveredAt },
    lateBySeconds: seconds(occurredAt, coveredAt),
    entry: refOf(ref),
  };
}

/** A facility has custody while its own log leaves it holding some of the lot. */
function custodySpans(told: readonly Told[], lot: string): CustodySpanResponse[] {
  const spans: CustodySpanResponse[] = [];
  for (const facility of new Set(told.map(({ event }) => event.facility))) {
    let state = unknownLot(lot);
    let began: TimelineEventResponse | undefined;
    for (const one of told.filter(({ event }) => event.facility === facility)) {
      state = evolve(state, { event: one.event, payloadDigest: one.entry.payloadDigest });
      const holds = state.standing === 'held';
      if (holds && began === undefined) began = timelineEvent(one);
      if (holds || began === undefined) continue;
      spans.push(span(facility, began, timelineEvent(one)));
      began = undefined;
    }
    if (began !== undefined) spans.push(span(facility, began, null));
  }
  return spans;
}

function span(
  facility: string,
  began: TimelineEventResponse,
  ended: TimelineEventResponse | null,
): CustodySpanResponse {
  return { facility, from: began.occurredAt, to: ended?.occurredAt ?? null, began, ended };
}

function transitSpan(handOver: HandOver, lot: string): TransitSpanResponse {
  const { dispatch, receipts, reports } = handOver;
  return {
    dispatch: dispatch.entry.payloadDigest,
    from: dispatch.event.facility,
    to: dispatch.event.to,
    dispatchedAt: dispatch.event.occurredAt,
    expectedAt: dispatch.event.expectedAt ?? null,
    arrivedAt: firstReceipt(handOver, lot) ?? null,
    packages: Object.fromEntries(packageStates(handOver, lot)),
    reports: [...reports, ...receipts].sort(byOccurrence).map(timelineEvent),
  };
}

function firstReceipt(handOver: HandOver, lot: string): string | undefined {
  return receiptsOf(handOver, lot)
    .map(({ event }) => event.occurredAt)
    .sort((a, b) => at(a) - at(b))[0];
}

function notAnswered(dossier: Dossier, handOver: HandOver, lot: string): CustodyGapResponse[] {
  if (![...packageStates(handOver, lot).values()].includes('open')) return [];
  const { dispatch, reports } = handOver;
  const last = [dispatch, ...reports].sort(byOccurrence).at(-1) ?? dispatch;
  const from = last.event.occurredAt;
  return [
    {
      kind: 'not-answered',
      ...{ from, to: null, seconds: seconds(from, dossier.horizon.at) },
      shouldReport: dispatch.event.to,
      entries: [refOf(dispatch.ref)],
    },
  ];
}

function unseenDispatches({ lineage }: Dossier, told: readonly Told[]): CustodyGapResponse[] {
  return toldOf(told, 'Received')
    .filter(({ event }) => lineage.handOver(event.dispatch) === undefined)
    .map(({ event, ref }) => {
      const lastElsewhere = told
        .filter(
          (one) => one.event.facility !== event.facility && at(one.event.occurredAt) <= at(event.occurredAt),
        )
        .sort(byOccurrence)
        .at(-1);
      const from = lastElsewhere?.event.occurredAt ?? event.occurredAt;
      return {
        kind: 'dispatch-unseen',
        ...{ from, to: event.occurredAt, seconds: seconds(from, event.occurredAt) },
        shouldReport: lastElsewhere?.event.facility ?? null,
        entries: [refOf(ref)],
      };
    });
}

function unseenOrigins(
  { lineage }: Dossier,
  custody: readonly CustodySpanResponse[],
  lot: string,
): CustodyGapResponse[] {
  const [first] = custody;
  if (first === undefined || lineage.producersOf(lot).length > 0) return [];
  return [
    {
      kind: 'origin-unseen',
      ...{ from: first.from, to: first.from, seconds: 0 },
      shouldReport: lot.slice(0, lot.indexOf('/')),
      entries: [refOf(first.began.entry)],
    },
  ];
}

function overlapsOf(custody: readonly CustodySpanResponse[]): CustodyOverlapResponse[] {
  return custody.flatMap((a, position) =>
    custody.slice(position + 1).flatMap((b) => {
      if (a.facility === b.facility) return [];
      const from = at(a.from) > at(b.from) ? a.from : b.from;
      const to = earlier(a.to, b.to);
      if (to !== null && at(to) <= at(from)) return [];
      return [{ facilities: [a.facility, b.facility], from, to }];
    }),
  );
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return at(a) < at(b) ? a : b;
}

function at(instant: string): number {
  return epochMilliseconds(instant);
}

function seconds(from: string, to: string): number {
  return Math.floor((at(to) - at(from)) / 1_000);
}

function byOccurrence(a: Told, b: Told): number {
  return (
    at(a.event.occurredAt) - at(b.event.occurredAt) ||
    (a.ref.facility < b.ref.facility ? -1 : a.ref.facility > b.ref.facility ? 1 : 0) ||
    a.ref.index - b.ref.index
  );
}
