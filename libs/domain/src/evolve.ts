import { lotsNamed, WHOLE_FACILITY } from './events/lots-named.js';
import type { CustodyEvent, EventBody } from './events/custody-event.js';
import {
  WHOLE_LOT,
  unknownLot,
  type LotState,
  type OutboundDispatch,
  type RecordedEvent,
} from './lot-state.js';
import { toKilograms, type Quantity } from './quantity.js';
import { Rational } from './rational.js';

/** An event as it takes effect: a corrected event keeps the digest by which others refer to it. */
interface Effect {
  readonly body: EventBody;
  readonly payloadDigest: string;
}

/**
 * Three sigma of the 0.1 % platform scale that domain.md 3.6 gives as the prior: what two weighings of the same
 * material may differ by without saying anything.
 */
export const SCALE_TOLERANCE = Rational.parse('0.003');

const KG_PLACES = 6;

export function kilograms(quantity: Quantity): string {
  return toKilograms(quantity).toDecimal(KG_PLACES);
}

/** The lot's state at this facility after one more event. Never refuses: what was recorded has happened. */
export function evolve(state: LotState, recorded: RecordedEvent): LotState {
  return recorded.event.type === 'Corrected'
    ? state
    : apply(state, { body: recorded.event, payloadDigest: recorded.payloadDigest });
}

/**
 * The lot's state from all events that name it, in log order, with corrections in the place of what they correct.
 * A correction of an event that did not name the lot takes effect where the correction stands.
 */
export function refold(lot: string, history: readonly RecordedEvent[]): LotState {
  return effects(history).reduce(apply, unknownLot(lot));
}

function effects(history: readonly RecordedEvent[]): Effect[] {
  const lastWord = new Map<string, EventBody | null>();
  const present = new Set(history.map(({ event }) => event.eventId));
  for (const { event } of history) {
    if (event.type === 'Corrected') lastWord.set(event.target.eventId, event.replacement);
  }
  const placed = new Set<string>();
  return history.flatMap(({ event, payloadDigest }): Effect[] => {
    if (event.type !== 'Corrected') {
      const replacement = lastWord.get(event.eventId);
      return replacement === null ? [] : [{ body: replacement ?? event, payloadDigest }];
    }
    const { eventId, payload } = event.target;
    if (present.has(eventId) || placed.has(eventId)) return [];
    placed.add(eventId);
    const replacement = lastWord.get(eventId);
    return replacement ? [{ body: replacement, payloadDigest: payload }] : [];
  });
}

function apply(state: LotState, { body, payloadDigest }: Effect): LotState {
  switch (body.type) {
    case 'LotCreated':
      return body.lot === state.lot ? arrived(state, body.mass.net, body) : state;
    case 'Transformed': {
      const input = body.inputs.find((line) => line.lot === state.lot);
      const output = body.outputs.find((line) => line.lot === state.lot);
      const used = input === undefined ? state : drawn(state, kilograms(input.mass.net), input.packages);
      return output === undefined ? used : arrived(used, output.mass.net, output);
    }
    case 'Split': {
      if (body.parent.lot === state.lot)
        return drawn(state, body.parent.mass ? kilograms(body.parent.mass.net) : state.kg);
      const child = body.children.find((line) => line.lot === state.lot);
      return child === undefined
        ? state
        : arrived(state, child.mass.net, { form: body.form, packages: child.packages });
    }
    case 'Merged': {
      const parent = body.parents.find((line) => line.lot === state.lot);
      const used = parent === undefined ? state : drawn(state, kilograms(parent.mass.net));
      return body.child.lot === state.lot ? arrived(used, body.child.mass.net, body.child) : used;
    }
    case 'Repacked':
      return body.lot !== state.lot
        ? state
        : { ...state, kg: kilograms(body.mass.net), packages: weighedPackages(body.packages) };
    case 'Dispatched':
      return dispatched(state, body, payloadDigest);
    case 'DispatchCancelled':
      return body.lots.includes(state.lot) ? cancelled(state, body.dispatch) : state;
    case 'CarrierAccepted':
    case 'TransitReported':
    case 'CustomsCleared':
      return body.lots.includes(state.lot)
        ? changeOutbound(state, body.dispatch, (dispatch) => ({ ...dispatch, left: true }))
        : state;
    case 'Received':
      return received(state, body);
    case 'PackageLost':
    case 'PackageSeized':
      return ended(state, body);
    case 'PackageReturned':
      return returned(state, body);
    case 'Sealed':
      return !body.lots.includes(state.lot)
        ? state
        : { ...state, seals: [...new Set([...state.seals, body.seal.number])] };
    case 'SealBroken':
      return !body.lots.includes(state.lot)
        ? state
        : {
            ...state,
            seals: [
              ...state.seals.filter((number) => number !== body.seal.number),
              ...(body.replacedBy ? [body.replacedBy.number] : []),
            ],
          };
    default:
      return state;
  }
}

type PackageLines = readonly { readonly id: string; readonly net?: Quantity | undefined }[];

function weighedPackages(lines: PackageLines | undefined): Record<string, string | null> {
  return Object.fromEntries((lines ?? []).map((line) => [line.id, line.net ? kilograms(line.net) : null]));
}

function arrived(
  state: LotState,
  net: Quantity,
  line: { form: LotState['form']; packages?: PackageLines | undefined },
): LotState {
  const kg = Rational.parse(state.kg).add(toKilograms(net)).toDecimal(KG_PLACES);
  const packages = { ...state.packages, ...weighedPackages(line.packages) };
  return { ...state, standing: 'held', known: true, form: line.form, kg, packages };
}

/** Takes kilograms out of the lot; a last draw that differs from the balance by less than the scales can tell ends it. */
function drawn(state: LotState, kg: string, packageIds: readonly string[] = []): LotState {
  const before = Rational.parse(state.kg);
  const left = before.sub(Rational.parse(kg));
  const settled =
    left.isNegative() && left.abs().compare(before.abs().mul(SCALE_TOLERANCE)) <= 0 ? Rational.zero : left;
  const packages = Object.fromEntries(
    Object.entries(state.packages).filter(([id]) => !packageIds.includes(id)),
  );
  const gone = settled.compare(Rational.zero) <= 0;
  return {
    ...state,
    kg: settled.toDecimal(KG_PLACES),
    packages: gone ? {} : packages,
    standing: gone ? 'released' : state.standing,
  };
}

function dispatched(
  state: LotState,
  body: Extract<EventBody, { type: 'Dispatched' }>,
  digest: string,
): LotState {
  const line = body.lots.find((candidate) => candidate.lot === state.lot);
  if (line === undefined) return state;
  const stated = weighedPackages(line.packages);
  const contents = Object.keys(stated).length > 0 ? stated : { [WHOLE_LOT]: null };
  const dispatch: OutboundDispatch = {
    to: body.to,
    left: false,
    kg: kilograms(line.mass.net),
    contents,
    outcomes: {},
  };
  return {
    ...state,
    standing: 'in-transit',
    kg: '0',
    packages: {},
    outbound: { ...state.outbound, [digest]: dispatch },
  };
}

function changeOutbound(
  state: LotState,
  digest: string,
  change: (dispatch: OutboundDispatch) => OutboundDispatch,
): LotState {
  const dispatch = state.outbound[digest];
  return dispatch === undefined
    ? state
    : { ...state, outbound: { ...state.outbound, [digest]: change(dispatch) } };
}

function ownPackages(contents: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(contents).filter(([id]) => id !== WHOLE_LOT));
}

function cancelled(state: LotState, digest: string): LotState {
  const dispatch = state.outbound[digest];
  if (dispatch === undefined) return state;
  const outcomes = Object.fromEntries(Object.keys(dispatch.contents).map((id) => [id, 'cancelled' as const]));
  const back = changeOutbound(state, digest, (current) => ({ ...current, outcomes }));
  const kg = Rational.parse(state.kg).add(Rational.parse(dispatch.kg)).toDecimal(KG_PLACES);
  return {
    ...back,
    standing: 'held',
    kg,
    packages: { ...state.packages, ...ownPackages(dispatch.contents) },
  };
}

function received(state: LotState, body: Extract<EventBody, { type: 'Received' }>): LotState {
  const line = body.lots.find((candidate) => candidate.lot === state.lot);
  if (line === undefined) return state;
  const decisions = line.packages ?? [{ id: WHOLE_LOT, decision: line.decision ?? 'refused' }];
  const outcomes = Object.fromEntries(decisions.map(({ id, decision }) => [id, decision]));
  const inbound = { ...state.inbound, [body.dispatch]: { ...state.inbound[body.dispatch], ...outcomes } };
  const accepted = decisions.filter(({ decision }) => decision === 'accepted');
  if (accepted.length === 0) return { ...state, inbound };
  const packages = line.packages?.filter(({ decision }) => decision === 'accepted');
  return arrived({ ...state, inbound }, line.mass.net, { form: line.form, packages });
}

function ended(
  state: LotState,
  body: Extract<EventBody, { type: 'PackageLost' | 'PackageSeized' }>,
): LotState {
  const outcome = body.type === 'PackageLost' ? 'lost' : 'seized';
  const ids = body.packages.filter(({ lot }) => lot === state.lot).map(({ id }) => id ?? WHOLE_LOT);
  if (ids.length === 0) return state;
  const outcomes = Object.fromEntries(ids.map((id) => [id, outcome] as const));
  if (state.outbound[body.dispatch] !== undefined) {
    return changeOutbound(state, body.dispatch, (dispatch) => ({
      ...dispatch,
      left: true,
      outcomes: { ...dispatch.outcomes, ...outcomes },
    }));
  }
  return {
    ...state,
    inbound: { ...state.inbound, [body.dispatch]: { ...state.inbound[body.dispatch], ...outcomes } },
  };
}

function returned(state: LotState, body: Extract<EventBody, { type: 'PackageReturned' }>): LotState {
  const dispatch = state.outbound[body.dispatch];
  const lines = body.packages.filter(({ lot }) => lot === state.lot);
  if (dispatch === undefined || lines.length === 0) return state;
  const ids = lines.map(({ id }) => id ?? WHOLE_LOT);
  const outcomes = {
    ...dispatch.outcomes,
    ...Object.fromEntries(ids.map((id) => [id, 'returned'] as const)),
  };
  const share = returnedKilograms(dispatch, lines);
  const back = changeOutbound(state, body.dispatch, (current) => ({ ...current, left: true, outcomes }));
  const contents = Object.fromEntries(ids.map((id) => [id, dispatch.contents[id] ?? null]));
  return {
    ...back,
    standing: 'held',
    kg: Rational.parse(state.kg).add(share).toDecimal(KG_PLACES),
    packages: { ...state.packages, ...ownPackages(contents) },
  };
}

// Weighed again where the sender did so; else what the package weighed when it left; else an even share of the dispatch.
function returnedKilograms(
  dispatch: OutboundDispatch,
  lines: readonly { id?: string | undefined; mass?: { net: Quantity } | undefined }[],
): Rational {
  const evenShare = Rational.parse(dispatch.kg).div(
    Rational.of(BigInt(Object.keys(dispatch.contents).length)),
  );
  return Rational.sum(
    lines.map(({ id, mass }) => {
      if (mass !== undefined) return toKilograms(mass.net);
      const weighed = dispatch.contents[id ?? WHOLE_LOT];
      return weighed ? Rational.parse(weighed) : evenShare;
    }),
  );
}

/** The lots whose state an event can change: those it names, and those of the event it corrects. */
export function touchedLots(event: CustodyEvent, target?: CustodyEvent): readonly string[] {
  return lotsNamed(event, target).filter((lot) => lot !== WHOLE_FACILITY);
}
