import type { Network } from '@lodemark/domain';
import {
  arbitrate,
  CursorMoved,
  type Backfill,
  type Contradiction,
  type FeedEntry,
  type LogConsumer,
  type Settlement,
} from '@lodemark/feed';
import { inTransaction } from '@lodemark/ledger';
import type { Clock } from '@lodemark/platform';
import type { Checkpoint, SignatureChecker } from '@lodemark/transparency';
import type { Pool, PoolClient } from 'pg';
import type { RootState } from '@lodemark/certificate';
import type { Alarms } from './alarms.js';
import { applyFacilityEntries } from './apply-facility-entries.js';
import { applyRootEntries, loadRootState } from './apply-root-entries.js';
import { FacilityReading, type ReadEntry } from './facility-reading.js';
import { frontierAt, heldLeaves, keepEntries, lockCursor, rootAt } from './kept-entries.js';
import type { SignedCheckpoints } from './signed-checkpoints.js';
import { undoEntries } from './undo-entries.js';

export interface IngestPorts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly network: Network;
  readonly checker: SignatureChecker;
  readonly backfill: Backfill;
  readonly checkpoints: SignedCheckpoints;
  readonly alarms: Alarms;
  /** Pinned leaf hash of the root log's first entry. */
  readonly genesis: string;
  /** Entries of this log were committed; `next` is its cursor. */
  readonly onApplied: (origin: string, next: number) => void;
  /** Somebody holds evidence that this log contradicts itself. */
  readonly onFork: (origin: string, checkpoints: readonly Checkpoint[]) => void;
}

interface RootSoFar {
  readonly next: number;
  readonly state: RootState;
}

/**
 * Applies one log: each entry once, in order, its effects and the cursor in one transaction (invariant 4). Never looks
 * at whether another log has arrived. Trouble with the database rejects, and the feed gives the entries again.
 */
export class LogIngest implements LogConsumer {
  private readonly log: { readonly origin: string; readonly kind: 'root' | 'facility' };
  /** What the root log said up to `next`; only for the root log, and only as far as this process brought it. */
  private root: RootSoFar | undefined;

  /** Only of a facility's log. */
  private readonly reading: FacilityReading | undefined;

  constructor(
    readonly origin: string,
    private readonly ports: IngestPorts,
  ) {
    const { network, pool, checker } = ports;
    const facility = network.facilityOf(origin);
    this.reading = facility === undefined ? undefined : new FacilityReading({ facility, pool, checker });
    this.log = { origin, kind: origin === ports.network.rootOrigin ? 'root' : 'facility' };
  }

  async apply(batch: readonly FeedEntry[]): Promise<void> {
    this.checkGenesis(batch);
    const { root } = this;
    // Whatever goes wrong below, the state in hand may have read entries that were never committed.
    this.root = undefined;
    // Before the transaction, so that a log is locked only as long as it is written.
    const read = (await this.reading?.of(batch)) ?? [];
    await inTransaction(this.ports.pool, (client) => this.write(client, batch, { root, read }));
    this.ports.onApplied(this.origin, (batch[0]?.index ?? 0) + batch.length);
  }

  expect(entries: readonly FeedEntry[]): void {
    this.reading?.expect(entries);
  }

  /** As `apply`, inside a transaction of the caller's. */
  async applyIn(client: PoolClient, batch: readonly FeedEntry[]): Promise<void> {
    await this.write(client, batch, { root: this.root, read: (await this.reading?.of(batch)) ?? [] });
  }

  private async write(
    client: PoolClient,
    batch: readonly FeedEntry[],
    { root, read }: { readonly root: RootSoFar | undefined; readonly read: readonly ReadEntry[] },
  ): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const cursor = await lockCursor(client, this.log);
    if (cursor.next !== first.index) throw new CursorMoved(cursor.next);
    await keepEntries(client, { origin: this.origin, cursor }, batch);
    const { network, checker } = this.ports;
    if (this.reading !== undefined) {
      await applyFacilityEntries(client, { origin: this.origin, checker }, read);
      return;
    }
    const state = root?.next === cursor.next ? root.state : await loadRootState(client, { network, checker });
    await applyRootEntries(client, { network, checker, state }, batch);
    this.root = { next: cursor.next + batch.length, state };
  }

  private checkGenesis([first]: readonly FeedEntry[]): void {
    const { genesis, alarms } = this.ports;
    if (this.log.kind !== 'root' || first?.index !== 0 || first.leafHash === genesis) return;
    const detail = `the root log begins with ${first.leafHash}, pinned is ${genesis}`;
    alarms.raise({ origin: this.origin, kind: 'wrong-genesis', index: 0, detail });
    throw new Error(detail);
  }

  heldLeaves(from: number, to: number): Promise<readonly string[]> {
    return heldLeaves(this.ports.pool, this.origin, { from, to });
  }

  async settle({ index, heldLeaf }: Contradiction): Promise<Settlement> {
    const { pool, backfill, checkpoints } = this.ports;
    const verifiedSize = await checkpoints.verifiedSize(this.origin);
    const verified = await frontierAt(pool, this.origin, verifiedSize);
    const judgement = await arbitrate(
      { origin: this.origin, index, heldLeaf },
      {
        held: { verified, rootAt: (size) => rootAt(pool, this.origin, size) },
        checkpoints: await checkpoints.atHand(this.origin),
        backfill,
      },
    );
    switch (judgement.kind) {
      case 'fork':
        this.ports.onFork(this.origin, judgement.checkpoints);
        return { kind: 'fork', detail: describeFork(judgement.checkpoints) };
      case 'replace':
        return this.replace(verifiedSize, judgement.entries);
      case 'held-stands':
      case 'undecided':
        return judgement;
    }
  }

  /** Puts entries that fit a signed checkpoint in the place of all that is held from `from` on. */
  async replace(from: number, entries: readonly FeedEntry[]): Promise<Settlement> {
    const reason = `entries from ${from} on fit no signed checkpoint`;
    this.root = undefined;
    await inTransaction(this.ports.pool, async (client) => {
      await lockCursor(client, this.log);
      await undoEntries(client, this.log, { size: from, at: this.ports.clock.now(), reason });
      await this.applyIn(client, entries);
    });
    const next = from + entries.length;
    this.ports.onApplied(this.origin, next);
    return { kind: 'replaced', from, next };
  }
}

function describeFork(checkpoints: readonly Checkpoint[]): string {
  const named = checkpoints.map(({ size, root }) => `size ${size} with root ${root}`);
  return `signed checkpoints contradict each other: ${named.join('; ')}`;
}
