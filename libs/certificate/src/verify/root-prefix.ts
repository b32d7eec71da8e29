import type { Network } from '@lodemark/domain';
import type { Horizon, LogFault, ParkedEntry, RootStatement } from '@lodemark/policy';
import {
  EMPTY_ROOT,
  Frontier,
  leafHash,
  toHex,
  type PublicJwk,
  type SignatureChecker,
  type StatusChange,
} from '@lodemark/transparency';
import { RootState, type RootLeaf } from '../reading/root-state.js';

/** A checkpoint of a facility log in the root log that reaches further than those before it. */
export interface CoveringCheckpoint {
  readonly rootIndex: number;
  /** recordedAt of the root leaf that holds it. */
  readonly at: string;
  readonly size: number;
  /** Lowercase hex. */
  readonly root: string;
}

/** A key as the root log registered it. */
export interface RegisteredKey {
  readonly rootIndex: number;
  readonly jwk: PublicJwk;
}

/** A document that the root log names: a certificate or a status list. */
export interface NamedDocument {
  readonly index: number;
  readonly at: string;
  /** SHA-256 of its bytes, lowercase hex. */
  readonly digest: string;
  /** Of a status list: what it changes and why. */
  readonly changes: readonly StatusChange[];
}

interface PlacedLeaf {
  readonly index: number;
  readonly leaf: RootLeaf;
  readonly hash: Uint8Array;
}

/** What the root log says up to a horizon, read from nothing but its own entries. */
export interface RootView {
  readonly horizon: Horizon;
  readonly statements: readonly RootStatement[];
  readonly faults: readonly LogFault[];
  readonly parked: readonly Omit<ParkedEntry, 'lots'>[];
  readonly keys: ReadonlyMap<string, RegisteredKey>;
  /** How many entries of each facility log count, and under which root; by origin. */
  readonly counted: ReadonlyMap<string, CoveringCheckpoint>;
  /** In root log order, by origin. */
  readonly coverage: ReadonlyMap<string, readonly CoveringCheckpoint[]>;
}

/** The tree that root log entries make: hashed only, so that nothing is read of what no checkpoint was signed for. */
export class RootTree {
  /** Root hash at each size, lowercase hex; at 0 the empty tree's. */
  readonly roots: readonly string[];
  readonly hashes: readonly Uint8Array[];

  constructor(readonly entries: readonly Uint8Array[]) {
    const frontier = Frontier.empty();
    this.hashes = entries.map((bytes) => leafHash(bytes));
    this.roots = [
      toHex(EMPTY_ROOT),
      ...this.hashes.map((hash) => {
        frontier.append(hash);
        return toHex(frontier.root());
      }),
    ];
  }

  /** Leaf hash of entry 0: what verifiers pin. */
  get genesis(): string {
    return toHex(this.hashes[0] ?? new Uint8Array());
  }
}

/** The root log from its genesis on, read entry by entry as provenance reads it. */
export class RootPrefix {
  /** By size: what it says up to there is asked for more than once. */
  private readonly views = new Map<number, RootView>();

  private constructor(
    private readonly network: Network,
    private readonly roots: readonly string[],
    private readonly leaves: readonly PlacedLeaf[],
  ) {}

  static async read(tree: RootTree, network: Network, checker: SignatureChecker): Promise<RootPrefix> {
    const state = new RootState(network, checker);
    const leaves: PlacedLeaf[] = [];
    for (const [index, bytes] of tree.entries.entries()) {
      leaves.push({ index, hash: tree.hashes[index] ?? leafHash(bytes), leaf: await state.read(bytes) });
    }
    return new RootPrefix(network, tree.roots, leaves);
  }

  get size(): number {
    return this.leaves.length;
  }

  /** Lowercase hex; undefined beyond the prefix. */
  rootAt(size: number): string | undefined {
    return this.roots[size];
  }

  documents(kind: 'certificate' | 'status'): readonly NamedDocument[] {
    return this.leaves.flatMap(({ index, leaf }) => {
      if (leaf.kind !== kind) return [];
      const { recordedAt: at, digest } = leaf;
      return [{ index, at, digest, changes: leaf.kind === 'status' ? leaf.changes : [] }];
    });
  }

  /** recordedAt of the last entry of a prefix of it, RFC 3339. */
  timeAt(size: number): string | undefined {
    return this.leaves[size - 1]?.leaf.recordedAt;
  }

  /** What it says up to `size`, as evidence; undefined when the prefix ends before, or for the empty log. */
  at(size: number): RootView | undefined {
    const known = this.views.get(size);
    const [rootHash, at] = [this.rootAt(size), this.timeAt(size)];
    if (known !== undefined || rootHash === undefined || at === undefined) return known;
    const view = this.viewAt({ size, rootHash, at });
    this.views.set(size, view);
    return view;
  }

  private viewAt(horizon: Horizon): RootView {
    const leaves = this.leaves.slice(0, horizon.size);
    const faults = leaves.flatMap((placed) => this.faultOf(placed));
    const coverage = coverageOf(leaves);
    return {
      horizon,
      statements: leaves.flatMap(statementOf),
      faults,
      parked: leaves.flatMap((placed) => this.parkedOf(placed)),
      keys: keysOf(leaves),
      counted: this.countedIn(coverage, faults),
      coverage,
    };
  }

  private faultOf({ index, leaf }: PlacedLeaf): readonly LogFault[] {
    if (leaf.kind !== 'logFault') return [];
    const facility = this.network.facilityOf(leaf.origin);
    if (facility === undefined) return [];
    return [{ index, at: leaf.recordedAt, facility, kind: leaf.fault, fromIndex: leaf.size }];
  }

  private parkedOf({ index, leaf, hash }: PlacedLeaf): readonly Omit<ParkedEntry, 'lots'>[] {
    if (leaf.kind !== 'parked') return [];
    const ref = { facility: this.network.rootOrigin, index, leaf: toHex(hash) };
    return [{ ref, reason: leaf.reason, covered: { rootIndex: index, at: leaf.recordedAt } }];
  }

  /** A fault ends what counts: a checkpoint that reaches beyond it covers nothing any more. */
  private countedIn(
    coverage: RootView['coverage'],
    faults: readonly LogFault[],
  ): ReadonlyMap<string, CoveringCheckpoint> {
    const counted = new Map<string, CoveringCheckpoint>();
    for (const [origin, checkpoints] of coverage) {
      const facility = this.network.facilityOf(origin);
      const ends = faults.filter((fault) => fault.facility === facility).map(({ fromIndex }) => fromIndex);
      const last = checkpoints.findLast(({ size }) => ends.every((end) => size <= end));
      if (last !== undefined) counted.set(origin, last);
    }
    return counted;
  }
}

function statementOf({ index, leaf }: PlacedLeaf): readonly RootStatement[] {
  if (leaf.kind !== 'statement' || leaf.fault !== null) return [];
  return [{ index, at: leaf.recordedAt, statement: leaf.statement, kid: leaf.kid }];
}

function keysOf(leaves: readonly PlacedLeaf[]): ReadonlyMap<string, RegisteredKey> {
  const keys = new Map<string, RegisteredKey>();
  for (const { index, leaf } of leaves) {
    if (leaf.kind !== 'statement' || leaf.key === undefined) continue;
    if (leaf.statement.type !== 'KeyAdded' && leaf.statement.type !== 'KeyRotated') continue;
    keys.set(leaf.statement.kid, { rootIndex: index, jwk: leaf.key });
  }
  return keys;
}

function coverageOf(leaves: readonly PlacedLeaf[]): RootView['coverage'] {
  const coverage = new Map<string, CoveringCheckpoint[]>();
  for (const { index, leaf } of leaves) {
    if (leaf.kind !== 'checkpoints') continue;
    for (const { origin, size, root, advances } of leaf.coverage) {
      if (!advances) continue;
      const checkpoint = { rootIndex: index, at: leaf.recordedAt, size, root };
      const before = coverage.get(origin);
      if (before === undefined) coverage.set(origin, [checkpoint]);
      else before.push(checkpoint);
    }
  }
  return coverage;
}
