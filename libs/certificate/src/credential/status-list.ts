import {
  areStatusChanges,
  fromBase64Url,
  toBase64Url,
  type JsonObject,
  type StatusChange,
} from '@lodemark/transparency';
import { z } from 'zod';
import { VC_CONTEXT } from './contexts.js';

/** Bitstring Status List v1.0: at least 16 KB, so that one credential hides among many. */
export const STATUS_ENTRIES = 131_072;
const MIN_BYTES = STATUS_ENTRIES / 8;
const MAX_BYTES = 16 * MIN_BYTES;

/** Changes that one version of a list may carry: their entry must fit into a leaf of the root log. */
export const MOST_STATUS_CHANGES = 100;

export const STATUS_PURPOSES = ['revocation', 'suspension'] as const;
export type StatusPurpose = (typeof STATUS_PURPOSES)[number];

/** Compression is the platform's: node:zlib in services, DecompressionStream in a browser. */
export interface Gzip {
  /** Deterministic for one implementation only; nobody compares the compressed bytes. */
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  /** At most so many bytes come out; rejects for more, or for what is not one gzip member and nothing after it. */
  decompress(bytes: Uint8Array, most: number): Promise<Uint8Array>;
  /** The same for the zlib format (RFC 1950), which a PDF uses. */
  inflate(bytes: Uint8Array, most: number): Promise<Uint8Array>;
}

export interface StatusListFacts {
  /** Address under which the list is served: `id` of the credential. */
  readonly url: string;
  readonly issuer: { readonly id: string; readonly name: string };
  /** URL of the context that defines `lodemark`. */
  readonly context: string;
  readonly purpose: StatusPurpose;
  readonly validFrom: string;
  /** Indexes whose bit is set. */
  readonly set: Iterable<number>;
  /** Since the version before, with the reasons: the root log carries them beside the digest of the list. */
  readonly changes: readonly StatusChange[];
}

/** The list as an unsigned credential (Bitstring Status List v1.0, section 2.2). */
export async function statusListCredential(facts: StatusListFacts, gzip: Gzip): Promise<JsonObject> {
  const bits = new Uint8Array(MIN_BYTES);
  for (const index of facts.set) {
    if (!Number.isInteger(index) || index < 0 || index >= STATUS_ENTRIES)
      throw new RangeError(`no status ${index}`);
    // Index 0 is the most significant bit of byte 0.
    bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7));
  }
  const { changes } = facts;
  if (changes.length > MOST_STATUS_CHANGES) throw new RangeError(`${changes.length} changes are too many`);
  return {
    '@context': changes.length === 0 ? [VC_CONTEXT] : [VC_CONTEXT, facts.context],
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    id: facts.url,
    issuer: { ...facts.issuer },
    validFrom: facts.validFrom,
    credentialSubject: {
      id: `${facts.url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: facts.purpose,
      encodedList: `u${toBase64Url(await gzip.compress(bits))}`,
      ...(changes.length === 0 ? {} : { lodemark: { changes: changes.map((change) => ({ ...change })) } }),
    },
  };
}

const changes = z.custom<readonly StatusChange[]>(
  (value) => areStatusChanges(value) && value.length <= MOST_STATUS_CHANGES,
  `its changes are not at most ${MOST_STATUS_CHANGES} of the form that the root log asks for`,
);

const shape = z.object({
  id: z.string().min(1).max(500),
  type: z.array(z.string()).refine((types) => types.includes('BitstringStatusListCredential')),
  issuer: z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]),
  validFrom: z.string().max(40),
  validUntil: z.string().max(40).optional(),
  credentialSubject: z.object({
    type: z.literal('BitstringStatusList'),
    statusPurpose: z.enum(STATUS_PURPOSES),
    encodedList: z.string().startsWith('u').max(400_000),
    lodemark: z.strictObject({ changes }).optional(),
  }),
});

/** A status list, read. */
export interface StatusList {
  readonly url: string;
  /** DID of the issuer. */
  readonly issuer: string;
  readonly purpose: StatusPurpose;
  readonly validFrom: string;
  readonly validUntil: string | undefined;
  readonly bits: Uint8Array;
  /** What it changes and why, as it says itself. */
  readonly changes: readonly StatusChange[];
}

/** The list that a credential holds, or why it holds none. */
export async function readStatusList(
  credential: JsonObject,
  gzip: Gzip,
): Promise<StatusList | { readonly problem: string }> {
  const read = shape.safeParse(credential);
  if (!read.success) return { problem: read.error.issues[0]?.message ?? 'it is no status list' };
  const { id: url, issuer, validFrom, validUntil, credentialSubject } = read.data;
  const packed = fromBase64Url(credentialSubject.encodedList.slice(1));
  if (packed === undefined) return { problem: 'its list is not canonical base64url' };
  const bits = await gzip.decompress(packed, MAX_BYTES).catch(() => undefined);
  if (bits === undefined) return { problem: `its list is no gzip of at most ${MAX_BYTES} bytes` };
  if (bits.length < MIN_BYTES)
    return { problem: `its list has ${bits.length} bytes, not ${MIN_BYTES} or more` };
  const { statusPurpose: purpose, lodemark } = credentialSubject;
  const foreign = lodemark?.changes.find((change) => change.purpose !== purpose);
  if (foreign !== undefined) return { problem: `it is for ${purpose} and changes a ${foreign.purpose}` };
  return { url, issuer, purpose, validFrom, validUntil, bits, changes: lodemark?.changes ?? [] };
}

/** Whether the bit at the index is set; undefined beyond the list. */
export function statusAt({ bits }: Pick<StatusList, 'bits'>, index: number): boolean | undefined {
  if (!Number.isInteger(index) || index < 0) return undefined;
  const byte = bits[Math.floor(index / 8)];
  return byte === undefined ? undefined : (byte & (0x80 >> (index % 8))) !== 0;
}
