import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FeedEntry } from '@lodemark/feed';
import type { PublicJwk, SignatureChecker } from '@lodemark/transparency';
import type { Pool } from 'pg';
import {
  readFacilityEntry,
  type AppliedEntry,
  type ParkedEntry,
  type ReadHeads,
} from '@lodemark/certificate';
import { checkAll, knownKeys, signaturesOf, type SignatureToKeep } from './signature-facts.js';

/** An entry as far as its bytes alone say what becomes of it. */
export interface ReadEntry {
  readonly idx: number;
  readonly read: AppliedEntry | ReadHeads | ParkedEntry;
  /** Of an entry that is applied, its own and those of its attestations. */
  readonly signatures: readonly SignatureToKeep[];
}

export interface FacilityReadingPorts {
  readonly facility: string;
  readonly pool: Pool;
  readonly checker: SignatureChecker;
}

/** Entries that are read before anything else gets its turn: some milliseconds. */
const SLICE = 50;
const KEYS_KNOWN = 4_096;
/** Batches that are read before their turn: the one that is next, and one that never came. */
const EXPECTED = 2;

interface Expected {
  readonly entries: readonly FeedEntry[];
  readonly read: Promise<readonly ReadEntry[]>;
}

/**
 * Reads a facility's entries and checks their signatures, before their turn where they are expected, so that the
 * thread pool verifies and this thread parses while the database writes what came before. Decides nothing: whether a
 * key is known is decided where the entries are applied, and what a signature is under a key never changes, for a
 * `kid` is the thumbprint of its key.
 */
export class FacilityReading {
  private readonly keys = new Map<string, PublicJwk>();
  /** By their first entry. */
  private readonly expected = new Map<FeedEntry | undefined, Expected>();

  constructor(private readonly ports: FacilityReadingPorts) {}

  /** Begins with entries that will probably be asked for next. */
  expect(entries: readonly FeedEntry[]): void {
    const [first] = entries;
    const [oldest] = this.expected.keys();
    if (this.expected.size === EXPECTED) this.expected.delete(oldest);
    if (first === undefined) return;
    const read = this.readAll(entries);
    // Nobody may ever ask for it, and a rejection that nobody hears of ends the process; whoever asks is still told.
    read.catch(() => undefined);
    this.expected.set(first, { entries, read });
  }

  of(entries: readonly FeedEntry[]): Promise<readonly ReadEntry[]> {
    const [first] = entries;
    const expected = this.expected.get(first);
    if (expected === undefined || !areSame(expected.entries, entries)) return this.readAll(entries);
    this.expected.delete(first);
    return expected.read;
  }

  private async readAll(entries: readonly FeedEntry[]): Promise<readonly ReadEntry[]> {
    const slices: Promise<readonly ReadEntry[]>[] = [];
    const asked = new Set<string>();
    for (let from = 0; from < entries.length; from += SLICE) {
      if (from > 0) await nextTurn();
      slices.push(this.checked(this.readSlice(entries.slice(from, from + SLICE)), asked));
    }
    return (await Promise.all(slices)).flat();
  }

  private readSlice(entries: readonly FeedEntry[]): readonly ReadEntry[] {
    return entries.map(({ index: idx, bytes }) => {
      const read = readFacilityEntry(this.ports.facility, bytes);
      return { idx, read, signatures: read.kind === 'applied' ? signaturesOf(idx, read) : [] };
    });
  }

  /** Never rejects: what could not be checked here is checked where the entries are applied. */
  private async checked(slice: readonly ReadEntry[], asked: Set<string>): Promise<readonly ReadEntry[]> {
    try {
      const signatures = slice.flatMap((one) => one.signatures);
      await this.learn(signatures, asked);
      const valid = await checkAll(this.ports.checker, signatures, this.keys);
      const known = signatures.map((one, i) => ({ ...one, holds: valid[i] ?? undefined }));
      let at = 0;
      return slice.map((one) => ({ ...one, signatures: known.slice(at, (at += one.signatures.length)) }));
    } catch {
      return slice;
    }
  }

  /** Looks up the keys that are not known yet, each once for a batch. */
  private async learn(signatures: readonly SignatureToKeep[], asked: Set<string>): Promise<void> {
    const kids = new Set(signatures.map(({ jws }) => jws.header.kid));
    const unknown = [...kids].filter((kid) => !this.keys.has(kid) && !asked.has(kid));
    if (unknown.length === 0) return;
    for (const kid of unknown) asked.add(kid);
    if (this.keys.size > KEYS_KNOWN) this.keys.clear();
    for (const [kid, jwk] of await knownKeys(this.ports.pool, unknown)) this.keys.set(kid, jwk);
  }
}

function areSame(some: readonly FeedEntry[], others: readonly FeedEntry[]): boolean {
  return some.length === others.length && some.every((entry, i) => entry === others[i]);
}
