import { Network } from '@lodemark/domain';
import { LedgerReader, LogKeeping } from '@lodemark/ledger';
import { signCheckpoint, toHex } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { CustodyConfig } from '../custody-config.js';
import { HeldKeys } from '../facilities/held-keys.js';
import { CONFIG, DATABASE } from '../ports.js';

const TIMEOUT_MS = 10_000;

/** The registry did not take a checkpoint; the log stays as it is, and the next round tries again. */
export class CheckpointNotTaken extends Error {
  constructor(facility: string, reason: string) {
    super(`the registry did not take the checkpoint of ${facility}: ${reason}`);
    this.name = 'CheckpointNotTaken';
  }
}

/**
 * Signs the checkpoint of every log that moved, keeps it, and hands it to the registry with the proof that it extends
 * the last one that was taken (design.md section 4, Checkpoints). Kept before it is handed in: a crash between the two
 * hands in the same note again.
 */
@Injectable()
export class CheckpointPublisher {
  constructor(
    @Inject(DATABASE) private readonly pool: Pool,
    @Inject(CONFIG) private readonly config: CustodyConfig,
    private readonly reader: LedgerReader,
    private readonly keeping: LogKeeping,
    private readonly network: Network,
    private readonly keys: HeldKeys,
  ) {}

  /** Tries every log; rejects with the first refusal after all were tried. */
  async publish(): Promise<void> {
    const failures: unknown[] = [];
    for (const origin of await this.reader.origins()) {
      const facility = this.network.facilityOf(origin);
      if (facility === undefined) continue;
      try {
        await this.publishLog(origin, facility);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  private async publishLog(origin: string, facility: string): Promise<void> {
    const { size, root } = await this.reader.head(origin);
    const taken = await this.takenSize(facility);
    if (size === 0 || size === taken) return;
    const key = await this.keys.open(facility, 'log');
    const note = (
      await this.keeping.saveCheckpoint(origin, await signCheckpoint({ origin, size, root }, key.signer))
    ).note;
    const consistencyProof =
      taken === 0 ? [] : (await this.reader.consistencyProof(origin, taken, size)).map(toHex);
    await this.handIn(facility, { checkpoint: note, consistencyProof });
    await this.pool.query(
      `INSERT INTO custody.handed_in (facility, size) VALUES ($1, $2)
       ON CONFLICT (facility) DO UPDATE SET size = GREATEST(custody.handed_in.size, EXCLUDED.size)`,
      [facility, size],
    );
  }

  private async takenSize(facility: string): Promise<number> {
    const { rows } = await this.pool.query<{ size: string }>(
      'SELECT size FROM custody.handed_in WHERE facility = $1',
      [facility],
    );
    return Number(rows[0]?.size ?? 0);
  }

  private async handIn(
    facility: string,
    body: { checkpoint: string; consistencyProof: string[] },
  ): Promise<void> {
    const response = await fetch(`${this.config.registryUrl}/v1/checkpoints`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok)
      throw new CheckpointNotTaken(
        facility,
        `${String(response.status)} ${(await response.text()).slice(0, 500)}`,
      );
  }
}
