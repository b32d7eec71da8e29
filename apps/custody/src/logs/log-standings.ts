import { Injectable } from '@nestjs/common';

/** Who holds a checkpoint that the log here does not bear out: the registry, or the log's own signer. */
export type HeldBy = 'registry' | 'signer';

/** A checkpoint that this log's own key signed is held elsewhere, and the log here does not bear it out. */
export class LogContradicted extends Error {
  override readonly name = 'LogContradicted';

  constructor(
    readonly facility: string,
    readonly heldBy: HeldBy,
    readonly sizes: { readonly held: number; readonly own: number },
  ) {
    super(
      `The ${heldBy} holds a checkpoint of ${facility} of size ${sizes.held}, which the log here (size ${sizes.own}) ` +
        'does not bear out: was an old backup restored? Nothing is signed or recorded for it.',
    );
  }
}

/**
 * Logs that must not go on: whatever they recorded now would contradict what the network has seen of them, and a
 * receipt for it could not be kept.
 */
@Injectable()
export class LogStandings {
  private readonly contradicted = new Map<string, LogContradicted>();

  contradict(reason: LogContradicted): LogContradicted {
    this.contradicted.set(reason.facility, reason);
    return reason;
  }

  /** What one of them held against the log is settled; what the other holds stays. */
  clear(facility: string, heldBy: HeldBy): void {
    if (this.contradicted.get(facility)?.heldBy === heldBy) this.contradicted.delete(facility);
  }

  /** Why the facility's log must not go on; undefined when nothing is known against it. */
  reason(facility: string): LogContradicted | undefined {
    return this.contradicted.get(facility);
  }

  /** Facilities whose logs must not go on, sorted. */
  get facilities(): readonly string[] {
    return [...this.contradicted.keys()].sort();
  }
}
