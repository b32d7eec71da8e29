import { lotsNamed, type CustodyEvent, type LotState } from '@lodemark/domain';
import { equalBytes, toHex } from '@lodemark/transparency';
import { BatchState, referredEvent } from '../batch-state.js';
import { earlierCorrections } from '../concerned-lots.js';
import { FacilityBatch } from '../facility-batch.js';
import type { HeadRow } from '../log-head.js';
import type { EventStore } from './event-store.js';
import type { ReadEntry } from './stored-row.js';
import type { Findings } from './findings.js';
import type { LotAudit } from './lot-audit.js';

export interface ReplayAuditParts {
  readonly head: HeadRow;
  readonly findings: Findings;
  readonly lots: LotAudit;
  readonly events: EventStore;
  /** False: the log is not decided again. */
  readonly isWanted: boolean;
}

/**
 * Posts every recorded event once more, in order, each at its own recordedAt and root: what was accepted must be
 * accepted again, with the same bytes, so masses were conserved by every decision and not only in the end.
 */
export class ReplayAudit {
  private readonly state = new BatchState();

  constructor(private readonly parts: ReplayAuditParts) {}

  /** Lot states as the decisions, one after the other, leave them; undefined when nothing was replayed. */
  get states(): ReadonlyMap<string, LotState> | undefined {
    return this.parts.isWanted ? this.state.lots : undefined;
  }

  async add({ row, entry, event, payloadDigest }: ReadEntry): Promise<void> {
    if (!this.parts.isWanted) return;
    const { state } = this;
    const referred = referredEvent(event);
    const wanted = [event.eventId, referred].filter((id) => id !== undefined);
    await this.loadContents(wanted);
    if (event.type === 'Corrected') await this.loadHistories(event);
    const head = { ...this.parts.head, size: row.index, verifiedRoot: entry.root };
    const outcome = new FacilityBatch(head, entry.recordedAt, state).decide({
      jws: entry.jws,
      event,
      payloadDigest,
    });
    const [draft] = state.drafts.splice(0);
    if (draft === undefined) {
      const why = outcome.kind === 'refused' ? `${outcome.kind}: ${outcome.refusal.code}` : outcome.kind;
      this.parts.findings.add('decision-differs', row.index, `Decided again, this is ${why}.`);
    } else if (!equalBytes(draft.data, row.data)) {
      this.parts.findings.add(
        'decision-differs',
        row.index,
        `Decided again, the leaf is ${toHex(draft.leaf)}.`,
      );
    }
    this.forget([...wanted, event.eventId]);
  }

  private async loadContents(eventIds: readonly string[]): Promise<void> {
    for (const id of eventIds) {
      const known = this.state.events.get(id);
      if (known === undefined) continue;
      const [content] = await this.parts.events.read([known.index]);
      if (content !== undefined) this.state.events.set(id, { ...known, content });
    }
  }

  private async loadHistories(correction: Extract<CustodyEvent, { type: 'Corrected' }>): Promise<void> {
    const { eventId } = correction.target;
    const targetLots = this.state.events.get(eventId)?.content?.lots ?? [];
    await this.loadHistoriesOf([...lotsNamed(correction), ...targetLots]);
    const earlier = earlierCorrections(eventId, targetLots, this.state);
    await this.loadHistoriesOf(earlier.flatMap(({ event }) => lotsNamed(event)));
  }

  private async loadHistoriesOf(lots: readonly string[]): Promise<void> {
    for (const lot of lots) this.state.histories.set(lot, await this.parts.lots.history(lot));
  }

  /** Keeps memory to what every later decision needs: where an event stands, not what it says. */
  private forget(eventIds: readonly string[]): void {
    const { state } = this;
    for (const id of eventIds) {
      const known = state.events.get(id);
      if (known === undefined) continue;
      const { index, leaf, recordedAt, payloadDigest } = known;
      state.events.set(id, { index, leaf, recordedAt, payloadDigest });
    }
    state.histories.clear();
    state.changed.clear();
  }
}
