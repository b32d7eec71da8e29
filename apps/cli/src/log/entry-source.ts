import { fromBase64, TILE_WIDTH, tileWidth } from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { listMember, numberMember, textMember } from '../network/json.js';
import { failureOf } from '../network/problem.js';
import type { ServiceClient } from '../network/service-client.js';
import { entryBundle } from './derived-log.js';
import { readCheckpoint } from './export-log.js';
import type { LogSource } from './log-source.js';
import type { FindDocument } from './named-documents.js';

/** Somewhere where a log's entries are still. */
export interface EntrySource {
  readonly name: string;
  /** How many of them, from the first on. @throws Failure */
  size(): Promise<number>;
  /** Some entries from an index on, at least one where there is one. @throws Failure */
  from(index: number): Promise<readonly Uint8Array[]>;
  /** Of a root log. @throws Failure */
  document: FindDocument;
}

/** A folder that lodemark log export wrote, or a log at an address. */
export function exportedSource(log: LogSource): EntrySource {
  let read: Promise<number> | undefined;
  const size = () => (read ??= log.checkpoint().then((note) => readCheckpoint(log.name, note).size));
  return {
    name: log.name,
    size,
    from: async (index) => {
      const bundle = Math.floor(index / TILE_WIDTH);
      const width = tileWidth('entries', bundle, await size());
      const { entries } = await entryBundle(log, { level: 'entries', index: bundle, width });
      return entries.slice(index % TILE_WIDTH);
    },
    document: (digest) => log.document(digest),
  };
}

const PAGE = 500;
export const OFFICER = [{ role: 'administrator' as const }];

/** The entries of a facility's log, or of the root log, that a provenance service keeps. */
export function keptSource(provenance: ServiceClient, log: KeptLog): EntrySource {
  const path = log === 'root' ? '/v1/root' : `/v1/logs/${log.facility}`;
  const page = (from: number, limit: number) =>
    provenance.ask(`${path}/entries`, { roles: OFFICER, query: { from, limit } });
  return {
    name: provenance.url,
    size: async () => numberMember(await page(0, 1), 'size') ?? 0,
    from: async (index) =>
      listMember(await page(index, PAGE), 'entries').map((one) => {
        const bytes = fromBase64(textMember(one, 'entry') ?? '');
        if (bytes === undefined) throw unusable(provenance.url, 'an entry cannot be read');
        return bytes;
      }),
    document: async (digest) => {
      const asked = `${path}/documents/${digest}`;
      const answer = await provenance.call(asked, { roles: OFFICER });
      if (answer.status === 200) return answer.bytes;
      if (answer.status === 404) return undefined;
      throw failureOf(`GET ${provenance.url}${asked}`, answer);
    },
  };
}

export type KeptLog = 'root' | { readonly facility: string };

export function unusable(name: string, why: string): Failure {
  return new Failure({
    ...{ code: 'source-unusable', exit: EXIT.unproven },
    cause: `${name} cannot give the log back: ${why}.`,
    next: 'Try another source: provenance, or a folder that lodemark log export wrote.',
  });
}
