import { Frontier, leafHash, TILE_WIDTH, tileWidth, toHex } from '@lodemark/transparency';
import { entryBundle } from '../log/derived-log.js';
import type { LogSource } from '../log/log-source.js';
import type { Alarm } from './alarm.js';

/** A signed tree, and the note that says so. */
export interface SignedTree {
  readonly size: number;
  /** Lowercase hex. */
  readonly root: string;
  readonly note: string;
}

/** Reads the next entry of a log; what is wrong with it, or undefined. */
export type ReadEntry = (
  entry: Uint8Array,
  index: number,
) => Promise<string | undefined> | string | undefined;

/**
 * One log, read entry by entry from its beginning: every tree that is signed of it has to be the tree of what was read.
 * Of a log that broke once nothing more is read.
 */
export class WatchedLog {
  private readonly frontier = Frontier.empty();
  /** Root at each size, lowercase hex. */
  private readonly roots: string[] = [toHex(Frontier.empty().root())];
  private last: SignedTree | undefined;
  private isBroken = false;

  constructor(
    readonly origin: string,
    private readonly source: LogSource,
    private readonly read: ReadEntry,
    /** What an earlier run of the monitor saw signed. */
    private readonly before: SignedTree | undefined,
  ) {}

  /** Undefined beyond what was read. */
  rootAt(size: number): string | undefined {
    return this.roots[size];
  }

  /** Reads up to a signed tree and compares. @throws Failure when the log cannot be read */
  async advance(signed: SignedTree): Promise<readonly Alarm[]> {
    if (this.isBroken) return [];
    const alarms = [...this.contradictions(signed)];
    if (alarms.length === 0) alarms.push(...(await this.readTo(signed)));
    const isBroken = alarms.some(({ code }) => code !== 'entry-wrong');
    if (!isBroken) this.last = signed;
    this.isBroken = isBroken && !alarms.some(({ code }) => code === 'rolled-back');
    return alarms;
  }

  private contradictions(signed: SignedTree): readonly Alarm[] {
    const seen = this.last ?? this.before;
    if (seen === undefined) return [];
    const evidence = [seen.note, signed.note];
    const about = { origin: this.origin, at: signed.size, evidence };
    if (signed.size < seen.size) {
      // An earlier tree than the last may be shown by a cache; another tree of that size never.
      const known = this.rootAt(signed.size);
      if (known !== undefined && known !== signed.root)
        return [{ ...about, code: 'equivocation', detail: `two trees of size ${signed.size} are signed` }];
      return [
        {
          ...about,
          code: 'rolled-back',
          detail: `size ${seen.size} was signed, and ${signed.size} is shown`,
        },
      ];
    }
    if (signed.size === seen.size && signed.root !== seen.root)
      return [{ ...about, code: 'equivocation', detail: `two trees of size ${signed.size} are signed` }];
    return [];
  }

  private async readTo(signed: SignedTree): Promise<readonly Alarm[]> {
    const alarms: Alarm[] = [];
    while (this.frontier.size < signed.size) {
      for (const entry of await this.bundleAt(this.frontier.size, signed.size)) {
        const index = this.frontier.size;
        this.frontier.append(leafHash(entry));
        this.roots.push(toHex(this.frontier.root()));
        const problem = await this.read(entry, index);
        if (problem !== undefined)
          alarms.push({ code: 'entry-wrong', origin: this.origin, at: index, detail: problem });
      }
    }
    for (const tree of [this.before, signed]) {
      if (tree === undefined || this.rootAt(tree.size) === tree.root) continue;
      const detail = `the first ${tree.size} entries have the root ${this.rootAt(tree.size) ?? ''}, and ${tree.root} was signed`;
      const evidence = [...new Set([tree.note, signed.note])];
      alarms.push({ code: 'fork', origin: this.origin, at: tree.size, detail, evidence });
    }
    return alarms;
  }

  private async bundleAt(index: number, size: number): Promise<readonly Uint8Array[]> {
    const bundle = Math.floor(index / TILE_WIDTH);
    const tile = { level: 'entries', index: bundle, width: tileWidth('entries', bundle, size) } as const;
    const { entries } = await entryBundle(this.source, tile);
    return entries.slice(index % TILE_WIDTH);
  }
}
