import { parseStatement } from '@lodemark/domain';
import {
  decodeRootLogEntry,
  parseJws,
  readCanonicalJson,
  sha256Hex,
  type RootLogEntry,
} from '@lodemark/transparency';

/** Somewhere where documents are that a root log names by their SHA-256. */
export type FindDocument = (digest: string) => Promise<Uint8Array | undefined>;

/** The document that an entry of a root log names: certificate, status list or published policy. */
export function documentNamed(bytes: Uint8Array): string | undefined {
  const entry = decodeRootLogEntry(bytes);
  if (!entry.ok) return undefined;
  const { value } = entry;
  return value.kind === 'certificate' || value.kind === 'status' ? value.digest : policyNamed(value);
}

function policyNamed(entry: RootLogEntry): string | undefined {
  const jws = entry.kind === 'statement' ? parseJws(entry.jws, 'lodemark-statement+jws') : undefined;
  const json = jws?.ok === true ? readCanonicalJson(jws.value.payload) : undefined;
  const statement = json?.ok === true ? parseStatement(json.value) : undefined;
  if (statement?.ok !== true || statement.value.type !== 'PolicyPublished') return undefined;
  return statement.value.document;
}

/** The first of the places that has the document; what is there under a digest that is not its own is nowhere. */
export async function firstDocument(
  digest: string,
  places: readonly FindDocument[],
): Promise<Uint8Array | undefined> {
  for (const find of places) {
    const bytes = await find(digest);
    if (bytes !== undefined && sha256Hex(bytes) === digest) return bytes;
  }
  return undefined;
}
