/** A clock that stands still until a test moves it. */
export class TestClock {
  constructor(private at: Date = new Date('2026-11-24T09:00:00.000Z')) {}

  now(): Date {
    return new Date(this.at);
  }

  set(to: string): void {
    this.at = new Date(to);
  }

  advance(ms: number): void {
    this.at = new Date(this.at.getTime() + ms);
  }
}
