import { fromHex, toHex, verifyConsistency, type Checkpoint } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { CustodyConfig } from '../custody-config.js';
import { CONFIG } from '../ports.js';
import { extended, RootCursor, type RootPosition } from './root-cursor.js';
import { RootLogUntrusted, RootReader, type RootEntry } from './root-reader.js';
import { VerifiedRootNotes } from './verified-root-notes.js';

/**
 * Keeps up with the root log: recomputes its tree from the entries, proves each page to be a part of what the registry
 * signed, applies it, and notes the checkpoint for the facilities' logs, whose later entries name it as their causal
 * past (design.md section 4, Entry bytes). Pages are applied one by one, so a long log needs neither memory nor one
 * long transaction.
 */
@Injectable()
export class RootFollower {
  private syncing: Promise<number> | undefined;
  private reason: string | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: CustodyConfig,
    private readonly root: RootReader,
    private readonly cursor: RootCursor,
    private readonly notes: VerifiedRootNotes,
  ) {}

  /** Size of the tree that is verified and applied, by whatever process; 0 before the first time. */
  async verifiedSize(): Promise<number> {
    return (await this.cursor.position()).size;
  }

  /** Why the root log as it is served now is not to be trusted; undefined when nothing is known against it. */
  get untrusted(): string | undefined {
    return this.reason;
  }

  /**
   * Resolves with the size verified. One look at a time: whoever asks while one is under way waits for it and for one
   * more. @throws RootLogUntrusted
   */
  async sync(): Promise<number> {
    while (this.syncing !== undefined) await this.syncing.catch(() => undefined);
    this.syncing = this.syncOnce().finally(() => {
      this.syncing = undefined;
    });
    return this.syncing;
  }

  private async syncOnce(): Promise<number> {
    try {
      const size = await this.catchUp();
      this.reason = undefined;
      return size;
    } catch (error) {
      if (error instanceof RootLogUntrusted) this.reason = error.reason;
      throw error;
    }
  }

  private async catchUp(): Promise<number> {
    // Before the checkpoint is fetched: another process may be ahead of it, a registry that went back may not.
    let position = await this.cursor.position();
    this.checkGenesis(position.genesis);
    const checkpoint = await this.root.checkpoint();
    this.checkSize(checkpoint?.size ?? 0, position);
    if (checkpoint === undefined) return 0;
    while (position.size < checkpoint.size) {
      const entries = await this.root.entries(position.size, checkpoint.size);
      if (position.size === 0) this.checkGenesis(entries[0] && toHex(entries[0].leaf));
      await this.prove(position, entries, checkpoint);
      await this.cursor.advance(position, entries);
      position = await this.cursor.position();
    }
    if (position.size > checkpoint.size) return position.size;
    if (toHex(position.frontier.root()) !== checkpoint.root)
      throw new RootLogUntrusted(`two roots are signed for size ${checkpoint.size}`);
    await this.notes.note(checkpoint);
    return position.size;
  }

  private checkSize(signed: number, position: RootPosition): void {
    if (signed >= position.size) return;
    throw new RootLogUntrusted(`its signed size went back from ${position.size} to ${signed}`);
  }

  private checkGenesis(leaf: string | undefined): void {
    if (leaf === undefined || leaf === this.config.genesis) return;
    throw new RootLogUntrusted(`its genesis is ${leaf} and not the pinned ${this.config.genesis}`);
  }

  private async prove(
    position: RootPosition,
    entries: readonly RootEntry[],
    checkpoint: Checkpoint,
  ): Promise<void> {
    const longer = extended(position.frontier, entries);
    const root = longer.root();
    if (longer.size === checkpoint.size) {
      if (toHex(root) === checkpoint.root) return;
      throw new RootLogUntrusted('its entries do not give the root that it signed');
    }
    const proof = await this.root.consistencyProof(longer.size, checkpoint.size);
    const newRoot = fromHex(checkpoint.root);
    const claim = { oldSize: longer.size, oldRoot: root, newSize: checkpoint.size, proof };
    if (newRoot !== undefined && verifyConsistency({ ...claim, newRoot })) return;
    throw new RootLogUntrusted(`its first ${longer.size} entries are no part of what it signed`);
  }
}
