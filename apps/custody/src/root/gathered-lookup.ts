import { setImmediate as othersTurn } from 'node:timers/promises';

/**
 * Looks values up by key, for everybody who asks at about the same time in one go: whoever asks while a look-up is
 * under way is answered by the next one, never by one that began before the question.
 */
export class GatheredLookup<K, V> {
  private next: { readonly keys: Set<K>; readonly found: Promise<ReadonlyMap<K, V>> } | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly look: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>) {}

  /** What was found, perhaps with what others asked for. Rejects as the look-up does. */
  find(keys: readonly K[]): Promise<ReadonlyMap<K, V>> {
    if (this.next === undefined) {
      const gathered = new Set<K>();
      this.next = { keys: gathered, found: this.lookAfter(this.last, gathered) };
      this.last = this.next.found.catch(() => undefined);
    }
    for (const key of keys) this.next.keys.add(key);
    return this.next.found;
  }

  private async lookAfter(last: Promise<unknown>, keys: Set<K>): Promise<ReadonlyMap<K, V>> {
    await last;
    // Requests that arrived together are read one after the other in this turn of the loop.
    await othersTurn();
    this.next = undefined;
    return this.look([...keys]);
  }
}
