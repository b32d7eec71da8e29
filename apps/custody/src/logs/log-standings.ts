import { Injectable } from '@nestjs/common';

/** The registry holds a checkpoint that this log's own key signed and that the log here does not bear out. */
export class LogContradicted extends Error {
  override readonly name = 'LogContradicted';

  constructor(
    readonly facility: string,
    readonly registrySize: number,
    readonly ownSize: number,
  ) {
    super(
      `The registry holds a checkpoint of ${facility} of size ${registrySize}, which the log here (size ${ownSize}) ` +
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

  clear(facility: string): void {
    this.contradicted.delete(facility);
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
