/** Where a service takes the time from; a provider, so that scenarios can drive it. */
export interface Clock {
  /** The present instant. Each call returns a fresh `Date`. */
  now(): Date;
}

export const CLOCK = Symbol('CLOCK');

/** The operating system's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is set or advanced; for scenarios and the demo. */
export class DrivenClock implements Clock {
  private milliseconds: number;

  constructor(start: Date) {
    this.milliseconds = instant(start);
  }

  now(): Date {
    return new Date(this.milliseconds);
  }

  /** Moves to an instant, which may lie before the present one: a scenario may drive a clock that was wrong. */
  set(to: Date): void {
    this.milliseconds = instant(to);
  }

  /** Moves forward by whole milliseconds; a negative step is a `RangeError`. */
  advance(milliseconds: number): void {
    if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) {
      throw new RangeError(`A clock advances by whole milliseconds from 0, not by ${milliseconds}`);
    }
    this.milliseconds += milliseconds;
  }
}

function instant(date: Date): number {
  const milliseconds = date.getTime();
  if (Number.isNaN(milliseconds)) throw new RangeError('A clock cannot be set to an invalid date');
  return milliseconds;
}
