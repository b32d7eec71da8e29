/** Does one piece of work after the other, in the order in which it was asked for; one that fails holds up no other. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.catch(() => undefined).then(work);
    this.last = turn;
    return turn;
  }
}
