import { copyOf } from './copy.js';
import { bundleBytes, type Bundle, type VerificationCode } from '@lodemark/certificate';
import { canonicalBytes, type JsonObject } from '@lodemark/transparency';
import type { Sealed, TrustFile } from './sealed.js';
import { Sealing, type SealOptions } from './sealing.js';
import type { LogItem, World, WorldLog } from './world.js';

/** A forged network that tells the truth: what a mutant is made of. */
export interface Base {
  readonly world: World;
  readonly sealed: Sealed;
  readonly at: Date;
}

/** The recordings that mutants are made of. */
export type BaseName = 'rotation' | 'correction' | 'commingled';

/** A file as somebody might be given it, and what the auditor who is given it trusts. */
export interface Attempt {
  readonly bytes: Uint8Array;
  readonly trust: TrustFile;
  readonly now: Date;
}

/**
 * All codes that the verifier finds, and no others; or some of them, where the rest follows from the damage; or, where
 * the evidence itself is altered and proved, what it is judged to be: `verdict-mismatch` alone would say no more than
 * that something changed.
 */
export type Expected =
  readonly VerificationCode[] | { readonly among: readonly VerificationCode[] } | { readonly judged: string };

export interface Mutant {
  readonly name: string;
  readonly base: BaseName;
  readonly codes: Expected;
  attempt(base: Base): Promise<Attempt>;
}

export interface Attack {
  /** As in the table of attacks of the specification (section 6.3). */
  readonly attack: string;
  readonly mutants: readonly Mutant[];
}

type Draft<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer U)[]
    ? Draft<U>[]
    : T[K] extends object
      ? Draft<T[K]>
      : T[K];
};
export type BundleDraft = Draft<Bundle>;

const BASE = 'rotation';

/** By whoever holds the file and no key. */
export function inFile(name: string, codes: Expected, alter: (bundle: BundleDraft) => void): Mutant {
  return {
    ...{ name, codes, base: BASE },
    attempt: ({ sealed, at }) => {
      const bundle = copyOf(sealed.bundle) as BundleDraft;
      alter(bundle);
      return Promise.resolve({ bytes: bundleBytes(bundle), trust: sealed.trust, now: at });
    },
  };
}

/** By whoever holds the file and no key, in its bytes. */
export function inBytes(name: string, codes: Expected, alter: (text: string) => string | Uint8Array): Mutant {
  return {
    ...{ name, codes, base: BASE },
    attempt: ({ sealed, at }) => {
      const altered = alter(Buffer.from(bundleBytes(sealed.bundle)).toString());
      const bytes = typeof altered === 'string' ? new Uint8Array(Buffer.from(altered, 'utf8')) : altered;
      return Promise.resolve({ bytes, trust: sealed.trust, now: at });
    },
  };
}

export interface WorldOptions extends SealOptions {
  /** What is said otherwise before it is signed. */
  readonly alter?: (world: World) => void;
  /** What is done to the file after everything was signed. */
  readonly after?: (bundle: BundleDraft) => void;
  /** How long after the recording it is looked at. */
  readonly days?: number;
}

/** By whoever holds the keys: what the altered world says is signed by everybody it needs. */
export function inWorld(
  name: string,
  codes: Expected,
  forged: WorldOptions | ((world: World) => void),
): Mutant {
  const { alter, after, days = 0, ...options } = typeof forged === 'function' ? { alter: forged } : forged;
  return {
    ...{ name, codes, base: BASE },
    attempt: async ({ world, at, sealed: { trust } }) => {
      const altered = copyOf(world);
      alter?.(altered);
      const sealed = await new Sealing(altered, options).seal();
      const bundle = copyOf(sealed.bundle) as BundleDraft;
      after?.(bundle);
      return { bytes: bundleBytes(bundle), trust, now: later(at, days) };
    },
  };
}

/** By whoever may sign certificates and nothing else: it claims what does not follow. */
export function inCertificate(
  name: string,
  codes: Expected,
  claims: (credential: JsonObject) => JsonObject,
): Mutant {
  return inWorld(name, codes, { claims });
}

/** The same file, by an auditor who trusts otherwise or looks at another time. */
export function forAuditor(
  name: string,
  codes: Expected,
  { trust, days = 0 }: { readonly trust?: (trust: TrustFile) => TrustFile; readonly days?: number },
): Mutant {
  return {
    ...{ name, codes, base: BASE },
    attempt: ({ sealed, at }) =>
      Promise.resolve({
        bytes: bundleBytes(sealed.bundle),
        trust: trust?.(sealed.trust) ?? sealed.trust,
        now: later(at, days),
      }),
  };
}

function later(at: Date, days: number): Date {
  return new Date(at.getTime() + days * 86_400_000);
}

// What alterations are made of.

export function logOf(world: World, facility: string): WorldLog {
  const log = world.logs.find((one) => one.facility === facility);
  if (log === undefined) throw new Error(`no log of ${facility}`);
  return log;
}

type EventItem = Exclude<LogItem, { kind: 'heads' }>;

/** The nth event of a type in a facility's log. */
export function eventOf(
  world: World,
  facility: string,
  ...[type, nth = 0]: readonly [string, number?]
): EventItem {
  const events = logOf(world, facility).items.filter(
    (item): item is EventItem => item.kind !== 'heads' && item.payload['type'] === type,
  );
  const event = events[nth];
  if (event === undefined) throw new Error(`no ${type} of ${facility}`);
  return event;
}

/** Puts an entry into a log, so that every checkpoint after it counts one more. */
export function insertInto(
  world: World,
  facility: string,
  { at, item }: { readonly at: number; readonly item: LogItem },
): void {
  logOf(world, facility).items.splice(at, 0, item);
  moveCovers(world, facility, { from: at, by: 1 });
}

/** Takes an entry out of a log, as if it had never been. */
export function removeFrom(world: World, facility: string, at: number): void {
  logOf(world, facility).items.splice(at, 1);
  moveCovers(world, facility, { from: at, by: -1 });
}

function moveCovers(
  world: World,
  facility: string,
  { from, by }: { readonly from: number; readonly by: number },
): void {
  for (const item of world.root) {
    if (item.kind !== 'checkpoints') continue;
    for (const cover of item.covers) if (cover.facility === facility && cover.size > from) cover.size += by;
  }
}

/** Puts an entry into the root log; what refers to sizes beyond it refers to one more. */
export function insertIntoRoot(world: World, at: number, item: World['root'][number]): void {
  world.root.splice(at, 0, item);
  const moved = (size: number): number => (size > at ? size + 1 : size);
  for (const log of world.logs) for (const one of log.items) one.rootSize = moved(one.rootSize);
  world.horizon = moved(world.horizon);
  world.checkpoints = world.checkpoints.map(moved);
}

export function subjectOf(
  credential: JsonObject,
): Record<string, unknown> & { lodemark: Record<string, unknown> } {
  return credential['credentialSubject'] as never;
}

/** Changes a credential without touching the one that is given. */
export function claiming(
  credential: JsonObject,
  change: (draft: Record<string, unknown>) => void,
): JsonObject {
  const draft = copyOf(credential) as Record<string, unknown>;
  change(draft);
  return draft as JsonObject;
}

/** Changes the payload of a statement or event. */
export function saying(stated: { payload: JsonObject }, changed: object): void {
  stated.payload = { ...stated.payload, ...changed };
}

export function bytesOf(value: unknown): Uint8Array {
  return canonicalBytes(value);
}
