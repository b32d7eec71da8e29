import type { Clock } from '@lodemark/platform';

/** A clock that a scenario sets while it drives, and that runs on by itself once it is let go. */
export class RunOnClock implements Clock {
  private at: number;
  private since: number | undefined;

  constructor(start: Date) {
    this.at = start.getTime();
  }

  now(): Date {
    return new Date(this.at + (this.since === undefined ? 0 : Math.round(performance.now() - this.since)));
  }

  set(to: Date): void {
    this.at = to.getTime();
  }

  /** From here on it runs like a clock on the wall. */
  letGo(): void {
    this.since = performance.now();
  }
}
