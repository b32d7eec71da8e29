import { pointer, type Parsed as DomainParsed, type Problem } from '@lodemark/domain';
import { canonicalBytes, readCanonicalJson } from '@lodemark/transparency';
import { z } from 'zod';

/** Media type of a bundle. */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.lodemark.bundle+json';

/** What a bundle may not exceed; whoever verifies one reads nothing beyond. */
export const BUNDLE_LIMITS = {
  /** Bytes. */
  length: 256 * 1024 * 1024,
  depth: 24,
  items: 1_000_000,
  members: 10_000,
  nameLength: 256,
} as const;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hash64 = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);
/** RFC 6962 proofs: no tree below 2^53 leaves needs a longer one. */
const proof = z.array(hash64).max(63);
const object = z.record(z.string(), z.unknown());
const MAX_ENTRIES = 1_000_000;

const embeddedEntry = z.union([
  z.strictObject({ entry: object }),
  z.strictObject({ bytes: z.string().max(100_000) }),
]);

const logEntry = z.union([
  z.strictObject({ index: count, proof, entry: object }),
  z.strictObject({ index: count, proof, bytes: z.string().max(100_000) }),
]);

const headProof = z.strictObject({
  leaf: z.union([z.null(), z.strictObject({ key: hash64, last: count })]),
  siblings: z.array(hash64).max(256),
});

const log = z.strictObject({
  /** Name of the log. */
  origin: z.string().min(1).max(400),
  /** How many of its entries count at the certificate's horizon: the tree that all proofs below lead to. */
  size: count.min(1),
  /** Entries that name a lot of the lineage, or the facility as a whole, and the `heads` entry at `size` - 1. */
  entries: z.array(logEntry).max(MAX_ENTRIES),
  /** For each smaller checkpoint that first covers one of the entries: that this tree begins with that one's. */
  consistency: z.array(z.strictObject({ size: count.min(1), proof })).max(MAX_ENTRIES),
  /** For each name: its last sequence number in this log, or that the log does not name it. */
  heads: z.array(z.strictObject({ name: z.string().min(1).max(200), proof: headProof })).max(MAX_ENTRIES),
});

const bundle = z.strictObject({
  v: z.literal(1),
  kind: z.literal('lodemark-bundle'),
  /** The certificate: a vc+jwt. */
  certificate: z
    .string()
    .min(1)
    .max(4 * 1024 * 1024),
  /** The root log from its genesis on, up to the size of the last checkpoint. */
  root: z.strictObject({
    origin: z.string().min(1).max(400),
    entries: z.array(embeddedEntry).min(1).max(MAX_ENTRIES),
    /** Signed notes, smallest size first; the last is of all entries, the others bracket when entries were covered. */
    checkpoints: z.array(z.string().min(1).max(100_000)).min(1).max(10_000),
  }),
  logs: z.array(log).max(100_000),
  /** The policy document that the certificate names. */
  policy: object,
  /** Status lists, newest first: every one that the root log names, back to those of the certificate. */
  statusLists: z
    .array(
      z
        .string()
        .min(1)
        .max(1024 * 1024),
    )
    .max(10_000),
});

export type Bundle = z.infer<typeof bundle>;
export type BundleLog = z.infer<typeof log>;

/** The shape of a bundle as JSON Schema, for whoever documents one. */
export function bundleSchema(): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(bundle, { target: 'draft-2020-12' });
  return schema;
}

/** Reads a bundle, which is canonical JSON (RFC 8785); pointers are into it. Never throws. */
export function parseBundle(bytes: Uint8Array): DomainParsed<Bundle> {
  const json = readCanonicalJson(bytes, BUNDLE_LIMITS);
  if (!json.ok) return { ok: false, problems: json.problems.slice(0, 20) };
  const read = bundle.safeParse(json.value);
  if (read.success) return { ok: true, value: read.data };
  return { ok: false, problems: read.error.issues.slice(0, 20).map(problemOf) };
}

/** The bundle's bytes: the same for the same bundle, whoever writes it. */
export function bundleBytes(value: Bundle): Uint8Array {
  return canonicalBytes(value);
}

function problemOf({ path, message }: z.core.$ZodIssue): Problem {
  return { code: 'malformed', pointer: pointer(path), detail: message };
}
