import { HeadsMap } from '@lodemark/transparency';
import { Tree } from './tree.js';
import type { WorldLog } from './world.js';

/** One log while it is signed. */
export class SealedLog {
  readonly bytes: Uint8Array[] = [];
  readonly leaves: Uint8Array[] = [];
  readonly sizes: number[] = [];
  readonly map = new HeadsMap();
  readonly tree = new Tree(this.leaves);
  private readonly next = new Map<string, number>();

  constructor(readonly world: WorldLog) {}

  count(names: readonly string[]): Record<string, number> {
    const numbers = names.map((name): [string, number] => [name, this.next.get(name) ?? 0]);
    for (const [name, number] of numbers) this.next.set(name, number + 1);
    return Object.fromEntries(numbers);
  }
}
