import {
  canonicalBytes,
  fromBase64,
  readCanonicalJson,
  toBase64,
  type JsonObject,
} from '@lodemark/transparency';

/**
 * Bytes of a log entry inside a bundle: as the JSON object that they are the canonical form of, which a reader can
 * read, or in base64 where they are no canonical JSON, as nothing keeps a log from holding.
 */
export type EmbeddedBytes =
  { readonly entry: Readonly<Record<string, unknown>> } | { readonly bytes: string };

/** Depth and length of what is embedded as JSON; anything beyond travels in base64. */
const EMBEDDED_LIMITS = { length: 65_535, depth: 8, nameLength: 256 };

export function embed(bytes: Uint8Array): EmbeddedBytes {
  const json = readCanonicalJson(bytes, EMBEDDED_LIMITS);
  if (json.ok && typeof json.value === 'object' && json.value !== null && !Array.isArray(json.value)) {
    return { entry: json.value as JsonObject };
  }
  return { bytes: toBase64(bytes) };
}

/** The bytes themselves; undefined when they are not given in the form that {@link embed} gives them. */
export function bytesOf(embedded: EmbeddedBytes): Uint8Array | undefined {
  if ('entry' in embedded) return canonicalBytes(embedded.entry);
  const bytes = fromBase64(embedded.bytes);
  return bytes === undefined || 'entry' in embed(bytes) ? undefined : bytes;
}
