import {
  concatBytes,
  equalBytes,
  Frontier,
  leafHash,
  rootOf,
  TILE_WIDTH,
  toHex,
} from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { readCheckpointNote } from '../ledger-reader.js';
import type { HeadRow } from '../log-head.js';
import { toCount, type Tables } from '../tables.js';
import type { Findings } from './findings.js';

/** Builds the tree again from the entries' bytes, and compares leaf hashes, tiles, checkpoints and the head. */
export class TreeAudit {
  private readonly frontier = Frontier.empty();
  /** Hashes of the unfinished tile on each level. */
  private readonly pending: Uint8Array[][] = [];
  private fullTiles = 0;
  private readonly checkpoints = new Map<number, string>();

  private readonly head: HeadRow;
  private readonly findings: Findings;

  constructor(
    private readonly client: ClientBase,
    private readonly tables: Tables,
    { head, findings }: { readonly head: HeadRow; readonly findings: Findings },
  ) {
    this.head = head;
    this.findings = findings;
  }

  async begin(): Promise<void> {
    const { rows } = await this.client.query<{ size: string; note: string }>(
      `SELECT size, note FROM ${this.tables.checkpoint} WHERE log_id = $1`,
      [this.head.id],
    );
    for (const { size, note } of rows) this.checkpoints.set(toCount(size), note);
    this.compareCheckpoint();
  }

  async add(entry: {
    readonly data: Uint8Array;
    readonly leaf: Uint8Array;
    readonly index: number;
  }): Promise<void> {
    const leaf = leafHash(entry.data);
    if (!equalBytes(leaf, entry.leaf)) {
      this.findings.add('leaf-differs', entry.index, `Stored ${toHex(entry.leaf)}, derived ${toHex(leaf)}.`);
    }
    this.frontier.append(leaf);
    await this.push(0, leaf);
    this.compareCheckpoint();
  }

  async end(): Promise<void> {
    const { frontier, head } = this;
    const root = toHex(frontier.root());
    if (frontier.size !== head.size || root !== head.root) {
      this.findings.add(
        'head-differs',
        null,
        `Head (${head.size}, ${head.root}), derived (${frontier.size}, ${root}).`,
      );
    }
    if (!equalBytes(frontier.serialize(), head.frontier)) {
      this.findings.add('head-differs', null, 'The stored frontier is not that of the entries.');
    }
    const { rows } = await this.client.query<{ tiles: string }>(
      `SELECT count(*) AS tiles FROM ${this.tables.tile} WHERE log_id = $1`,
      [head.id],
    );
    const stored = toCount(rows[0]?.tiles ?? 0);
    if (stored !== this.fullTiles) {
      this.findings.add('tile-differs', null, `${stored} tiles are stored, ${this.fullTiles} are full.`);
    }
    for (const size of this.checkpoints.keys()) {
      this.findings.add(
        'checkpoint-contradicts-log',
        null,
        `A checkpoint of size ${size} is beyond the log.`,
      );
    }
  }

  private async push(level: number, hash: Uint8Array): Promise<void> {
    const hashes = (this.pending[level] ??= []);
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    this.pending[level] = [];
    this.fullTiles += 1;
    const root = rootOf(hashes);
    await this.compareTile(level, { hashes: concatBytes(...hashes), root });
    await this.push(level + 1, root);
  }

  private async compareTile(level: number, derived: { hashes: Uint8Array; root: Uint8Array }): Promise<void> {
    const index = Math.floor((this.frontier.size - 1) / TILE_WIDTH ** (level + 1));
    const { rows } = await this.client.query<{ hashes: Buffer; root: Buffer }>(
      `SELECT hashes, root FROM ${this.tables.tile} WHERE log_id = $1 AND level = $2 AND n = $3`,
      [this.head.id, level, index],
    );
    const stored = rows[0];
    if (stored && equalBytes(stored.hashes, derived.hashes) && equalBytes(stored.root, derived.root)) return;
    const what = stored === undefined ? 'is missing' : 'is not made of the entries';
    this.findings.add('tile-differs', null, `Tile ${level}/${index} ${what}.`);
  }

  private compareCheckpoint(): void {
    const { size } = this.frontier;
    const note = this.checkpoints.get(size);
    if (note === undefined) return;
    this.checkpoints.delete(size);
    try {
      const { origin, root, size: stated } = readCheckpointNote(note);
      if (origin === this.head.origin && stated === size && root === toHex(this.frontier.root())) return;
    } catch {
      // Reported below like any other note that does not fit.
    }
    this.findings.add(
      'checkpoint-contradicts-log',
      size - 1,
      `The checkpoint of size ${size} is not the log's.`,
    );
  }
}
