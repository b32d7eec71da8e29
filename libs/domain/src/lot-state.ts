import type { CustodyEvent } from './events/custody-event.js';
import type { Form } from './forms.js';

/** A custody event as recorded: what later events of the same facility refer to it by. */
export interface RecordedEvent {
  readonly event: CustodyEvent;
  /** SHA-256 of the canonical payload, lower-case hex. */
  readonly payloadDigest: string;
}

/** Where the lot stands at this facility. `released`: all of it was consumed, split, merged, or has left for good. */
export type Standing = 'unknown' | 'held' | 'in-transit' | 'released';

/** What became of a package that was dispatched or arrived, as far as this facility's own log says. */
export type PackageOutcome = 'accepted' | 'refused' | 'lost' | 'seized' | 'returned' | 'cancelled';

export interface OutboundDispatch {
  readonly to: string;
  /** A carrier, customs or transit event of this dispatch is recorded: it left. */
  readonly left: boolean;
  /** Kilograms dispatched. */
  readonly kg: string;
  /** What was in it: package → net kilograms, null where it was not weighed alone. */
  readonly contents: Readonly<Record<string, string | null>>;
  readonly outcomes: Readonly<Record<string, PackageOutcome>>;
}

/**
 * One lot at one facility: all that is needed to decide what that facility may say about it next. JSON through and
 * through, because the ledger keeps it beside the log; masses are decimal strings of kilograms.
 */
export interface LotState {
  readonly lot: string;
  readonly standing: Standing;
  /** Whether this facility has ever had custody of the lot. */
  readonly known: boolean;
  readonly form: Form | null;
  /** Kilograms here as weighed; below zero only after a correction took back what was already used. */
  readonly kg: string;
  /** Net kilograms of each package that is here, null where it was not weighed alone; empty: the lot is one package. */
  readonly packages: Readonly<Record<string, string | null>>;
  readonly outbound: Readonly<Record<string, OutboundDispatch>>;
  /** Dispatch digest → package → outcome that this facility stated as receiver. */
  readonly inbound: Readonly<Record<string, Readonly<Record<string, PackageOutcome>>>>;
  /** Seal numbers that this facility put on and has not found broken. */
  readonly seals: readonly string[];
}

/** The package id of a lot that has no packages of its own. */
export const WHOLE_LOT = '-';

export function unknownLot(lot: string): LotState {
  return {
    lot,
    standing: 'unknown',
    known: false,
    form: null,
    kg: '0',
    packages: {},
    outbound: {},
    inbound: {},
    seals: [],
  };
}
