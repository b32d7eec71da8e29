import { nodeSignatures } from '@lodemark/platform/light';
import { isAdmissible, parseReceipt, verifyReceipt, type Receipt } from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { Row } from '../events/rows.js';
import type { RowResult } from '../events/send-batch.js';
import { sameJson } from '../join/registrar.js';
import { pinsOf } from '../root-log/pins.js';
import { RootLog } from '../root-log/root-log.js';
import type { Session } from '../session.js';
import { LogKeys, NoLogKey, type LogKey } from './log-keys.js';

/** What the receipts of a run were verified with. */
export interface Verified {
  readonly receipts: number;
  readonly logKeys: readonly {
    readonly facility: string;
    readonly kid: string;
    readonly rootIndex: number;
  }[];
  readonly rootLogKey: 'pinned' | 'as the registry names it';
}

/**
 * Verifies that receipts are what they have to be: signed by a key that the root log registers for that facility's
 * log, and about the very event that was sent. It believes neither the custody service nor the registry.
 */
export class ReceiptVerifier {
  private readonly checker = nodeSignatures(isAdmissible);
  private opened: Promise<{ readonly rootLog: RootLog; readonly keys: LogKeys }> | undefined;
  private count = 0;

  constructor(private readonly session: Session) {}

  /** Finds the root log, unless it was found before. @throws Failure */
  open(): Promise<{ readonly rootLog: RootLog; readonly keys: LogKeys }> {
    return (this.opened ??= this.find());
  }

  /** Why a row's receipt does not verify; undefined when it does, or there is none. @throws Failure */
  async faultOf(row: Row, { receipt, signedReceipt }: RowResult): Promise<string | undefined> {
    if (signedReceipt === undefined) return undefined;
    const parsed = parseReceipt(signedReceipt);
    if (!parsed.ok)
      return `the receipt is malformed: ${parsed.problems.map(({ detail }) => detail).join(' ')}`;
    const { rootLog, keys } = await this.open();
    try {
      const key = await keys.find(parsed.value.jws.header.kid);
      const verified = await verifyReceipt(signedReceipt, key.publicKey, this.checker);
      if (!verified.ok) return 'its signature is not that of the facility log';
      const fault = unlike(verified.value, {
        row,
        shown: receipt,
        key,
        origin: rootLog.network.logOrigin(key.facility),
      });
      if (fault === undefined) this.count += 1;
      return fault;
    } catch (error) {
      if (error instanceof NoLogKey) return error.message;
      throw error;
    }
  }

  /** Undefined when there was no receipt to verify. */
  async summary(): Promise<Verified | undefined> {
    if (this.count === 0) return undefined;
    const { rootLog, keys } = await this.open();
    return {
      receipts: this.count,
      logKeys: (await keys.used).map(({ facility, kid, rootIndex }) => ({ facility, kid, rootIndex })),
      rootLogKey: rootLog.pinned ? 'pinned' : 'as the registry names it',
    };
  }

  private async find() {
    try {
      const registry = this.session.service('registry');
      const rootLog = await RootLog.open(registry, pinsOf(this.session));
      return { rootLog, keys: new LogKeys(registry, rootLog) };
    } catch (error) {
      throw error instanceof Failure && error.exit !== EXIT.unproven ? withoutRegistry(error) : error;
    }
  }
}

// Whoever must post while the registry is away can, and verifies later: what was posted before has its first receipt.
function withoutRegistry({ code, exit, message, next, details, problem }: Failure): Failure {
  return new Failure({
    ...{ code, exit, details, problem },
    cause: `Receipts cannot be verified. ${message}`,
    next: `${next ?? ''} Or post with --no-verify, and the same file once more later: its receipts are verified then.`.trim(),
  });
}

/** How a signed receipt differs from one for this event. */
function unlike(
  receipt: Receipt,
  {
    row,
    shown,
    key,
    origin,
  }: { readonly row: Row; readonly shown: unknown; readonly key: LogKey; readonly origin: string },
): string | undefined {
  if (!sameJson(receipt, shown)) return 'what is signed is another receipt than the one that is shown';
  if (receipt.eventId !== row.eventId) return `it is for the event ${receipt.eventId}`;
  if (receipt.origin !== origin || (row.facility !== undefined && row.facility !== key.facility))
    return `it is of the log ${receipt.origin}, signed with a key of ${key.facility}`;
  // The custody service adds the clerk's pseudonym to what it signs itself: that payload is not known here.
  if (row.payloadDigest !== undefined && receipt.payloadDigest !== row.payloadDigest)
    return 'it is for another payload under the same eventId';
  if (key.until !== undefined && Date.parse(receipt.recordedAt) > Date.parse(key.until))
    return `its key ${key.kid} held until ${key.until}`;
  return undefined;
}
