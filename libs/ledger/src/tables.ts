import { LedgerError } from './ledger-error.js';

/** Schema of the ledger's tables unless another is named. */
export const DEFAULT_SCHEMA = 'ledger';

/** NOTIFY channel; the payload is the origin of the log that grew. */
export const APPEND_CHANNEL = 'lodemark_append';

/** Tables whose rows are written once and never changed, not even by their owner. */
export const WRITE_ONCE = ['entry', 'entry_lot', 'tile', 'checkpoint'] as const;

/** Names of the ledger's tables, quoted and with their schema, so that no session setting can redirect a query. */
export class Tables {
  readonly schema: string;
  readonly isDefault: boolean;
  readonly log: string;
  readonly entry: string;
  readonly entryLot: string;
  readonly tile: string;
  readonly lotState: string;
  readonly checkpoint: string;
  readonly relayCursor: string;

  constructor(schema: string = DEFAULT_SCHEMA) {
    this.schema = quotedName(schema);
    this.isDefault = schema === DEFAULT_SCHEMA;
    this.log = `${this.schema}.log`;
    this.entry = `${this.schema}.entry`;
    this.entryLot = `${this.schema}.entry_lot`;
    this.tile = `${this.schema}.tile`;
    this.lotState = `${this.schema}.lot_state`;
    this.checkpoint = `${this.schema}.checkpoint`;
    this.relayCursor = `${this.schema}.relay_cursor`;
  }
}

/** An SQL identifier in quotes. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A bigint column or count as a number; indexes stay far below 2^53. */
export function toCount(value: string | number): number {
  const count = Number(value);
  if (!Number.isSafeInteger(count) || count < 0) throw new LedgerError('damaged', `Not a count: ${value}`);
  return count;
}
