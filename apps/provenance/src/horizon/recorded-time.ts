import { epochMilliseconds } from '@lodemark/domain';
import type { Clock } from '@lodemark/platform';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { HorizonNotFilled } from './horizon.js';

export interface RecordedTimePorts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly rootOrigin: string;
}

/**
 * Finds the horizon of an instant by the times of the root log's leaves, which never decrease. The same instant gets the
 * same horizon whenever it is asked about: where the root log that is known here leaves open which one that is, nothing
 * is answered.
 */
export class RecordedTime {
  constructor(private readonly ports: RecordedTimePorts) {}

  /** Size of the root log at an instant. @throws ReadRefusal, HorizonNotFilled */
  async sizeAt(asOf: string): Promise<number> {
    const instant = epochMilliseconds(asOf);
    const held = await this.held();
    const size = await this.lastBy(instant, held.size);
    if (size === 0 && held.size > 0) throw beforeGenesis(asOf);
    if (size === held.size) await this.mustBeSettled(asOf, held);
    return size;
  }

  /** Binary search: some twenty looks by primary key at a log of a million. */
  private async lastBy(instant: number, held: number): Promise<number> {
    let [low, high] = [0, held];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await this.timeOf(middle)) <= instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private async timeOf(index: number): Promise<number> {
    const { rows } = await this.ports.pool.query<{ recorded_at: string }>({
      name: 'root-leaf-time',
      text: `SELECT recorded_at FROM root_leaf WHERE idx = $1`,
      values: [index],
    });
    const [leaf] = rows;
    if (leaf === undefined) throw notKnown('the root log is being read anew');
    return epochMilliseconds(leaf.recorded_at);
  }

  private async held(): Promise<{ readonly size: number; readonly announced: number }> {
    const { rows } = await this.ports.pool.query<{ size: string; announced: string }>(
      `SELECT coalesce((SELECT next FROM log WHERE origin = $1), 0) AS size,
         coalesce((SELECT max(size) FROM root_checkpoint), 0) AS announced`,
      [this.ports.rootOrigin],
    );
    return { size: toCount(rows[0]?.size ?? 0), announced: toCount(rows[0]?.announced ?? 0) };
  }

  /** After the last leaf that is here there may be more by the same instant, still on their way or still to come. */
  private async mustBeSettled(
    asOf: string,
    { size, announced }: { readonly size: number; readonly announced: number },
  ): Promise<void> {
    if (size === 0) throw notKnown('nothing of the root log is here yet');
    if (announced > size)
      throw notKnown(`of the root log's ${announced} entries ${size} are here, all recorded by ${asOf}`);
    const instant = epochMilliseconds(asOf);
    if (instant <= Math.max(this.ports.clock.now().getTime(), await this.timeOf(size - 1))) return;
    throw new ReadRefusal({
      code: 'as-of-in-future',
      detail: `What will be recorded by ${asOf} is not known yet.`,
      facts: { asOf },
    });
  }
}

function beforeGenesis(asOf: string): ReadRefusal {
  return new ReadRefusal({
    code: 'as-of-before-genesis',
    detail: `The root log's first entry was recorded after ${asOf}.`,
    facts: { asOf },
  });
}

function notKnown(detail: string): HorizonNotFilled {
  return new HorizonNotFilled(null, [], detail);
}
