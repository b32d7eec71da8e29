import { epochMilliseconds, type Network } from '@lodemark/domain';
import { toldOf, type HandOver, type Told } from '@lodemark/policy';
import type { Pool } from 'pg';
import type { Visibility } from '../access/visibility.js';
import { toCount } from '../database/tables.js';
import type { Dossier, Dossiers } from '../evidence/dossier.js';
import type { EntryPlace, StoredEntries } from '../evidence/stored-entries.js';
import { COUNTED, countedArrays, type FilledHorizon } from '../horizon/horizon.js';
import { refOf } from '../lots/lot-view.js';
import { packageStates } from '../timeline/hand-over-state.js';
import type { InboundDispatchResponse, PendingReceiptResponse } from './inbound.response.js';
import { receiptDraft } from './receipt-draft.js';

export interface Inbound {
  readonly dispatches: readonly InboundDispatchResponse[];
  readonly pending: readonly PendingReceiptResponse[];
}

/** What is on its way to a facility. */
export class InboundDispatches {
  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
    private readonly stored: StoredEntries,
    private readonly dossiers: Dossiers,
  ) {}

  async of(horizon: FilledHorizon, facility: string, visibility: Visibility): Promise<Inbound> {
    const counted = await this.stored.at(horizon, await this.places(horizon, facility));
    const dossier = await this.dossiers.shown(horizon, counted, visibility);
    const addressed = toldOf(dossier.sorted.told, 'Dispatched').filter(({ event }) => event.to === facility);
    return {
      dispatches: addressed
        .flatMap(({ entry }) => dossier.lineage.handOver(entry.payloadDigest) ?? [])
        .flatMap((handOver) => openDispatch(handOver))
        .sort((a, b) => epochMilliseconds(a.dispatchedAt) - epochMilliseconds(b.dispatchedAt)),
      pending: pendingReceipts(dossier, facility),
    };
  }

  /** Dispatches ever addressed to it, receipts of its own, and whatever names one of these dispatches. */
  private async places(horizon: FilledHorizon, facility: string): Promise<readonly EntryPlace[]> {
    const { rows } = await this.pool.query<{ origin: string; idx: string }>(
      `WITH ${COUNTED},
       addressed AS (
         SELECT d.digest, d.origin, d.idx FROM dispatch d
         JOIN counted c ON c.origin = d.origin AND d.idx < c.size WHERE d.receiver = $3
       ),
       named AS (
         SELECT digest FROM addressed
         UNION
         SELECT r.digest FROM dispatch_reference r JOIN counted c ON c.origin = r.origin AND r.idx < c.size
         WHERE r.origin = $4
       ),
       place AS (
         SELECT d.origin, d.idx FROM dispatch d JOIN named USING (digest)
         UNION
         SELECT r.origin, r.idx FROM dispatch_reference r JOIN named USING (digest)
       ),
       corrected AS (
         SELECT k.origin, k.idx FROM place p JOIN event e USING (origin, idx)
         JOIN event k ON k.origin = e.origin AND k.corrects = e.event_id
       )
       SELECT origin, idx FROM place UNION SELECT origin, idx FROM corrected ORDER BY origin, idx`,
      [...countedArrays(horizon), facility, this.network.logOrigin(facility)],
    );
    return rows.map(({ origin, idx }) => ({ origin, idx: toCount(idx) }));
  }
}

function openDispatch(handOver: HandOver): InboundDispatchResponse[] {
  const { event, entry, ref } = handOver.dispatch;
  const open = new Map(
    event.lots
      .map(({ lot }) => [lot, openPackages(handOver, lot)] as const)
      .filter(([, packages]) => packages.length > 0),
  );
  if (open.size === 0) return [];
  const digest = entry.payloadDigest;
  return [
    {
      ...{ dispatch: digest, from: event.facility, shipment: event.shipment, dispatchedAt: event.occurredAt },
      expectedAt: event.expectedAt ?? null,
      waybill: event.waybill ?? null,
      open: [...open].flatMap(([lot, packages]) => packages.map((id) => ({ lot, package: id }))),
      entry: refOf(ref),
      receipt: receiptDraft(event, digest, open),
    },
  ];
}

function openPackages(handOver: HandOver, lot: string): readonly string[] {
  return [...packageStates(handOver, lot)].filter(([, state]) => state === 'open').map(([id]) => id);
}

function pendingReceipts({ sorted, lineage }: Dossier, facility: string): PendingReceiptResponse[] {
  const isPending = ({ event }: Told<'Received'>) =>
    event.facility === facility && lineage.handOver(event.dispatch) === undefined;
  return toldOf(sorted.told, 'Received')
    .filter(isPending)
    .map(({ event, ref }) => ({
      dispatch: event.dispatch,
      lots: event.lots.map(({ lot }) => lot),
      receivedAt: event.occurredAt,
      entry: refOf(ref),
    }));
}
